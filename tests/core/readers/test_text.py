from __future__ import annotations

import pytest

from core.errors import NoSongs
from core.readers.text import read_text


@pytest.mark.parametrize(
    "line",
    [
        "Nova Pine – Ember",
        "Nova Pine — Ember",
        "Nova Pine - Ember",
        "Nova Pine\tEmber",
        "Nova Pine | Ember",
        "Nova Pine–Ember",
        "  Nova Pine  -  Ember  ",
        "1. Nova Pine – Ember",
        "12) Nova Pine - Ember",
        "#3 Nova Pine - Ember",
        "03 - Nova Pine - Ember",
        "- Nova Pine – Ember",
        "• Nova Pine – Ember",
        "* Nova Pine - Ember",
        "7\tNova Pine\tEmber\tFirst Light",
        "Nova Pine – “Ember”",
        'Nova Pine - "Ember"',
        "“Ember” by Nova Pine",
        "Ember by Nova Pine",
    ],
)
def test_one_song_per_line(line: str) -> None:
    (track,) = read_text(line).tracks
    assert (track.artists, track.title) == (("Nova Pine",), "Ember")


@pytest.mark.parametrize(
    ("line", "artist", "title"),
    [
        ("Jay-Z - 99 Problems", "Jay-Z", "99 Problems"),
        ("AC/DC – T.N.T.", "AC/DC", "T.N.T."),
        ("2:54 – Creeping", "2:54", "Creeping"),
        ("Blink-182 - I Miss You - Live", "Blink-182", "I Miss You - Live"),
        ("Ben E. King - Stand by Me", "Ben E. King", "Stand by Me"),
        ("65daysofstatic – Radio Protector", "65daysofstatic", "Radio Protector"),
        ("宇多田ヒカル – First Love", "宇多田ヒカル", "First Love"),
        ("1975 - Robbers", "1975", "Robbers"),
        ("Twenty One Pilots – #1 Crush", "Twenty One Pilots", "#1 Crush"),
        ("!!! – Must Be the Moon", "!!!", "Must Be the Moon"),
    ],
)
def test_names_are_left_alone(line: str, artist: str, title: str) -> None:
    (track,) = read_text(line).tracks
    assert (track.artist, track.title) == (artist, title)


def test_a_duration_at_the_end_is_read() -> None:
    (track,) = read_text("Nova Pine – Ember (3:05)").tracks
    assert (track.title, track.duration_s) == ("Ember", 185)


def test_what_is_not_understood_is_counted() -> None:
    text = "# my list\n\nNova Pine – Ember\nhello there\n// more\nnova pine - EMBER\nhttps://example.com/a - b\nA – B\n"
    playlist = read_text(text)
    assert [str(track) for track in playlist.tracks] == ["Nova Pine – Ember", "A – B"]
    assert (playlist.total, playlist.partial) == (4, True)
    assert tuple(map(str, playlist.notes)) == ("I did not understand 2 of the lines.", "1 repeat left out.")


@pytest.mark.parametrize(
    "text", ["", "\n \n", "hello", "help me please", "# Nova Pine – Ember", "–", " - ", "Nova Pine –"]
)
def test_no_song(text: str) -> None:
    with pytest.raises(NoSongs, match="your list"):
        read_text(text)


def test_the_cap_is_said() -> None:
    playlist = read_text("\n".join(f"Artist – Song {i}" for i in range(12_345)))
    assert (len(playlist.tracks), playlist.total, playlist.partial) == (10_000, 12_345, True)
    assert tuple(map(str, playlist.notes)) == ("I read at most 10,000 songs.",)
