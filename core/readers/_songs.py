"""What all readers share: clean names, no exact repeats, a cap, and an honest total."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date

from core.errors import NoSongs
from core.model import Playlist, Track

#: So many songs are read; the rest are counted.
MOST = 10_000
_LONGEST_NAME = 300


def playlist_of(songs: Iterable[Track | None], title: str, source: str, unit: str = "lines") -> Playlist:
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
        raise NoSongs(what=title)
    notes = (
        f"I did not understand {missed} of the {unit}" if missed else "",
        f"{repeats} {'repeat' if repeats == 1 else 'repeats'} left out" if repeats else "",
        f"I read at most {MOST:,} songs" if beyond else "",
    )
    total = len(kept) + missed + beyond
    return Playlist(title, tuple(kept.values()), source, total, notes=tuple(note for note in notes if note))


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
