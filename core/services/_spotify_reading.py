"""Playlists, albums, songs and a listener's own lists, for client ids of every age.

Since February 2026 a new client id reads the entries of a playlist at /items, and only of one that its linked listener
owns or shares; older ones may have only /tracks, for every public playlist. Which it is, is tried and remembered.
https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.errors import PrivateOrEmpty, ServiceTrouble, SpotifyMade, SpotifyNotLinked, SpotifyNotYours
from core.model import Playlist
from core.said import Said
from core.services import _notes
from core.services._fields import Row, listed, mapping, text, whole
from core.services._spotify_client import PAGE, Client, Library
from core.services._spotify_links import Target
from core.services._spotify_rows import PAGES, SERVICE, playlist_of, track_of

_MAX_ROWS = 10_000
_MADE_BY_SPOTIFY = "37i9dQ"
#: How many of the songs a listener plays most, and of those they like, are read.
_TOP = 50
_LIKED = 1_000

Page = Callable[[Library, int], Any]


def _items(number: str) -> Page:
    return lambda library, offset: library.playlist_items(number, limit=PAGE, offset=offset)


def _old_tracks(number: str) -> Page:
    return lambda library, offset: library.old_playlist_tracks(number, offset)


class Reading:
    """Reads with the eyes of ``client``; ``forbidden`` makes what it means that a playlist may not."""

    def __init__(self, client: Client, forbidden: Callable[[], ServiceTrouble]) -> None:
        self._client = client
        self._forbidden = forbidden
        self._ways = [_items, _old_tracks]  # the one that worked last comes first

    async def read(self, target: Target) -> Playlist:
        """A playlist, album, track or the liked songs. Raises as :meth:`Client.ask`, and SpotifyMade."""
        match target.kind:
            case "playlist":
                return await self._playlist(target)
            case "album":
                return await self._album(target)
            case "track":
                row = await self._client.ask(lambda library: library.track(target.number), "track")
                return playlist_of(text(row.get("name")), [track_of(row)], target.url, "track", 1)
            case _:
                return await self.liked()

    async def liked(self) -> Playlist:
        """The latest liked songs of a linked listener."""
        rows, total, note = await self._pages(
            lambda library, offset: library.current_user_saved_tracks(limit=PAGE, offset=offset), "list", _LIKED
        )
        return playlist_of("Liked songs", list(map(track_of, rows)), f"{PAGES}/collection/tracks", "list", total, note)

    async def top(self) -> Playlist:
        """The songs that a linked listener played most in the last six months."""
        page = await self._client.ask(lambda library: library.current_user_top_tracks(limit=_TOP), "list")
        return playlist_of("Most played songs", list(map(track_of, listed(page.get("items")))), "", "list")

    async def recent(self) -> Playlist:
        """The songs that a linked listener heard last, each once."""
        page = await self._client.ask(lambda library: library.current_user_recently_played(limit=_TOP), "list")
        songs = {track.source_id or str(track): track for row in listed(page.get("items")) if (track := track_of(row))}
        return Playlist("Recently played songs", tuple(songs.values()), SERVICE)

    async def me(self) -> str:
        """The name of a linked listener's account."""
        return text((await self._client.ask(lambda library: library.me(), "account")).get("id"))

    async def playlists(self) -> list[Playlist]:
        """The playlists that a linked listener owns or shares, without their songs."""
        me = await self.me()
        rows, _, _ = await self._pages(
            lambda library, offset: library.current_user_playlists(limit=PAGE, offset=offset), "list", _LIKED
        )
        return [_shown(row) for row in map(mapping, rows) if _is_shared(row, me) and text(row.get("id"))]

    async def _playlist(self, target: Target) -> Playlist:
        number = target.number
        try:
            head = await self._client.ask(
                lambda library: library.playlist(number, fields="name"), "playlist", self._forbidden
            )
            rows, total, note = await self._entries(number)
        except PrivateOrEmpty:
            if number.startswith(_MADE_BY_SPOTIFY):
                raise SpotifyMade from None
            raise
        return playlist_of(text(head.get("name")), list(map(track_of, rows)), target.url, "playlist", total, note)

    async def _entries(self, number: str) -> tuple[list[object], int | None, Said | None]:
        refusals: list[ServiceTrouble] = []
        for way in list(self._ways):
            try:
                found = await self._pages(way(number), "playlist", _MAX_ROWS)
            except (PrivateOrEmpty, SpotifyNotLinked, SpotifyNotYours) as refusal:
                refusals.append(refusal)
            else:
                self._ways.sort(key=lambda known: known is not way)
                return found
        # That one way is gone says less than that the other is forbidden.
        raise min(refusals, key=lambda refusal: isinstance(refusal, PrivateOrEmpty))

    async def _album(self, target: Target) -> Playlist:
        album = await self._client.ask(lambda library: library.album(target.number), "album")
        first = mapping(album.get("tracks"))
        rows, total, note = await self._pages(
            lambda library, offset: library.album_tracks(target.number, limit=PAGE, offset=offset),
            "album", _MAX_ROWS, first,
        )  # fmt: skip
        songs = [track_of(row, album) for row in rows]
        return playlist_of(text(album.get("name")), songs, target.url, "album", total, note)

    async def _pages(
        self, page: Page, what: str, most: int, first: Row | None = None
    ) -> tuple[list[object], int | None, Said | None]:
        """The rows of all pages, how many there are in all, and why they end early (None when they do not)."""
        answer = first if first is not None else await self._client.ask(lambda it: page(it, 0), what, self._forbidden)
        rows = new = listed(answer.get("items"))
        total = whole(answer.get("total"))
        while new and answer.get("next") and len(rows) < min(most, most if total is None else total):
            offset, before = len(rows), new
            try:
                answer = await self._client.ask(lambda it, offset=offset: page(it, offset), what, self._forbidden)  # type: ignore[misc] # mypy does not infer a default's type
            except ServiceTrouble as trouble:
                return rows, total, _notes.stopped("Spotify", trouble)
            new = listed(answer.get("items"))
            if new == before:
                return rows, total, _notes.circle("Spotify")
            rows = rows + new
        more = len(rows) > most or (total or 0) > len(rows) >= most
        return rows[:most], total, _notes.at_most(most) if more else None


def _is_shared(row: Row, me: str) -> bool:
    return row.get("collaborative") is True or (bool(me) and text(mapping(row.get("owner")).get("id")) == me)


def _shown(row: Row) -> Playlist:
    listing = mapping(row.get("items")) or mapping(row.get("tracks"))
    url = f"{PAGES}/playlist/{text(row.get('id'))}"
    return Playlist(text(row.get("name")) or "Spotify", (), SERVICE, whole(listing.get("total")), url)
