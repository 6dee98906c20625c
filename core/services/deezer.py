"""Deezer (https://developers.deezer.com/api): reads links, finds sound and harvests releases, without a key."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date, timedelta
from urllib.parse import urlsplit

from core import recording
from core.errors import AccessRefused, BadInput, PrivateOrEmpty, UnexpectedAnswer
from core.links import checked
from core.model import Artist, Audience, Candidate, Career, Playlist, Release, Track
from core.ports import Off
from core.said import said
from core.services._deezer_api import Api
from core.services._deezer_rows import (
    METER,
    QUOTA_WINDOW_S,
    artist_of,
    career_of,
    playlist_of,
    rows_of,
    songs_that_sound,
    track_of,
)
from core.services._fields import Row, day, mapping, text, whole
from core.services._http import Http, Manners
from core.settings import Deezer as Settings
from core.settings import Settings as AllSettings

_SHORT_HOSTS = frozenset({"link.deezer.com", "deezer.page.link"})
_HOSTS = frozenset({"deezer.com", "www.deezer.com"}) | _SHORT_HOSTS
_TARGET = re.compile(r"/(?:[a-z]{2}(?:-[a-z]{2})?/)?(playlist|album|track|artist)/(\d{1,18})(?:/.*)?", re.I)
_PAGE = 100
_MAX_ROWS = 10_000
_MAX_RELEASES = 500
_CAREER_PAGES = 3
_SONGS_PER_RELEASE = 2
#: Services name different days for one release; one that is further off is a reissue, or another release.
_SAME_RELEASE = timedelta(days=30)
_LOOKED_AT = 3
_PREVIEW_BYTES = 2 * 2**20


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client Deezer asks for: its hosts, and its limit of 50 requests in 5 seconds."""
    hosts = _HOSTS | {"api.deezer.com", "*.dzcdn.net"}
    return Http("Deezer", settings.base_url, hosts, manners or Manners(requests=50, per_s=QUOTA_WINDOW_S))


def connect(settings: AllSettings) -> Deezer | Off:
    """Deezer as the settings want it."""
    if not settings.deezer.enabled:
        return Off(Deezer.name, Deezer.title, "switched off by YASR_DEEZER__ENABLED")
    return Deezer(settings.deezer, http_for(settings.deezer))


