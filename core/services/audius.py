"""Audius (https://docs.audius.org/developers/api): reads links, finds sound and harvests its underground, keyless."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date
from urllib.parse import urlsplit

from core import recording
from core.errors import AccessRefused, BadInput, PrivateOrEmpty, UnexpectedAnswer
from core.links import checked
from core.model import Artist, Candidate, Career, Playlist, Track
from core.ports import Off
from core.said import said
from core.services import _notes
from core.services._audius_rows import (
    METER,
    artist_of,
    can_be_heard,
    career_of,
    id_of,
    one_of,
    page_of,
    release_of,
    rows_of,
    track_of,
)
from core.services._fields import Row, listed, text, whole
from core.services._http import Http, Manners
from core.settings import Audius as Settings
from core.settings import Settings as AllSettings

_HOSTS = frozenset({"audius.co", "www.audius.co"})
_LINK = re.compile(r"/[^/]+/(?:(?:playlist|album)/)?[^/]+/?")
_PAGE = 100
_MAX_PAGES = 5
_MAX_ROWS = 10_000
_SOUND_BYTES = 2**20  # 26 s at 320 kbit/s
_NEWEST = {"sort_method": "release_date", "sort_direction": "desc", "filter_tracks": "public"}


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client for Audius's API, whose limits are not published: 10 requests per second are polite."""
    return Http("Audius", settings.base_url, _HOSTS | {"*.audius.co"}, manners or Manners(requests=10, per_s=1))


