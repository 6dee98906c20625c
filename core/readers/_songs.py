"""What all readers share: clean names, no exact repeats, a cap, and an honest total."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Literal

from core.errors import NoSongs
from core.model import Playlist, Track
from core.said import Said, counted, mark, said

#: So many songs are read; the rest are counted.
MOST = 10_000
_LONGEST_NAME = 300

#: Titles that are our own words; all others are names.
_OURS = frozenset({mark("the pasted text"), mark("your file"), mark("your list"), mark("your table")})

Unit = Literal["lines", "rows", "entries"]
_MISSED: dict[Unit, str] = {
    "lines": mark("I did not understand {missed} of the lines."),
    "rows": mark("I did not understand {missed} of the rows."),
    "entries": mark("I did not understand {missed} of the entries."),
}


def playlist_of(songs: Iterable[Track | None], title: str, source: str, unit: Unit = "lines") -> Playlist:
    """The distinct ``songs`` in order; a None is an entry that was not understood, and counts into ``total``.

    Raises NoSongs when there is no song.
    """
    kept: dict[tuple[str, ...], Track] = {}
    missed = repeats = beyond = 0
    for song in songs:
        if song is None:
            missed += 1
        elif (identity := (song.isrc, song.artist.casefold(), song.title.casefold())) in kept:
            repeats += 1
        elif len(kept) == MOST:
            beyond += 1
        else:
            kept[identity] = song
    if not kept:
        raise NoSongs(what=called(title))
    notes = (
        Said(_MISSED[unit], {"missed": missed}) if missed else None,
        counted("{count} repeat left out.", "{count} repeats left out.", count=repeats) if repeats else None,
        said("I read at most {count} songs.", count=MOST) if beyond else None,
    )
    total = len(kept) + missed + beyond
    return Playlist(title, tuple(kept.values()), source, total, notes=tuple(note for note in notes if note))


def called(title: str) -> Said | str:
    """What the sentence of an error calls a list: its name, or our own words in the listener's language."""
    return Said(title) if title in _OURS else title


def song(
    artists: Iterable[str],
    title: str,
    *,
    album: str = "",
    isrc: str = "",
    duration_s: float | None = None,
    release_date: date | None = None,
    url: str = "",
) -> Track | None:
    """A track from names as somebody wrote them; None when artist or title is missing."""
    names = tuple(name for name in map(clean, artists) if name)
    title = clean(title)
    if not names or not title:
        return None
    return Track(
        title=title,
        artists=names,
        album=clean(album),
        isrc=clean(isrc).replace("-", "").upper(),
        duration_s=duration_s if duration_s and 0 < duration_s < 86_400 else None,
        release_date=release_date,
        url=url,
    )


def clean(name: str) -> str:
    """``name`` on one line, without control characters and halves of surrogate pairs, at most 300 characters."""
    if not name.isprintable():  # rare, and the test is fast
        name = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char for char in name)
    return " ".join(name.split())[:_LONGEST_NAME]


def spotify_url(identity: str) -> str:
    """The web address of a Spotify track URI, link or bare id; "" for anything else."""
    number = identity.strip().split("?")[0].replace("/", ":").rsplit(":", 1)[-1]
    return f"https://open.spotify.com/track/{number}" if len(number) == 22 and number.isalnum() else ""
