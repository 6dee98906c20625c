"""Lists that are taken along are read again, by us and by others, and a spreadsheet calculates nothing of them."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Track
from core.readers.files import read_file
from core.writers.lists import FORMATS, jspf, m3u, table

#: Names as services give them: some text, without the ends that every reader cuts.
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).map(
    lambda text: f"x{text}x"
)
tracks = st.builds(
    Track, title=names, artists=st.tuples(names), album=names, isrc=st.just("QZAAA2600001"),
    url=st.just("https://www.deezer.com/track/1"), duration_s=st.none() | st.floats(1, 9999),
)  # fmt: skip


@given(st.lists(tracks, min_size=1, max_size=5), names)
def test_a_table_is_read_again_by_any_reader_of_tables(songs: list[Track], title: str) -> None:
    rows = list(csv.DictReader(io.StringIO(table(title, songs), newline="")))
    assert [(row["artist"], row["title"], row["isrc"]) for row in rows] == [
        (song.artist, song.title, song.isrc) for song in songs
    ]


def test_a_table_is_read_again_by_ourselves() -> None:
    songs = [Track("Lullaby", ("Low",)), Track("Sun, flower", ('Say "hi"',))]
    read = read_file("mine.csv", table("x", songs).encode())
    assert [str(track) for track in read.tracks] == [str(track) for track in songs]


@pytest.mark.parametrize("evil", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("x")'])
def test_a_cell_is_no_formula(evil: str) -> None:
    for row in csv.reader(io.StringIO(table("x", [Track(evil, (evil,), album=evil)]), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)


@given(st.lists(tracks, max_size=5), names)
def test_a_playlist_is_json_with_every_song(songs: list[Track], title: str) -> None:
    playlist = json.loads(jspf(title, songs))["playlist"]
    assert (playlist["title"], [row["title"] for row in playlist["track"]]) == (title, [song.title for song in songs])


def test_a_playlist_names_recordings_by_their_numbers() -> None:
    number = "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae"
    song = Track("Lullaby", ("Low",), "musicbrainz", number, isrc="USX9P9400001", duration_s=583.5)
    (row,) = json.loads(jspf("x", [song]))["playlist"]["track"]
    assert row == {
        "title": "Lullaby", "creator": "Low", "duration": 583500,
        "identifier": [f"https://musicbrainz.org/recording/{number}", "isrc:USX9P9400001"],
    }  # fmt: skip


@given(st.lists(tracks, max_size=5), st.text())
def test_a_players_list_has_two_lines_a_song(songs: list[Track], title: str) -> None:
    lines = m3u(title, songs).splitlines()
    assert lines[0] == "#EXTM3U" and len([line for line in lines if line.startswith("https://")]) == len(songs)


def test_what_has_no_address_is_in_no_players_list() -> None:
    song = Track("Lullaby\nhttps://evil.example/", ("Low",), release_date=date(2026, 1, 1), url="https://x.example/1")
    assert m3u("a\nb", [song, Track("x", ("y",))]).splitlines() == [
        "#EXTM3U", "#PLAYLIST:a b", "#EXTINF:-1,Low – Lullaby https://evil.example/", "https://x.example/1",
    ]  # fmt: skip


def test_every_format_says_what_it_is() -> None:
    assert {name: written.media_type for name, written in FORMATS.items()} == {
        "jspf": "application/jspf+json", "csv": "text/csv", "m3u": "audio/x-mpegurl",
    }  # fmt: skip
