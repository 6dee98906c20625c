from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import BadInput, NoSongs, NotReadable, WrongColumns
from core.readers.files import read_file

LINES = "Sigur Rós – Hoppípolla\nBjörk – Jóga\n"
TABLE = "artist,title\nSigur Rós,Hoppípolla\nBjörk,Jóga\n"
LIBRARY = json.dumps({"tracks": [{"artist": "Sigur Rós", "track": "Hoppípolla"}, {"artist": "Björk", "track": "Jóga"}]})
SONGS = ["Sigur Rós – Hoppípolla", "Björk – Jóga"]


@pytest.mark.parametrize(
    ("name", "text", "source"),
    [
        ("songs.txt", LINES, "text"),
        ("songs", LINES, "text"),
        ("songs.csv", LINES, "text"),
        ("songs.csv", TABLE, "csv"),
        ("songs.tsv", TABLE.replace(",", "\t"), "csv"),
        ("songs.txt", TABLE, "csv"),
        ("library.json", LIBRARY, "spotify export"),
        ("library.txt", LIBRARY, "spotify export"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_content_decides(name: str, text: str, source: str, encoding: str) -> None:
    playlist = read_file(name, text.encode(encoding))
    assert [str(track) for track in playlist.tracks] == SONGS
    assert (playlist.source, playlist.title) == (source, name.split(".")[0])


@pytest.mark.parametrize("text", [LINES.replace("–", "-"), TABLE])
def test_an_old_spreadsheet_is_windows_1252(text: str) -> None:
    assert [str(track) for track in read_file("x.csv", text.encode("cp1252")).tracks] == SONGS


def test_half_broken_utf_8_stays_utf_8() -> None:
    data = LINES.encode() + b"Nova \xff\xfePine - Ember\n" + "Café – Été".encode()[:-1]
    tracks = read_file("x.txt", data).tracks
    assert [str(track) for track in tracks[:2]] == SONGS
    assert str(tracks[2]) == "Nova \ufffd\ufffdPine – Ember"


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"a - b\0c", b"PK\x03\x04\x14\0\x08", b"ID3\x04\0\0", bytes(range(1, 32)) * 9],
)
def test_binary_data_is_not_readable(data: bytes) -> None:
    with pytest.raises(NotReadable, match=r"songs\.txt: it holds binary data"):
        read_file("songs.txt", data)


@pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf", b"no song in here\n"])
def test_a_file_without_a_song(data: bytes) -> None:
    with pytest.raises(NoSongs, match="songs"):
        read_file("songs.txt", data)


def test_broken_json() -> None:
    for data in (LIBRARY.encode()[:-5], b"[" * 100_000, b'{"tracks": [1' + b"9" * 10_000 + b"]}"):
        with pytest.raises(NotReadable, match="not complete JSON"):
            read_file("library.json", data)


def test_a_table_with_other_columns() -> None:
    with pytest.raises(WrongColumns, match="datum, betrag"):
        read_file("bank.csv", b"datum,betrag\n2026-11-20,12\n")


def test_names_are_made_printable() -> None:
    data = json.dumps([{"artist": "No\u0000va\ud800 Pine", "title": "Em\nber" + "x" * 1000}]).encode()
    (track,) = read_file("x.json", data).tracks
    assert track.artist == "No va Pine"
    assert track.title.startswith("Em ber") and len(track.title) == 300
    track.title.encode()


pieces = st.sampled_from(
    [b"artist", b"title", b",", b";", b'"', b"\n", b"\r", b"{", b"[", b"]", b"}", b":", b" - ", b"\xff", b"tracks"]
)


@given(
    st.sampled_from(["x.csv", "x.json", "x.txt", "", "../../etc/passwd", "\0"]),
    st.binary() | st.lists(pieces).map(b"".join),
)
@example("x.csv", b'artist,title\n"')
@example("x.json", b'[{"artist": {}, "title": []}]')
@example("x.txt", b"artist\ttitle\r\r\n")
def test_any_bytes_are_a_playlist_or_bad_input(name: str, data: bytes) -> None:
    try:
        playlist = read_file(name, data)
    except BadInput as error:
        assert "{" not in type(error).sentence or error.args_
    else:
        assert playlist.tracks
        assert playlist.total is not None and playlist.total >= len(playlist.tracks)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["playlists", "tracks", "items", "track", "artist", "title", "msPlayed"]), inner
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_any_json_is_a_playlist_or_bad_input(value: object) -> None:
    with suppress(BadInput):
        assert read_file("x.json", json.dumps(value).encode()).tracks
