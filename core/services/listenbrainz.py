"""ListenBrainz (https://listenbrainz.readthedocs.io): reads playlists and listeners, tells audiences and releases."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote, unquote, urlsplit

from yarl import URL

from core.errors import AccessRefused, BadInput, PrivateOrEmpty, ServiceTrouble, UnexpectedAnswer
from core.links import checked
from core.model import Artist, Audience, Playlist, Release, Track
from core.ports import Off, Saved
from core.said import Said, said
from core.services import _notes
from core.services._fields import Row, listed, mapping, text, whole
from core.services._http import Http, Manners
from core.services._listenbrainz_own import Own, is_token
from core.services._listenbrainz_rows import SERVICE, favourite_of, release_of, song_of
from core.services._metabrainz import WITH_MBIDS, mbid_of
from core.settings import ListenBrainz as Settings
from core.settings import Settings as AllSettings

METER = "listeners on ListenBrainz"

_HOSTS = frozenset({"listenbrainz.org", "www.listenbrainz.org"})
_PLAYLIST = re.compile(r"/playlist/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/.*)?", re.I)
_USER = re.compile(r"/user/([^/]+)(?:/.*)?")
_MAX_ROWS = 10_000
_MAX_BYTES = 8 * 2**20
_PAGE = 100
_FAVOURITES = 200
_WINDOW_DAYS = 7
_MAX_WINDOWS = 53
_ARTISTS_AT_ONCE = 1_000
#: A listener of the first hour, who will always be there.
_SOMEBODY = "rob"


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client ListenBrainz asks for: 30 requests in 10 seconds, and a user's token if there is one."""
    token = settings.token.get_secret_value().strip()
    headers = {"Authorization": f"Token {token}"} if token else {}
    manners = manners or Manners(requests=30, per_s=10, wait_header="X-RateLimit-Reset-In")
    return Http("ListenBrainz", settings.base_url, {"api.listenbrainz.org"}, manners, headers=headers)


def connect(settings: AllSettings) -> ListenBrainz | Off:
    """ListenBrainz as the settings want it."""
    if not settings.listenbrainz.enabled:
        return Off(ListenBrainz.name, ListenBrainz.title, "switched off by YASR_LISTENBRAINZ__ENABLED")
    return ListenBrainz(settings.listenbrainz, http_for(settings.listenbrainz))


