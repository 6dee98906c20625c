"""MusicBrainz (https://musicbrainz.org/doc/MusicBrainz_API): tells what came out, without sound or audiences."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date, timedelta

from core.errors import PrivateOrEmpty, UnexpectedAnswer
from core.model import Artist, Career, Release
from core.ports import Off
from core.services._fields import Row, day, listed, mapping, text, whole
from core.services._http import Http, Manners
from core.services._metabrainz import WITH_MBIDS, is_own_music, mbid_of
from core.services._wire import user_agent
from core.settings import MusicBrainz as Settings
from core.settings import Settings as AllSettings

_PAGE = 100
_MAX_PAGES = 100
_LATELY = timedelta(days=365)
#: Somebody whom MusicBrainz will always know.
_NIRVANA = "5b11f4ce-a62d-471e-81fc-a69a8278c7da"


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client MusicBrainz asks for: one request a second, and a name by which whoever runs us can be reached.

    Who asks more often is answered with status 503 until they slow down, so that a second try waits longer.
    """
    manners = manners or Manners(requests=1, per_s=1, timeout_s=20, first_wait_s=2)
    headers = {"User-Agent": user_agent(settings.contact)} if settings.contact else {}
    return Http("MusicBrainz", settings.base_url, {"musicbrainz.org"}, manners, headers=headers)


def connect(settings: AllSettings) -> MusicBrainz | Off:
    """MusicBrainz as the settings want it."""
    if not settings.musicbrainz.enabled:
        return Off(MusicBrainz.name, MusicBrainz.title, "switched off by YASR_MUSICBRAINZ__ENABLED")
    return MusicBrainz(settings.musicbrainz, http_for(settings.musicbrainz))


class MusicBrainz:
    """A ReleaseFeed and a CareerSource."""

    name = "musicbrainz"
    title = "MusicBrainz"

    def __init__(self, settings: Settings, http: Http, today: Callable[[], date] = date.today) -> None:
        self._base = settings.base_url.rstrip("/")
        self._http = http
        self._today = today

    async def check(self) -> None:
        """Asks for one release group."""
        await self._get("release-group", {"artist": _NIRVANA, "limit": 1}, "release-groups")

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    async def releases(self, since: date) -> AsyncIterator[Release]:
        """Official albums, EPs and singles, the newest day first, as far back as a hundred pages of a hundred reach.

        Raises a ServiceTrouble.
        """
        released, offset = self._today(), 0
        known, read = set[str](), set[str]()
        for _ in range(_MAX_PAGES):
            if released < since:
                return
            rows, count = await self._page(released, offset)
            for row in rows:
                group = mbid_of(mapping(mapping(row).get("release-group")).get("id"))
                release = _release_of(row)
                # One release group may come out in several countries and shapes.
                if release and release.released == released and (group or release.source_id) not in known:
                    known.add(group or release.source_id)
                    yield release
            offset += len(rows)
            numbers = {mbid_of(mapping(row).get("id")) for row in rows}
            if numbers <= read or offset >= count:  # a page without anything new is the day's last
                released, offset = released - timedelta(days=1), 0
            read |= numbers

    async def career(self, artist: Artist) -> Career | None:
        """By the first 100 of the artist's release groups; None without a MusicBrainz id, or when it is not known.

        The marks are the tags that people gave them. A date without its day or month counts as its first day.
        """
        if artist.source not in WITH_MBIDS or not (number := mbid_of(artist.source_id)):
            return None
        asked: dict[str, str | int] = {"artist": number, "type": "album|ep|single", "inc": "tags", "limit": _PAGE}
        try:
            rows, count = await self._get("release-group", asked, "release-groups")
        except PrivateOrEmpty:
            return None
        return _career_of([mapping(row) for row in rows], count, self._today())

    async def _page(self, released: date, offset: int) -> tuple[list[object], int]:
        """Up to 100 releases of one day, from ``offset`` on, and how many there are."""
        query = f"date:[{released} TO {released}] AND status:official AND primarytype:(album OR single OR ep)"
        return await self._get("release", {"query": query, "limit": _PAGE, "offset": offset}, "releases")

    async def _get(self, entity: str, params: Mapping[str, str | int], listing: str) -> tuple[list[object], int]:
        """The rows of an answer, and how many there are in all (searches and browsing call that differently)."""
        address, asked = f"{self._base}/ws/2/{entity}", {"fmt": "json", **params}
        answer = mapping(await self._http.get_json(address, asked, "list of releases"))
        rows = answer.get(listing)
        if not isinstance(rows, list):
            raise UnexpectedAnswer(service="MusicBrainz")
        return rows, whole(answer.get("count", answer.get(f"{entity}-count"))) or 0


def _career_of(groups: list[Row], count: int, today: date) -> Career:
    """The career that an artist's release groups tell, of which there are ``count``."""
    days = [found for group in groups if (found := _first_day(text(group.get("first-release-date"))))]
    lately = sum(today - _LATELY <= released <= today for released in days)
    tags = [text(mapping(tag).get("name")).lower() for group in groups for tag in listed(group.get("tags"))]
    marks = tuple(dict.fromkeys(filter(None, tags)))
    return Career(MusicBrainz.name, today, min(days, default=None), max(count, len(groups)), lately, marks=marks)


def _first_day(value: str) -> date | None:
    """The day of "1993-09-21", or the first one of "1993-09" or "1993"."""
    return day(f"{value}-01-01"[:10]) if len(value) in (4, 7) else day(value)


def _release_of(row: object) -> Release | None:
    """A release of a search; None for what is no artist's own new music, and without name, artist, day or id."""
    release = mapping(row)
    group, credits_ = (
        mapping(release.get("release-group")),
        [mapping(one) for one in listed(release.get("artist-credit"))],
    )
    artists = tuple(dict.fromkeys(filter(None, map(_name, credits_))))
    title, number, released = text(release.get("title")), mbid_of(release.get("id")), day(release.get("date"))
    if not (title and artists and number and released) or release.get("status") != "Official":
        return None
    artist_id = mbid_of(mapping(credits_[0].get("artist")).get("id"))
    if not is_own_music(group.get("primary-type"), group.get("secondary-types"), artists[0], artist_id):
        return None
    url = f"https://musicbrainz.org/release/{number}"
    return Release(title, artists, MusicBrainz.name, number, released, artist_id, url)


def _name(credit: Row) -> str:
    """The name as it is printed on the release, else the artist's own."""
    return text(credit.get("name")) or text(mapping(credit.get("artist")).get("name"))
