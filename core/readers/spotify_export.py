"""Spotify's "Download your data": playlists, library and listening history (https://support.spotify.com/article/data-rights-and-privacy-settings)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import NotReadable
from core.model import Playlist, Track
from core.readers._songs import called, playlist_of, song, spotify_url
from core.said import said

_SOURCE = "spotify export"
_ARTIST = ("artistName", "artist", "master_metadata_album_artist_name", "artists")
_TITLE = ("trackName", "track", "master_metadata_track_name", "title", "name")
_ALBUM = ("albumName", "album", "master_metadata_album_album_name")
_URI = ("trackUri", "uri", "spotify_track_uri")
_PLAYED = ("msPlayed", "ms_played")


def read_export(data: object, title: str) -> Playlist:
    """The songs of a parsed export: in order, or for a listening history the most played first (by time).

    Known files: Playlist1.json, YourLibrary.json, StreamingHistory_music_*.json, Streaming_History_Audio_*.json and
    endsong_*.json; a plain list of objects with artist and title works too. Raises NotReadable or NoSongs.
    """
    if isinstance(data, Mapping) and isinstance(data.get("playlists"), list):
        playlists = [one for one in data["playlists"] if isinstance(one, Mapping)]
        name = _first(playlists[0], ("name",)) if len(playlists) == 1 else ""
        return playlist_of(_listed(playlists), name or title, _SOURCE, unit="entries")
    if isinstance(data, Mapping) and isinstance(data.get("tracks"), list):
        return playlist_of(map(_song, data["tracks"]), title, _SOURCE, unit="entries")
    if isinstance(data, list):
        plays = [row for row in data if isinstance(row, Mapping) and any(key in row for key in _PLAYED)]
        songs: Iterator[Track | None] = _most_played(plays) if plays else map(_song, data)
        return playlist_of(songs, title, _SOURCE, unit="entries")
    raise NotReadable(what=called(title), problem=said("it is JSON, but not from Spotify’s “Download your data”"))


def _listed(playlists: list[Mapping[str, Any]]) -> Iterator[Track | None]:
    for playlist in playlists:
        items = playlist.get("items")
        for item in items if isinstance(items, list) else []:
            track = item.get("track") if isinstance(item, Mapping) else None
            if track is None and isinstance(item, Mapping) and item.get("episode"):
                continue  # a podcast is no song
            yield _song(track)


def _most_played(plays: list[Mapping[str, Any]]) -> Iterator[Track]:
    """Each song once, the one with the longest time played first; podcasts have no track name."""
    songs: dict[tuple[str, str], Track] = {}
    played: Counter[tuple[str, str]] = Counter()
    for play in plays:
        if track := _song(play):
            identity = (track.artist.casefold(), track.title.casefold())
            songs.setdefault(identity, track)
            times = (play.get(key) for key in _PLAYED)
            played[identity] += next((time for time in times if isinstance(time, int)), 0)
    for identity, _ in played.most_common():
        yield songs[identity]


def _song(row: object) -> Track | None:
    if not isinstance(row, Mapping):
        return None
    uri = _first(row, _URI)
    return song([_first(row, _ARTIST)], _first(row, _TITLE), album=_first(row, _ALBUM), url=spotify_url(uri))


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The first of the fields that holds text."""
    return next((row[name] for name in names if isinstance(row.get(name), str)), "")
