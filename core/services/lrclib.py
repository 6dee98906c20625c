"""LRCLIB (https://lrclib.net/docs): the words of songs, collected by its users, keyless, when switched on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.errors import PrivateOrEmpty, UnexpectedAnswer
from core.model import UNKNOWN_ARTIST, Track
from core.ports import Lyrics, Off
from core.recording import best, main_artist, plain_title
from core.services._fields import Row, listed, mapping, text
from core.services._http import Http, Manners
from core.settings import Lrclib as Settings
from core.settings import Settings as AllSettings

#: It is not asked for longer songs, and no song is as long as that; in seconds.
_LONGEST_S = 3600
_UNBELIEVABLE_S = 10**6
#: What stands before the words of a line, or of a word, that is timed; and lines about the song.
_TIMES = re.compile(r"[\[<]\d{1,3}:\d{2}(?:[.:]\d{1,3})?[\]>]|^\[[a-z]+:[^\]\n]*\]\s*$", re.M)
#: A song that was there in 2026.
_KNOWN = Track("Parasite Eve", ("Bonehunter",))


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client for LRCLIB, which names no limit: one request a second is polite."""
    return Http("LRCLIB", settings.base_url, {"lrclib.net"}, manners or Manners(requests=1, per_s=1, total_s=30))


def connect(settings: AllSettings) -> Lrclib | Off:
    """LRCLIB as the settings want it."""
    group = settings.lrclib
    if not group.enabled:
        return Off(Lrclib.name, Lrclib.title, "switched on by YASR_LRCLIB__ENABLED")
    return Lrclib(group, http_for(group))


class Lrclib:
    """A LyricsSource."""

    name = "lrclib"
    title = "LRCLIB"

    def __init__(self, settings: Settings, http: Http) -> None:
        self._base = settings.base_url.rstrip("/")
        self._http = http

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    async def check(self) -> None:
        """Searches for one song."""
        await self._search(_KNOWN)

    async def lyrics_of(self, track: Track) -> Lyrics | None:
        """The words of the song by its exact names and length where all are known, else of the same one in a search."""
        if track.artists[0] == UNKNOWN_ARTIST:
            return None
        rows = await self._exact(track)
        found = _chosen(track, rows) if rows else None
        return found or _chosen(track, await self._search(track))

    async def _exact(self, track: Track) -> list[Row]:
        length_s = track.duration_s or 0
        if not track.album or not 1 <= length_s <= _LONGEST_S:
            return []
        names = {"artist_name": track.artists[0], "track_name": track.title, "album_name": track.album}
        try:
            answer = await self._http.get_json(f"{self._base}/api/get", {**names, "duration": round(length_s)}, "song")
        except PrivateOrEmpty:
            return []
        if not isinstance(answer, dict):
            raise UnexpectedAnswer(service=self.title)
        return [answer]

    async def _search(self, track: Track) -> list[Row]:
        names = {"track_name": plain_title(track.title), "artist_name": main_artist(track)}
        answer = await self._http.get_json(f"{self._base}/api/search", names, "search")
        if not isinstance(answer, list):
            raise UnexpectedAnswer(service=self.title)
        return [mapping(row) for row in listed(answer)]


def _chosen(wanted: Track, rows: Sequence[Row]) -> Lyrics | None:
    """The words of the row that is the same recording; rows with words come before instrumental ones."""
    offers = [(offer, words) for row in rows if (offer := _track(row)) and (words := _lyrics(row))]
    offers.sort(key=lambda pair: pair[1].instrumental)
    found = best(wanted, [offer for offer, _ in offers])
    return next((words for offer, words in offers if offer is found), None)


def _track(row: Row) -> Track | None:
    title, artist = text(row.get("trackName")), text(row.get("artistName"))
    if not title or not artist:
        return None
    return Track(title, (artist,), Lrclib.name, text(row.get("id")), duration_s=_seconds(row.get("duration")))


def _seconds(value: object) -> float | None:
    """A length, which LRCLIB writes with a fraction; None when it is unknown."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 < value < _UNBELIEVABLE_S else None


def _lyrics(row: Row) -> Lyrics | None:
    """The words, without the times of timed ones; None when the row neither has any nor says that there are none."""
    if row.get("instrumental") is True:
        return Lyrics("", instrumental=True)
    words = text(row.get("plainLyrics")) or _TIMES.sub("", text(row.get("syncedLyrics"))).strip()
    return Lyrics(words) if words else None