class ListenBrainz:
    """A PlaylistReader, a ReleaseFeed, an AudienceMeter and a TokenHolder; it has no sound."""

    name = SERVICE
    title = "ListenBrainz"
    meter = METER
    hosts = _HOSTS

    def __init__(self, settings: Settings, http: Http, today: Callable[[], date] = date.today) -> None:
        self._base = settings.base_url.rstrip("/")
        self._has_token = bool(settings.token.get_secret_value().strip())
        self._http = http
        self._today = today
        self._own = Own(self._base, http)

    def profile(self, handle: str) -> str:
        return f"https://listenbrainz.org/user/{quote(handle, safe='')}/"

    async def check(self) -> None:
        """Asks whether the token is valid; without one, how much somebody has heard."""
        if not self._has_token:
            await self._get(f"user/{_SOMEBODY}/listen-count", {}, "listening history")
        elif (await self._get("validate-token", {}, "token")).get("valid") is not True:
            raise AccessRefused(service="ListenBrainz")

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    # TokenHolder

    def is_token(self, words: str) -> bool:
        return is_token(words)

    async def owner(self, token: str) -> str:
        return await self._own.owner(token)

    async def save(self, token: str, title: str, tracks: Sequence[Track]) -> Saved:
        return await self._own.save(token, title, tracks)

    # PlaylistReader

    async def read(self, link: str) -> Playlist:
        """The songs of a playlist, or those a listener heard most this year (else ever).

        Raises a ServiceTrouble, or BadInput for another link.
        """
        path = urlsplit(checked(link, self.hosts)).path
        if found := _PLAYLIST.fullmatch(path):
            return await self._playlist(found[1].lower())
        user = _USER.fullmatch(path)
        if user is None or (name := unquote(user[1])) in (".", ".."):
            raise BadInput(problem=said("this ListenBrainz link is not a playlist or a listener"))
        try:
            return await self._favourites(name, "this_year", "this year")
        except PrivateOrEmpty:
            return await self._favourites(name, "all_time", "ever")

    async def _playlist(self, number: str) -> Playlist:
        answer = mapping((await self._get(f"playlist/{number}", {}, "playlist")).get("playlist"))
        rows = answer.get("track")
        if not isinstance(rows, list):
            raise UnexpectedAnswer(service="ListenBrainz")
        note = _notes.at_most(_MAX_ROWS) if len(rows) > _MAX_ROWS else None
        title = text(answer.get("title")) or "ListenBrainz"
        url = f"https://listenbrainz.org/playlist/{number}"
        return _listing(title, url, "playlist", map(song_of, rows[:_MAX_ROWS]), len(rows), note)

    async def _favourites(self, name: str, period: str, spoken: str) -> Playlist:
        """A listener's most heard recordings of a period, page by page."""
        what, user = "listening history", quote(name, safe="")
        rows: list[object] = []
        note: Said | None = None
        most = _FAVOURITES
        while len(rows) < most:
            params: dict[str, str | int] = {"range": period, "count": _PAGE, "offset": len(rows)}
            try:
                answer = await self._get(f"stats/user/{user}/recordings", params, what)
                page = mapping(answer.get("payload"))
                found = page.get("recordings")
                if not isinstance(found, list):
                    raise UnexpectedAnswer(service="ListenBrainz")
            except ServiceTrouble as trouble:
                if not rows:
                    raise
                note = _notes.stopped("ListenBrainz", trouble)
                break
            held = whole(page.get("total_recording_count"))
            most = min(_FAVOURITES, len(rows) + len(found) if held is None else held)
            if found and found == rows[-len(found) :]:
                note = _notes.circle("ListenBrainz")
                break
            rows += found
            if not found:
                break
        title, url = f"What {name} heard most {spoken}", f"https://listenbrainz.org/user/{user}/"
        return _listing(title, url, what, map(favourite_of, rows[:_FAVOURITES]), max(most, len(rows)), note)

    # AudienceMeter, ReleaseFeed

    async def audience(self, artist: Artist) -> Artist:
        """``artist`` with the number of people who heard them; as given when that or their MusicBrainz id is unknown.

        The same holds when ListenBrainz wants a token for this: it does so now and then, to keep scrapers away.
        """
        if artist.source not in WITH_MBIDS or not (number := mbid_of(artist.source_id)):
            return artist
        counts = await self._listeners([number])
        return replace(artist, audience=self._counted(counts[number])) if number in counts else artist

    async def releases(self, since: date) -> AsyncIterator[Release]:
        """Albums, EPs and singles that came out from ``since`` to today, with the listeners of their artists."""
        end, known = self._today(), set[str]()
        for _ in range(_MAX_WINDOWS):
            if end < since:
                return
            start = max(since, end - timedelta(days=_WINDOW_DAYS - 1))
            fresh = [release for release in await self._window(start, end) if release.source_id not in known]
            known.update(release.source_id for release in fresh)
            counts = await self._listeners_if_told(release.artist_id for release in fresh)
            for release in fresh:
                count = counts.get(release.artist_id)
                yield release if count is None else replace(release, audiences=(self._counted(count),))
            end = start - timedelta(days=1)

    async def _window(self, start: date, end: date) -> list[Release]:
        """The releases of the days ``start`` to ``end``, newest first, which come in one answer."""
        params: dict[str, str | int] = {
            "release_date": end.isoformat(),
            "days": max(1, (end - start).days),
            "sort": "release_date",
            "past": "true",
            "future": "false",
        }
        answer = await self._get("explore/fresh-releases/", params, "list of releases")
        rows = mapping(answer.get("payload")).get("releases")
        if not isinstance(rows, list):
            raise UnexpectedAnswer(service="ListenBrainz")
        # One release group may come out in several countries and shapes.
        groups: dict[str, object] = {}
        for row in rows[:_MAX_ROWS]:
            groups.setdefault(mbid_of(mapping(row).get("release_group_mbid")) or str(len(groups)), row)
        releases = [release for release in map(release_of, groups.values()) if release]
        within = [release for release in releases if start <= release.released <= end]
        return sorted(within, key=lambda release: release.released, reverse=True)

    async def _listeners_if_told(self, artists: Iterable[str]) -> dict[str, int]:
        try:
            return await self._listeners(artists)
        except ServiceTrouble:
            return {}  # a release of unknown audience is still a release

    async def _listeners(self, artists: Iterable[str]) -> dict[str, int]:
        """How many people heard each artist; those that are not known are left out."""
        asked, counts = list(dict.fromkeys(filter(None, artists))), dict[str, int]()
        for start in range(0, len(asked), _ARTISTS_AT_ONCE):
            batch = asked[start : start + _ARTISTS_AT_ONCE]
            try:
                answer = await self._http.post_json(f"{self._base}/1/popularity/artist", {"artist_mbids": batch})
            except (AccessRefused, PrivateOrEmpty, UnexpectedAnswer):
                break
            for row in map(mapping, listed(answer)):
                number, count = mbid_of(row.get("artist_mbid")), whole(row.get("total_user_count"))
                if number and count is not None:
                    counts[number] = count
        return counts

    async def _get(self, path: str, params: Mapping[str, str | int], what: str) -> Row:
        """One answer as an object; an answer without content (204) says that there is nothing yet."""
        address = str(URL(f"{self._base}/1/{path}", encoded=True).update_query(dict(params)))
        try:
            body = await self._http.get_bytes(address, _MAX_BYTES, what)
        except BadInput:  # too large, or a redirect to where we do not go
            raise UnexpectedAnswer(service="ListenBrainz") from None
        if not body.strip():
            raise PrivateOrEmpty(service="ListenBrainz", what=what)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise UnexpectedAnswer(service="ListenBrainz") from error
        if not isinstance(answer, Mapping):
            raise UnexpectedAnswer(service="ListenBrainz")
        return answer

    def _counted(self, count: int) -> Audience:
        return Audience(METER, count, self._today())


def _listing(title: str, url: str, what: str, songs: Iterable[Track | None], total: int, note: Said | None) -> Playlist:
    """The readable rows; raises PrivateOrEmpty when there is none."""
    rows = list(songs)
    tracks = tuple(track for track in rows if track)
    if not tracks:
        raise PrivateOrEmpty(service="ListenBrainz", what=what)
    notes = [note] if note else []
    if nameless := rows.count(None):
        notes.append(_notes.nameless(nameless, "ListenBrainz"))
    return Playlist(title, tracks, SERVICE, total, url, tuple(notes))
