"""Deezer (https://developers.deezer.com/api): reads links, finds sound and harvests releases, without a key."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date
from urllib.parse import urlsplit

import stamina
from yarl import URL

from core import recording
from core.errors import BadInput, PrivateOrEmpty, QuotaReached, ServiceTrouble, UnexpectedAnswer
from core.links import checked
from core.model import Artist, Audience, Candidate, Playlist, Track
from core.services._deezer_rows import QUOTA_WINDOW_S, Row, day_of, rows_of, track_of, trouble_of, whole
from core.services._http import Http, Manners
from core.settings import Deezer as Settings
from core.settings import Settings as AllSettings

METER = "fans on Deezer"

_SHORT_HOSTS = frozenset({"link.deezer.com", "deezer.page.link"})
_HOSTS = frozenset({"deezer.com", "www.deezer.com"}) | _SHORT_HOSTS
_TARGET = re.compile(r"/(?:[a-z]{2}(?:-[a-z]{2})?/)?(playlist|album|track|artist)/(\d{1,18})(?:/.*)?", re.I)
_PAGE = 100
_MAX_ROWS = 10_000
_MAX_RELEASES = 500
_TRACKS_PER_RELEASE = 2
_PREVIEW_BYTES = 2 * 2**20


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client Deezer asks for: its hosts, and its limit of 50 requests in 5 seconds."""
    hosts = _HOSTS | {"api.deezer.com", "*.dzcdn.net"}
    return Http("Deezer", settings.base_url, hosts, manners or Manners(requests=50, per_s=QUOTA_WINDOW_S))


def connect(settings: AllSettings) -> Deezer | None:
    """Deezer as the settings want it; None when it is switched off."""
    return Deezer(settings.deezer, http_for(settings.deezer)) if settings.deezer.enabled else None


