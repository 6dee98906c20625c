"""Songs into a playlist of a linked listener's account.

https://developer.spotify.com/documentation/web-api/reference/create-playlist and /add-items-to-playlist
"""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import MayNotSave, NotSaved, UnexpectedAnswer
from core.model import Track
from core.ports import Saved
from core.recording import best
from core.services._fields import listed, mapping, text
from core.services._spotify_client import Client, Question
from core.services._spotify_rows import PAGES, SERVICE, track_of

#: How many a search answers at most, and how many songs are added at a time.
_FOUND, _AT_ONCE = 10, 100
_LONGEST_NAME = 100


class Saving:
    """``client`` looks songs up, ``once`` writes: what was written and not answered must not be written again."""

    def __init__(self, client: Client, once: Client) -> None:
        self._client = client
        self._once = once

    async def save(self, title: str, tracks: Sequence[Track]) -> Saved:
        """A private playlist. Raises NotSaved where Spotify has none of the songs, MayNotSave, or as Client."""
        found = [await self._find(track) for track in tracks]
        numbers = list(dict.fromkeys(number for number in found if number))
        if not numbers:
            raise NotSaved(service="Spotify")
        name = title[:_LONGEST_NAME]
        made = await self._once.ask(
            lambda library: library.current_user_playlist_create(name, public=False), "playlist", _may_not
        )
        if not (playlist := text(made.get("id"))):
            raise UnexpectedAnswer(service="Spotify")
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            await self._once.ask(_adding(playlist, some), "playlist", _may_not)
        missing = tuple(track for track, number in zip(tracks, found, strict=True) if not number)
        return Saved(f"{PAGES}/playlist/{playlist}", len(numbers), missing)

    async def _find(self, track: Track) -> str:
        """Spotify's id of the recording; empty where it has none."""
        if track.source == SERVICE and track.source_id:
            return track.source_id
        for words in [f"isrc:{track.isrc}"] * bool(track.isrc) + [_named(track)]:
            answer = await self._client.ask(_searching(words), "search")
            rows = listed(mapping(answer.get("tracks")).get("items"))
            if found := best(track, filter(None, map(track_of, rows))):
                return found.source_id
        return ""


def _may_not() -> MayNotSave:
    return MayNotSave(service="Spotify")


def _adding(playlist: str, numbers: Sequence[str]) -> Question:
    return lambda library: library.playlist_add_items(playlist, numbers)


def _searching(words: str) -> Question:
    return lambda library: library.search(words, limit=_FOUND, type="track")


def _named(track: Track) -> str:
    """A search by names, in which a quotation mark would end one."""
    title, artist = (words.replace('"', " ") for words in (track.title, track.artists[0]))
    return f'track:"{title}" artist:"{artist}"'
