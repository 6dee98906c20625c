"""Pasted words: one "Artist – Title" per line."""

from __future__ import annotations

import re

from core.model import Playlist, Track
from core.readers._songs import playlist_of, song

_LONGEST_LINE = 500

_COMMENT = re.compile(r"#(?!\d)|//")
_NUMBERING = re.compile(r"^(?:\(?\d{1,5}[.):\]]\s+|\[\d{1,5}\]\s*|#\d{1,5}[.:]?\s+|\d{1,5}\t|[-–—*•·‣▪►●○]\s+)")
_TRACK_NUMBER = re.compile(r"^\d{1,4}\s+[-–—]\s+(?=\S.*\s[-–—]\s)")
_DURATION = re.compile(r"\s+[(\[]?(\d{1,2}):(\d{2})[)\]]?$")
_SEPARATOR = re.compile(r"\s*\t+\s*|\s+[-–—―−|~]{1,2}\s+")
_TIGHT_SEPARATOR = re.compile(r"\s*[–—―]\s*")
_TITLE_BY_ARTIST = re.compile(
    r"[\"“”«](?P<title>[^\"“”«»]+)[\"“”»],?\s+by\s+(?P<artist>\S.*)|(?P<t>[A-Z0-9].*?)\s+by\s+(?P<a>[A-Z0-9].*)"
)
_QUOTES = '"“”«»'


def read_text(text: str, title: str = "your list") -> Playlist:
    """The songs of a pasted list. Blank lines and comments (# …, // …) are skipped, numbers and bullets taken off.

    Lines that are no song count into ``total`` and are noted. Raises NoSongs.
    """
    lines = (line.strip() for line in text.splitlines())
    return playlist_of((_song(line) for line in lines if line and not _COMMENT.match(line)), title, "text")


def _song(line: str) -> Track | None:
    if len(line) > _LONGEST_LINE or "://" in line:
        return None
    line = _TRACK_NUMBER.sub("", _NUMBERING.sub("", line, count=1), count=1)
    duration = _DURATION.search(line)
    if duration:
        line = line[: duration.start()]
    artist, title = _split(line.strip())
    seconds = int(duration[1]) * 60 + int(duration[2]) if duration else None
    return song([_bare(artist)], _bare(title), duration_s=seconds)


def _split(line: str) -> tuple[str, str]:
    """Artist and title of a line, both empty when it has no two parts."""
    for separator in (_SEPARATOR, _TIGHT_SEPARATOR):
        artist, *rest = separator.split(line, maxsplit=1)
        if artist and rest and rest[0]:
            return artist, rest[0].split("\t")[0]
    if found := _TITLE_BY_ARTIST.fullmatch(line):
        return (found["artist"] or found["a"]), (found["title"] or found["t"])
    return "", ""


def _bare(name: str) -> str:
    """``name`` without the quotes around all of it; a name needs a letter, a digit or a sign of its own."""
    name = name.strip()
    if len(name) > 2 and name[0] in _QUOTES and name[-1] in _QUOTES:
        name = name[1:-1]
    return name
