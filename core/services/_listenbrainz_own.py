"""What a listener's own token is for: to prove whose account it is, and to make playlists there.

https://listenbrainz.readthedocs.io/en/latest/users/api/core.html#get--1-validate-token, /playlist.html, /metadata.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.errors import AccessRefused, NoSuchAccount, NotSaved, PrivateOrEmpty, UnexpectedAnswer
from core.model import Track
from core.ports import Saved
from core.recording import best
from core.services._fields import Row, listed, mapping, text
from core.services._http import Http
from core.services._metabrainz import WITH_MBIDS, mbid_of

_TOKEN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_AT_ONCE = 50
_EXTENSION = "https://musicbrainz.org/doc/jspf#playlist"


def is_token(words: str) -> bool:
    """A token is a UUID; no name on ListenBrainz is."""
    return bool(_TOKEN.fullmatch(words.strip()))


class Own:
    """Asks with a listener's token in place of the operator's."""

    def __init__(self, base: str, http: Http) -> None:
        self._base = base
        self._http = http

    async def owner(self, token: str) -> str:
        """See :class:`core.ports.TokenHolder`."""
        answer = mapping(
            await self._http.get_json(f"{self._base}/1/validate-token", what="token", headers=_with(token))
        )
        name = text(answer.get("user_name"))
        if answer.get("valid") is not True or not name:
            raise NoSuchAccount(handle="…", service="ListenBrainz")
        return name

    async def save(self, token: str, title: str, tracks: Sequence[Track]) -> Saved:
        """See :class:`core.ports.TokenHolder`. Raises NotSaved where MusicBrainz knows none of the songs."""
        numbers = await self._numbers(token, tracks)
        found = [number for number in dict.fromkeys(numbers) if number]
        if not found:
            raise NotSaved(service="ListenBrainz")
        playlist = {
            "title": title,
            "extension": {_EXTENSION: {"public": False}},
            "track": [{"identifier": [f"https://musicbrainz.org/recording/{number}"]} for number in found],
        }
        # A try that was answered by nothing may have been heard: two private playlists are the worst that comes of it.
        answer = mapping(
            await self._http.post_json(
                f"{self._base}/1/playlist/create", {"playlist": playlist}, "playlist", _with(token)
            )
        )
        if not (made := mbid_of(answer.get("playlist_mbid"))):
            raise UnexpectedAnswer(service="ListenBrainz")
        missing = tuple(track for track, number in zip(tracks, numbers, strict=True) if not number)
        return Saved(f"https://listenbrainz.org/playlist/{made}", len(found), missing)

    async def _numbers(self, token: str, tracks: Sequence[Track]) -> list[str]:
        """MusicBrainz's ids of the recordings, in order; empty for one that it does not know."""
        numbers: list[str] = []
        for start in range(0, len(tracks), _AT_ONCE):
            numbers += await self._looked_up(token, tracks[start : start + _AT_ONCE])
        return numbers

    async def _looked_up(self, token: str, tracks: Sequence[Track]) -> list[str]:
        known = [mbid_of(track.source_id) if track.source in WITH_MBIDS else "" for track in tracks]
        asked = [place for place, number in enumerate(known) if not number]
        if not asked:
            return known
        names = [{"artist_name": tracks[place].artist, "recording_name": tracks[place].title} for place in asked]
        try:
            answer = await self._http.post_json(
                f"{self._base}/1/metadata/lookup/", {"recordings": names}, "song", _with(token)
            )
        except (AccessRefused, PrivateOrEmpty):
            return known
        found = [track for row in map(mapping, listed(answer)) if (track := _track_of(row))]
        for place in asked:  # in whatever order they come, and without those that are not known
            if one := best(tracks[place], found):
                known[place] = one.source_id
        return known


def _track_of(row: Row) -> Track | None:
    """A recording that was looked up; None without its id or a name."""
    number = mbid_of(row.get("recording_mbid"))
    title, artist = text(row.get("recording_name")), text(row.get("artist_credit_name"))
    return Track(title, (artist,), "musicbrainz", number) if number and title and artist else None


def _with(token: str) -> dict[str, str]:
    return {"Authorization": f"Token {token}"}