class Deezer:
    """A PlaylistReader, ReleaseSource, ReleaseFinder, CareerSource, ArtistExplorer, AudienceMeter and SoundSource."""

    name = "deezer"
    title = "Deezer"
    meter = METER
    hosts = _HOSTS

    def __init__(self, settings: Settings, http: Http, today: Callable[[], date] = date.today) -> None:
        self._http = http
        self._api = Api(settings.base_url, http)
        self._today = today

    async def check(self) -> None:
        """Asks for the head of its editors' pages."""
        await self._api.get("editorial/0")

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    # PlaylistReader

    async def read(self, link: str) -> Playlist:
        """The songs of a playlist, album, track or artist link; a partial read has ``total`` and says why in ``notes``.

        Raises a ServiceTrouble, or BadInput for a link of another kind.
        """
        link = checked(link, self.hosts)
        if urlsplit(link).hostname in _SHORT_HOSTS:
            link = checked(await self._http.resolve(link, done=_target), self.hosts)
        target = _target(link)
        if target is None:
            raise BadInput(problem=said("this Deezer link is not a playlist, album, track or artist"))
        kind, number = target
        answer = await self._api.get(f"{kind}/{number}", what=kind)
        url = f"https://www.deezer.com/{kind}/{number}"
        if kind == "track":
            return playlist_of(answer, [answer], url, kind)
        if kind == "artist":
            listing = await self._api.get(f"artist/{number}/top", {"limit": _PAGE}, what="artist")
            return playlist_of(answer, rows_of(listing), url, kind)
        return await self._listed(answer, f"{kind}/{number}", url, kind)

    async def _listed(self, answer: Row, path: str, url: str, kind: str) -> Playlist:
        """A playlist or album, whose answer holds the first rows and, for long ones, only those."""
        listing, total = answer.get("tracks"), whole(answer.get("nb_tracks"))
        rows = rows_of(listing)
        more_at = self._api.next_of(listing)
        if not more_at and rows and total and len(rows) < total:
            more_at = f"{path}/tracks?index={len(rows)}&limit={_PAGE}"
        more, note = await self._api.follow(more_at, len(rows), _MAX_ROWS)
        # Deezer leaves empty rows out of a page, so that a page asked for by its index may repeat some.
        known = {row.get("id") for row in rows if isinstance(row, Mapping)}
        rows += [row for row in more if not isinstance(row, Mapping) or row.get("id") not in known]
        album = answer if kind == "album" else None
        return playlist_of(answer, rows, url, kind, total, note, album)

    # SoundSource

    async def find(self, track: Track) -> Track | None:
        """The same recording on Deezer: by ISRC, else by names and, where both are known, a duration within 3 s."""
        if track.source == self.name:
            return track
        if (isrc := track.isrc.replace("-", "")).isalnum():
            try:
                found = track_of(await self._api.get(f"track/isrc:{isrc}", what="track"))
            except PrivateOrEmpty:
                found = None
            if found:
                return found
        rows = await self._search("search", track, "track", "track")
        return recording.best(track, filter(None, map(track_of, rows)))

    async def preview(self, track: Track) -> bytes | None:
        """About 30 seconds of mp3, or None; the link is asked for afresh, because it expires after minutes."""
        if track.source != self.name:
            return None
        try:
            link = text((await self._api.get(f"track/{track.source_id}", what="track")).get("preview"))
            return await self._http.get_bytes(link, _PREVIEW_BYTES) if link else None
        except (BadInput, PrivateOrEmpty, AccessRefused, UnexpectedAnswer):
            return None

    # AudienceMeter, CareerSource, ArtistExplorer

    async def audience(self, artist: Artist) -> Artist:
        """``artist`` with its number of fans as of today; one it does not know comes back as given."""
        if artist.source != self.name:
            return artist
        try:
            row = await self._api.get(f"artist/{artist.source_id}", what="artist")
        except PrivateOrEmpty:
            return artist
        return artist_of(row, self._today()) or artist

    async def career(self, artist: Artist) -> Career | None:
        """By the first 300 of the artist's albums, EPs and singles; None for an artist of another service."""
        if artist.source != self.name:
            return None
        albums: list[object] = []
        total, path = None, f"artist/{artist.source_id}/albums?limit={_PAGE}"
        for _ in range(_CAREER_PAGES):
            try:
                listing = await self._api.get(path, what="artist")
            except PrivateOrEmpty:
                return None
            albums += rows_of(listing)
            total = whole(listing.get("total"))
            if not (path := self._api.next_of(listing)):
                break
        return career_of(albums, total, self._today())

    async def similar_artists(self, artist: Artist) -> list[Artist]:
        """The artists whom Deezer calls related, with their audiences; none for an artist of another service."""
        if artist.source != self.name:
            return []
        listing = await self._api.get(f"artist/{artist.source_id}/related", {"limit": _PAGE}, what="artist")
        return [found for row in rows_of(listing) if (found := artist_of(row, self._today()))]

    async def releases_of(self, artist: Artist, since: date) -> AsyncIterator[Candidate]:
        """The first two audible songs of the artist's albums, singles and EPs that came out on or after ``since``."""
        if artist.source == self.name:
            async for candidate in self._harvest(f"artist/{artist.source_id}/albums", since):
                yield candidate

    # ReleaseSource, ReleaseFinder

    async def new_releases(self, since: date) -> AsyncIterator[Candidate]:
        """Likewise for every release in Deezer's editorial list."""
        async for candidate in self._harvest("editorial/0/releases", since):
            yield candidate

    async def songs_of(self, release: Release) -> list[Candidate]:
        """The first two audible songs of the album of those names that came out within 30 days of ``release``."""
        wanted = Track(release.title, release.artists)
        hits = [row for row in await self._search("search/album", wanted, "album", "album") if _is_named(row, wanted)]
        for row in hits[:_LOOKED_AT]:
            try:
                album = await self._api.get(f"album/{mapping(row).get('id')}", what="album")
                released = day(album.get("release_date"))
                if released and abs(released - release.released) <= _SAME_RELEASE:
                    return await self._songs(album, {})
            except (PrivateOrEmpty, UnexpectedAnswer):
                continue  # another album of that name may do
        return []

    async def _harvest(self, path: str, since: date) -> AsyncIterator[Candidate]:
        listing = await self._api.get(path, {"limit": _PAGE}, what="list of releases")
        rows = rows_of(listing)[:_MAX_RELEASES]
        more, _ = await self._api.follow(self._api.next_of(listing), len(rows), _MAX_RELEASES)
        fans: dict[str, tuple[Audience, ...]] = {}
        for row in map(mapping, (*rows, *more)):
            released = day(row.get("release_date"))
            if released is None or not since <= released <= self._today():
                continue
            try:
                songs = await self._songs(await self._api.get(f"album/{row.get('id')}", what="album"), fans)
            except (PrivateOrEmpty, UnexpectedAnswer):
                continue  # one odd release must not end a harvest
            for song in songs:
                yield song

    async def _songs(self, album: Row, fans: dict[str, tuple[Audience, ...]]) -> list[Candidate]:
        """The first audible songs of an album's answer; ``fans`` are those of the artists already asked for."""
        songs = songs_that_sound(album, _SONGS_PER_RELEASE)
        for song in songs:
            if song.artist_id not in fans:
                artist = await self.audience(Artist(song.artists[0], self.name, song.artist_id))
                fans[song.artist_id] = (artist.audience,) if artist.audience else ()
        return [Candidate(song, fans[song.artist_id]) for song in songs]

    async def _search(self, path: str, track: Track, field: str, what: str) -> list[object]:
        """What Deezer finds by artist and title, which ``field`` names."""
        names = recording.main_artist(track), recording.plain_title(track.title)
        artist, title = (name.replace('"', "") for name in names)
        return rows_of(await self._api.get(path, {"q": f'artist:"{artist}" {field}:"{title}"'}, what))


def _target(link: str) -> tuple[str, str] | None:
    """("playlist", "908622995") of a link."""
    parts = urlsplit(link)
    found = _TARGET.fullmatch(parts.path) if parts.hostname not in _SHORT_HOSTS else None
    return (found[1].lower(), found[2]) if found else None


def _is_named(row: object, wanted: Track) -> bool:
    """Whether the album in ``row`` has the title and artist of ``wanted``, as we compare songs."""
    album = mapping(row)
    title, artist = text(album.get("title")), text(mapping(album.get("artist")).get("name"))
    return bool(title and artist) and recording.same(wanted, Track(title, (artist,)))