def sounds_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client for its content nodes, of which there is no list.

    Nothing is tried twice: the addresses are signed and soon stale.
    """
    return Http("Audius", settings.base_url, {"*"}, manners or Manners(requests=10, per_s=1, tries=1, timeout_s=20))


def connect(settings: AllSettings) -> Audius | Off:
    """Audius as the settings want it."""
    group = settings.audius
    if not group.enabled:
        return Off(Audius.name, Audius.title, "switched off by YASR_AUDIUS__ENABLED")
    return Audius(group, http_for(group), sounds_for(group))


class Audius:
    """A PlaylistReader, ReleaseSource, CareerSource, ArtistExplorer, AudienceMeter and SoundSource.

    Audius's sound lies on content nodes, which are many and change: they are no part of the API client's allow-list,
    but asked for by ``no_redirect`` and read through ``sounds``.
    """

    name = "audius"
    title = "Audius"
    meter = METER
    hosts = _HOSTS

    def __init__(self, settings: Settings, http: Http, sounds: Http, today: Callable[[], date] = date.today) -> None:
        self._base = settings.base_url.rstrip("/")
        self._app = settings.app_name
        self._http = http
        self._sounds = sounds
        self._today = today

    async def check(self) -> None:
        """Asks for one song of the underground."""
        rows_of(await self._get("tracks/trending/underground", {"limit": 1}))

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()
        await self._sounds.close()

    # PlaylistReader

    async def read(self, link: str) -> Playlist:
        """The songs of a playlist, album or track link.

        Raises a ServiceTrouble, or BadInput for a link of another kind.
        """
        parts = urlsplit(checked(link, self.hosts))
        if not _LINK.fullmatch(parts.path):
            raise BadInput(problem=said("this Audius link is not a playlist, album or track"))
        url = f"https://audius.co{parts.path}"
        found = one_of(await self._get("resolve", {"url": url}, what="link"))
        if "playlist_name" in found:
            return await self._playlist(found, url)
        if "title" not in found:
            raise BadInput(problem=said("this Audius link is not a playlist, album or track"))
        return _listing(text(found.get("title")), [found], page_of(found), "track")

    async def _playlist(self, playlist: Row, url: str) -> Playlist:
        kind = "album" if playlist.get("is_album") is True else "playlist"
        if not (number := id_of(playlist)):
            raise UnexpectedAnswer(service="Audius")
        rows = rows_of(await self._get(f"playlists/{number}/tracks", what=kind))
        total = max(whole(playlist.get("track_count")) or 0, len(listed(playlist.get("playlist_contents"))))
        return _listing(text(playlist.get("playlist_name")), rows, url, kind, total)

    # SoundSource

    async def find(self, track: Track) -> Track | None:
        """The same recording on Audius, free to hear and, where both are known, of the same duration within 3 s."""
        if track.source == self.name:
            return track
        query = f"{recording.main_artist(track)} {recording.plain_title(track.title)}"
        rows = rows_of(await self._get("tracks/search", {"query": query}, what="track"))
        return recording.best(track, filter(None, map(track_of, filter(can_be_heard, rows))))

    async def preview(self, track: Track) -> bytes | None:
        """The first MiB of the song's mp3, not counted as a play; None when it is gated or gone."""
        if track.source != self.name:
            return None
        asked = {"no_redirect": "true", "skip_play_count": "true"}
        try:
            answer = await self._get(f"tracks/{track.source_id}/stream", asked, what="track")
            address = text(answer.get("data"))
            if not address:
                return None
            return await self._sounds.get_bytes(address, _SOUND_BYTES, "track", first=_SOUND_BYTES)
        except (BadInput, PrivateOrEmpty, AccessRefused, UnexpectedAnswer):
            return None

    # AudienceMeter, CareerSource, ArtistExplorer, ReleaseSource

    async def audience(self, artist: Artist) -> Artist:
        """``artist`` with its number of followers as of today; one it does not know comes back as given."""
        if artist.source != self.name:
            return artist
        try:
            user = one_of(await self._get(f"users/{artist.source_id}", what="artist"))
        except PrivateOrEmpty:
            return artist
        return artist_of(user, self._today()) or artist

    async def career(self, artist: Artist) -> Career | None:
        """By the artist's newest 100 public songs, each of which came out by itself; None for one it does not know."""
        if artist.source != self.name:
            return None
        path = f"users/{artist.source_id}"
        try:
            user = one_of(await self._get(path, what="artist"))
            songs = rows_of(await self._get(f"{path}/tracks", {**_NEWEST, "limit": _PAGE}, what="artist"))
        except PrivateOrEmpty:
            return None
        return career_of(user, songs, self._today())

    async def similar_artists(self, artist: Artist) -> list[Artist]:
        """The artists whom Audius calls related, with their audiences; none for an artist of another service."""
        if artist.source != self.name:
            return []
        rows = rows_of(await self._get(f"users/{artist.source_id}/related", {"limit": _PAGE}, what="artist"))
        today = self._today()
        return [found for row in rows if (found := artist_of(row, today))]

    async def releases_of(self, artist: Artist, since: date) -> AsyncIterator[Candidate]:
        """The artist's public songs that came out on or after ``since``, newest first."""
        if artist.source == self.name:
            async for candidate in self._harvest(f"users/{artist.source_id}/tracks", since, _NEWEST):
                yield candidate

    async def new_releases(self, since: date) -> AsyncIterator[Candidate]:
        """What came out on or after ``since`` of the songs that trend among artists with under 1,500 followers."""
        async for candidate in self._harvest("tracks/trending/underground", since, {}):
            yield candidate

    async def _harvest(self, path: str, since: date, params: Mapping[str, str]) -> AsyncIterator[Candidate]:
        """The new songs of at most five pages; a page without a song not seen before is the last one."""
        seen: set[str] = set()
        for page in range(_MAX_PAGES):
            place = {"limit": _PAGE, "offset": page * _PAGE}
            rows = rows_of(await self._get(path, {**params, **place}, what="list of releases"))
            known = len(seen)
            for row in rows[:_PAGE]:
                track = track_of(row)
                if track is None or track.source_id in seen:
                    continue
                seen.add(track.source_id)
                if candidate := release_of(row, since, self._today()):
                    yield candidate
            if len(rows) < _PAGE or len(seen) == known:
                return

    # Requests

    async def _get(self, path: str, params: Mapping[str, str | int] | None = None, what: str = "page") -> Row:
        asked = {**(params or {}), "app_name": self._app}
        answer = await self._http.get_json(f"{self._base}/v1/{path}", asked, what)
        if not isinstance(answer, Mapping):
            raise UnexpectedAnswer(service="Audius")
        return answer


def _listing(title: str, rows: list[object], url: str, kind: str, total: int = 0) -> Playlist:
    """The readable rows; raises PrivateOrEmpty when there is none."""
    tracks = tuple(track for track in map(track_of, rows[:_MAX_ROWS]) if track)
    if not tracks:
        raise PrivateOrEmpty(service="Audius", what=kind)
    total = max(total, len(rows))
    notes = []
    if len(rows) > _MAX_ROWS:
        notes.append(_notes.at_most(_MAX_ROWS))
    if missing := min(total, _MAX_ROWS) - len(tracks):
        notes.append(_notes.unavailable(missing, "Audius"))
    return Playlist(title or "Audius", tracks, "audius", total, url, tuple(notes))
