"""MusicBrainz (https://musicbrainz.org/doc/MusicBrainz_API): tells what came out, without sound or audiences."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date, timedelta

from core.errors import BadInput, UnexpectedAnswer
from core.model import Candidate, Track
from core.services._fields import Row, day, listed, mapping, text, whole
from core.services._http import Http, Manners
from core.services._metabrainz import is_own_music, mbid_of
from core.settings import MusicBrainz as Settings
from core.settings import Settings as AllSettings

_PAGE = 100
_MAX_PAGES = 10


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client MusicBrainz asks for: one request a second.

    Who asks more often is answered with status 503 until they slow down, so that a second try waits longer.
    """
    manners = manners or Manners(requests=1, per_s=1, timeout_s=20, first_wait_s=2)
    return Http("MusicBrainz", settings.base_url, {"musicbrainz.org"}, manners)


def connect(settings: AllSettings) -> MusicBrainz | None:
    """MusicBrainz as the settings want it; None when it is switched off."""
    group = settings.musicbrainz
    return MusicBrainz(group, http_for(group)) if group.enabled else None


class MusicBrainz:
    """A ReleaseSource."""

    name = "musicbrainz"

    def __init__(self, settings: Settings, http: Http, today: Callable[[], date] = date.today) -> None:
        self._base = settings.base_url.rstrip("/")
        self._http = http
        self._today = today

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    async def new_releases(self, since: date) -> AsyncIterator[Candidate]:
        """Official albums, EPs and singles, the newest day first, as far back as ten pages of a hundred reach.

        A release is one track that has its name: the search lists neither songs nor sound. Raises QuotaReached,
        ServiceDown or UnexpectedAnswer.
        """
        released, offset = self._today(), 0
        known: set[str] = set()
        for _ in range(_MAX_PAGES):
            if released < since:
                return
            rows, count = await self._page(released, offset)
            for row in rows:
                group = mbid_of(mapping(mapping(row).get("release-group")).get("id"))
                track = _release_of(row)
                # One release group may come out in several countries and shapes.
                if track and track.release_date == released and (group or track.source_id) not in known:
                    known.add(group or track.source_id)
                    yield Candidate(track)
            offset += len(rows)
            if not rows or offset >= count:
                released, offset = released - timedelta(days=1), 0

    async def _page(self, released: date, offset: int) -> tuple[list[object], int]:
        """Up to 100 releases of one day, from ``offset`` on, and how many there are."""
        query = f"date:[{released} TO {released}] AND status:official AND primarytype:(album OR single OR ep)"
        params: dict[str, str | int] = {"query": query, "fmt": "json", "limit": _PAGE, "offset": offset}
        try:
            answer = await self._http.get_json(f"{self._base}/ws/2/release", params, "list of releases")
        except BadInput as error:  # too large, or a redirect to where we do not go
            raise UnexpectedAnswer(service="MusicBrainz") from error
        rows = answer.get("releases") if isinstance(answer, Mapping) else None
        if not isinstance(rows, list):
            raise UnexpectedAnswer(service="MusicBrainz")
        return rows, whole(mapping(answer).get("count")) or 0


def _release_of(row: object) -> Track | None:
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
    return Track(
        title=title,
        artists=artists,
        source=MusicBrainz.name,
        source_id=number,
        artist_id=artist_id,
        album=title,
        release_date=released,
        url=f"https://musicbrainz.org/release/{number}",
    )


def _name(credit: Row) -> str:
    """The name as it is printed on the release, else the artist's own."""
    return text(credit.get("name")) or text(mapping(credit.get("artist")).get("name"))
