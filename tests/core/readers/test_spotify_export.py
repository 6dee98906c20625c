from __future__ import annotations

import pytest

from core.errors import NoSongs, NotReadable
from core.readers.spotify_export import read_export

URI = "spotify:track:6rqhFgbbKwnb9MLmUQDhG6"


def item(artist: str, title: str) -> dict[str, object]:
    track = {"trackName": title, "artistName": artist, "albumName": "First Light", "trackUri": URI}
    return {"track": track, "episode": None, "localTrack": None, "addedDate": "2026-11-14"}


def test_playlists() -> None:
    missing = {"track": None, "episode": None, "localTrack": {"uri": "spotify:local:::x:1"}}
    podcast = {"track": None, "episode": {"episodeName": "Talk"}, "localTrack": None}
    items = [item("Nova Pine", "Ember"), missing, podcast, item("Nova Pine", "Ash")]
    playlist = read_export({"playlists": [{"name": "Mine", "items": items}]}, "Playlist1")
    assert playlist.title == "Mine"
    assert [str(track) for track in playlist.tracks] == ["Nova Pine – Ember", "Nova Pine – Ash"]
    assert (playlist.total, tuple(map(str, playlist.notes))) == (3, ("I did not understand 1 of the entries.",))
    assert playlist.tracks[0].url == "https://open.spotify.com/track/6rqhFgbbKwnb9MLmUQDhG6"
    assert playlist.tracks[0].album == "First Light"


def test_several_playlists_are_read_in_order_under_the_name_of_the_file() -> None:
    playlists = [{"name": name, "items": [item("Nova Pine", name)]} for name in ("One", "Two")]
    playlist = read_export({"playlists": playlists}, "Playlist1")
    assert (playlist.title, [track.title for track in playlist.tracks]) == ("Playlist1", ["One", "Two"])


def test_library() -> None:
    tracks = [{"artist": "Nova Pine", "album": "First Light", "track": "Ember", "uri": URI}]
    playlist = read_export({"tracks": tracks, "albums": [], "shows": []}, "YourLibrary")
    assert [str(track) for track in playlist.tracks] == ["Nova Pine – Ember"]


def test_history_begins_with_the_most_played() -> None:
    plays = [("Rare", 1000), ("Often", 90_000), ("Rare", 2000), ("Once", 100_000), ("Often", 80_000)]
    rows = [
        {"endTime": "2026-11-01 10:00", "artistName": "Nova Pine", "trackName": title, "msPlayed": played}
        for title, played in plays
    ]
    playlist = read_export(rows, "StreamingHistory_music_0")
    assert [track.title for track in playlist.tracks] == ["Often", "Once", "Rare"]
    assert (playlist.partial, playlist.notes) == (False, ())


def test_extended_history_without_podcasts() -> None:
    names = ("master_metadata_track_name", "master_metadata_album_artist_name", "master_metadata_album_album_name")
    song = {"ts": "2026-11-01T10:00:00Z", "ms_played": 1000, "spotify_track_uri": URI}
    rows = [
        song | dict(zip(names, ("Ember", "Nova Pine", "First Light"), strict=True)),
        song | dict.fromkeys(names) | {"episode_name": "Talk"},
    ]
    playlist = read_export(rows, "Streaming_History_Audio_2026_1")
    assert [(str(track), track.album) for track in playlist.tracks] == [("Nova Pine – Ember", "First Light")]
    assert not playlist.partial


def test_a_plain_list_of_songs() -> None:
    playlist = read_export([{"artist": "Nova Pine", "title": "Ember"}, 7], "songs")
    assert (len(playlist.tracks), playlist.total) == (1, 2)


@pytest.mark.parametrize("data", [{}, {"playlists": 3}, {"tracks": "x"}, 7, "text", None])
def test_other_json_is_not_readable(data: object) -> None:
    with pytest.raises(NotReadable, match="Download your data"):
        read_export(data, "x.json")


@pytest.mark.parametrize("data", [[], {"playlists": []}, {"tracks": []}, {"playlists": [{"items": None}, 3]}, [None]])
def test_an_export_without_a_song(data: object) -> None:
    with pytest.raises(NoSongs):
        read_export(data, "x.json")