class Deezer:
    """Everything in core.ports that a music service can be."""

    name = "deezer"
    hosts = _HOSTS

    def __init__(self, settings: Settings, http: Http, today: Callable[[], date] = date.today) -> None:
        self._base = settings.base_url.rstrip("/")
        self._http = http
        self._today = today

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    # PlaylistReader

    async def read(self, link: str) -> Playlist:
        """The songs of a playlist, album, track or artist link; a partial read has ``total`` and says why in ``notes``.

        Raises PrivateOrEmpty, QuotaReached, ServiceDown, UnexpectedAnswer, or BadInput for a link of another kind.
        """
        link = checked(link, self.hosts)
        if urlsplit(link).hostname in _SHORT_HOSTS:
            link = checked(await self._http.resolve(link, done=_target), self.hosts)
        target = _target(link)
        if target is None:
            raise BadInput(problem="this Deezer link is not a playlist, album, track or artist")
        kind, number = target
        answer = await self._get(f"{kind}/{number}", what=kind)
        url = f"https://www.deezer.com/{kind}/{number}"
        if kind == "track":
            return _playlist(answer, [answer], url, kind)
        if kind == "artist":
            return await self._top(answer, number, url)
        return await self._listed(answer, f"{kind}/{number}", url, kind)

    async def _listed(self, answer: Row, path: str, url: str, kind: str) -> Playlist:
        """A playlist or album, whose answer holds the first rows and, for long ones, only those."""
        listing, total = answer.get("tracks"), whole(answer.get("nb_tracks"))
        rows = rows_of(listing)
        link = _next(listing)
        if not link and rows and total and len(rows) < total:
            link = f"{self._base}/{path}/tracks?index={len(rows)}&limit={_PAGE}"
        more, note = await self._follow(link, _MAX_ROWS - len(rows))
        # Deezer leaves empty rows out of a page, so that a page asked for by its index may repeat some.
        known = {row.get("id") for row in rows if isinstance(row, Mapping)}
        rows += [row for row in more if not isinstance(row, Mapping) or row.get("id") not in known]
        album = answer if kind == "album" else None
        return _playlist(answer, rows, url, kind, total, note, album)

    async def _top(self, answer: Row, number: str, url: str) -> Playlist:
        listing = await self._get(f"artist/{number}/top", {"limit": _PAGE}, what="artist")
        return _playlist(answer, rows_of(listing), url, "artist")

    # SoundSource, AudienceMeter, ArtistExplorer, ReleaseSource

    async def find(self, track: Track) -> Track | None:
        """The same recording on Deezer: by ISRC, else by names and, where both are known, a duration within 3 s."""
        if track.source == self.name:
            return track
        if (isrc := track.isrc.replace("-", "")).isalnum():
            try:
                found = track_of(await self._get(f"track/isrc:{isrc}", what="track"))
            except PrivateOrEmpty:
                found = None
            if found:
                return found
        artist, title = (
            name.replace('"', "") for name in (recording.main_artist(track), recording.plain_title(track.title))
        )
        listing = await self._get("search", {"q": f'artist:"{artist}" track:"{title}"'}, what="track")
        return recording.best(track, filter(None, map(track_of, rows_of(listing))))

    async def preview(self, track: Track) -> bytes | None:
        """About 30 seconds of mp3, or None; the link is asked for afresh, because it expires after minutes."""
        if track.source != self.name:
            return None
        try:
            row = await self._get(f"track/{track.source_id}", what="track")
            link = row.get("preview")
            return await self._http.get_bytes(link, _PREVIEW_BYTES) if isinstance(link, str) and link else None
        except (BadInput, PrivateOrEmpty, UnexpectedAnswer):
            return None

    async def audience(self, artist: Artist) -> Artist:
        """``artist`` with its number of fans as of today; an artist of another service comes back as given."""
        if artist.source != self.name:
            return artist
        return self._artist(await self._get(f"artist/{artist.source_id}", what="artist")) or artist

    async def similar_artists(self, artist: Artist) -> list[Artist]:
        """The artists whom Deezer calls related, with their audiences; none for an artist of another service."""
        if artist.source != self.name:
            return []
        listing = await self._get(f"artist/{artist.source_id}/related", {"limit": _PAGE}, what="artist")
        return [found for found in map(self._artist, rows_of(listing)) if found]

    async def new_releases(self, since: date) -> AsyncIterator[Candidate]:
        """The first two songs of every release in Deezer's editorial list that came out on or after ``since``."""
        async for candidate in self._harvest("editorial/0/releases", since):
            yield candidate

    async def releases_of(self, artist: Artist, since: date) -> AsyncIterator[Candidate]:
        """Likewise for one artist's own albums, singles and EPs."""
        async for candidate in self._harvest(f"artist/{artist.source_id}/albums", since):
            yield candidate

    async def _harvest(self, path: str, since: date) -> AsyncIterator[Candidate]:
        listing = await self._get(path, {"limit": _PAGE}, what="list of releases")
        rows = rows_of(listing)
        more, _ = await self._follow(_next(listing), _MAX_RELEASES - len(rows))
        fans: dict[str, tuple[Audience, ...]] = {}
        for row in (*rows, *more):
            if not isinstance(row, Mapping) or not self._is_new(row, since):
                continue
            try:
                album = await self._get(f"album/{row.get('id')}", what="album")
                tracks = [track for track in (track_of(song, album) for song in rows_of(album.get("tracks"))) if track]
                for track in tracks[:_TRACKS_PER_RELEASE]:
                    if track.artist_id not in fans:
                        fans[track.artist_id] = await self._fans(track)
                    yield Candidate(track, fans[track.artist_id])
            except (PrivateOrEmpty, UnexpectedAnswer):
                continue  # one odd release must not end a harvest

    def _is_new(self, release: Row, since: date) -> bool:
        released = day_of(release.get("release_date"))
        return released is not None and since <= released <= self._today()

    async def _fans(self, track: Track) -> tuple[Audience, ...]:
        artist = await self.audience(Artist(track.artists[0], self.name, track.artist_id))
        return (artist.audience,) if artist.audience else ()

    def _artist(self, row: object) -> Artist | None:
        if not isinstance(row, Mapping) or not row.get("name") or not row.get("id"):
            return None
        fans = whole(row.get("nb_fan"))
        audience = None if fans is None else Audience(METER, fans, self._today())
        return Artist(str(row["name"]), self.name, str(row["id"]), audience)

    # Requests

    async def _get(self, path: str, params: Mapping[str, str | int] | None = None, what: str = "page") -> Row:
        """One answer as an object; errors come with status 200. A used-up quota is waited for, once."""
        tries = stamina.AsyncRetryingCaller(attempts=2, timeout=None).on(_short_quota)
        return await tries(self._get_once, path, params, what)

    async def _get_once(self, path: str, params: Mapping[str, str | int] | None, what: str) -> Row:
        # Errors come with status 200 and preview links die within minutes: neither must come from a cache.
        answer = await self._http.get_json(f"{self._base}/{path}", params, what, fresh=True)
        if not isinstance(answer, Mapping):
            raise UnexpectedAnswer(service="Deezer")
        if answer.get("error"):
            raise trouble_of(answer["error"], what)
        return answer

    async def _follow(self, link: str, most: int) -> tuple[list[object], str]:
        """The rows of the pages from ``link`` on, and why they end early ("" when they do not)."""
        rows: list[object] = []
        seen: set[str] = set()
        while link:
            if len(rows) >= most:
                return rows[:most], f"I read at most {_MAX_ROWS:,} songs"
            path = self._rebased(link)
            if path in seen:
                return rows, "Deezer’s pages go round in a circle"
            seen.add(path)
            try:
                page = await self._get(path)
                found = rows_of(page)
            except ServiceTrouble as trouble:
                return rows, f"Deezer stopped in the middle: {trouble}"
            rows += found
            link = _next(page) if found else ""
        return rows[:most], ""

    def _rebased(self, link: str) -> str:
        """The path and query of a ``next`` link, which always names Deezer's own host, for our base URL."""
        path = URL(link).raw_path_qs
        return path.removeprefix(URL(self._base).raw_path.rstrip("/")).lstrip("/")


def _short_quota(error: Exception) -> bool | float:
    """For stamina: wait for the next quota window, but for no longer one."""
    seconds = float(error.args_["seconds"]) if isinstance(error, QuotaReached) else 0.0
    return seconds if 0 < seconds <= QUOTA_WINDOW_S else False


def _target(link: str) -> tuple[str, str] | None:
    """("playlist", "908622995") of a link."""
    parts = urlsplit(link)
    found = _TARGET.fullmatch(parts.path) if parts.hostname not in _SHORT_HOSTS else None
    return (found[1].lower(), found[2]) if found else None


def _next(listing: object) -> str:
    link = listing.get("next") if isinstance(listing, Mapping) else None
    return link if isinstance(link, str) else ""


def _playlist(
    answer: Row,
    rows: list[object],
    url: str,
    kind: str,
    total: int | None = None,
    note: str = "",
    album: Row | None = None,
) -> Playlist:
    """The readable rows; raises PrivateOrEmpty when there is none."""
    tracks = tuple(track for track in (track_of(row, album) for row in rows) if track)
    if not tracks:
        raise PrivateOrEmpty(service="Deezer", what=kind)
    skipped = len(rows) - len(tracks)
    notes = [note] if note else []
    if skipped:
        notes.append(f"{skipped} {'song is' if skipped == 1 else 'songs are'} not available on Deezer")
    title = str(answer.get("title") or answer.get("name") or "Deezer")
    return Playlist(title, tracks, "deezer", max(total or 0, len(rows)), url, tuple(notes))
