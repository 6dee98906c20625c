from __future__ import annotations

from datetime import date

import pytest

from core.errors import NoSongs, NotReadable, WrongColumns
from core.readers.table import read_table

EXPORTIFY = (
    '"Track URI","Track Name","Album Name","Artist Name(s)","Release Date","Duration (ms)","Popularity","Explicit"\n'
    '"spotify:track:6rqhFgbbKwnb9MLmUQDhG6","Ember (feat. Grey Harbour)","First Light","Nova Pine, Grey Harbour",'
    '"2026-11-13","185000","12","false"\n'
    '"spotify:local:a:b:c:1","Earfquake","IGOR","Tyler, The Creator","2019","190066","80","true"\n'
)
EXPORTIFY_NEW = (
    '"Track URI","Track Name","Artist URI(s)","Artist Name(s)","Album URI","Album Name","Album Artist Name(s)",'
    '"Album Release Date","Track Duration (ms)","ISRC","Added At"\n'
    '"spotify:track:6rqhFgbbKwnb9MLmUQDhG6","Ember","a","Nova Pine;Grey Harbour","b","First Light","Nova Pine",'
    '"2026-11-13","185000","FR-9W1-26-00001","2026-11-14T00:00:00Z"\n'
)
TUNEMYMUSIC = (
    "Track name,Artist name,Album,Playlist name,Type,ISRC,Spotify - id\n"
    "Ember,Nova Pine,First Light,Mine,Playlist,fr9w12600001,6rqhFgbbKwnb9MLmUQDhG6\n"
)


def test_exportify() -> None:
    playlist = read_table(EXPORTIFY, "mine")
    first, second = playlist.tracks
    assert (first.title, first.artists) == ("Ember (feat. Grey Harbour)", ("Nova Pine", "Grey Harbour"))
    assert (first.album, first.duration_s, first.release_date) == ("First Light", 185, date(2026, 11, 13))
    assert first.url == "https://open.spotify.com/track/6rqhFgbbKwnb9MLmUQDhG6"
    assert (second.artists, second.release_date, second.url) == (("Tyler, The Creator",), None, "")
    assert (playlist.title, playlist.total, playlist.partial) == ("mine", 2, False)


def test_newer_exportify() -> None:
    (track,) = read_table(EXPORTIFY_NEW).tracks
    assert (track.artists, track.isrc, track.duration_s) == (("Nova Pine", "Grey Harbour"), "FR9W12600001", 185)
    assert (track.album, track.release_date) == ("First Light", date(2026, 11, 13))


def test_tunemymusic() -> None:
    (track,) = read_table(TUNEMYMUSIC).tracks
    assert (str(track), track.album, track.isrc) == ("Nova Pine – Ember", "First Light", "FR9W12600001")
    assert track.url.endswith("/6rqhFgbbKwnb9MLmUQDhG6")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_any_delimiter_and_order(delimiter: str, newline: str) -> None:
    rows = [["Title", "ARTIST", "Duration"], ["Ember", "Nova Pine", "3:05"], ["", "", ""], ["Ash", "Nova Pine", ""]]
    playlist = read_table("\ufeff" + newline.join(delimiter.join(row) for row in rows))
    assert [str(track) for track in playlist.tracks] == ["Nova Pine – Ember", "Nova Pine – Ash"]
    assert playlist.tracks[0].duration_s == 185


def test_quotes_newlines_and_short_rows() -> None:
    playlist = read_table('artist,title\n"Pine, Nova","Em\nber ""live"""\nOnly Artist\n,No Artist\n')
    assert [(track.artist, track.title) for track in playlist.tracks] == [("Pine, Nova", 'Em ber "live"')]
    assert (playlist.total, tuple(map(str, playlist.notes))) == (3, ("I did not understand 2 of the rows.",))


def test_exact_repeats_are_left_out() -> None:
    playlist = read_table("artist,title\nNova Pine,Ember\nNova Pine,Ember\n")
    assert (len(playlist.tracks), playlist.partial, tuple(map(str, playlist.notes))) == (
        1,
        False,
        ("1 repeat left out.",),
    )


def test_wrong_columns_are_named() -> None:
    with pytest.raises(WrongColumns, match="I see: datum, betrag"):
        read_table("datum,betrag\n1,2\n")


def test_a_header_alone_is_no_song() -> None:
    with pytest.raises(NoSongs):
        read_table("artist,title\n")


def test_a_cell_beyond_every_bound_is_not_readable() -> None:
    with pytest.raises(NotReadable, match="line 2"):
        read_table(f'artist,title\nNova Pine,"{"x" * 200_000}"\n')


def test_the_cap_is_said() -> None:
    playlist = read_table("artist,title\n" + "".join(f"Artist,Song {i}\n" for i in range(12_345)))
    assert (len(playlist.tracks), playlist.total) == (10_000, 12_345)
