"""Sound files on this machine: a folder, or one file, becomes tracks with what their tags or their names say."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import mutagen
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

from core.errors import NoSongs, NoSuchPath
from core.model import UNKNOWN_ARTIST, Track
from core.readers._songs import clean, song
from core.said import said

#: How the names of the files end that we take for sound.
SOUND = frozenset({".mp3", ".m4a", ".mp4", ".ogg", ".oga", ".opus", ".flac", ".wav", ".webm", ".aac", ".aiff", ".aif"})
#: So many files are read at most.
MOST = 100_000

#: What a field is called in ID3v2 (https://id3.org/id3v2.4.0-frames), in MP4 atoms, and in Vorbis comments.
_FIELDS = {
    "title": ("TIT2", "©nam", "title"),
    "artist": ("TPE1", "©ART", "artist"),
    "album": ("TALB", "©alb", "album"),
    "isrc": ("TSRC", "----:com.apple.iTunes:ISRC", "isrc"),
    "date": ("TDRC", "©day", "date"),
    "genre": ("TCON", "©gen", "genre"),
}
_SEPARATOR = re.compile(r"\s+[-–—]\s+")
_TRACK_NUMBER = re.compile(r"\d{1,2}\.?")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
# mutagen promises MutagenError. Damaged files make its parsers fail in these ways too: a short read (struct.error,
# EOFError, LookupError), a seek before the beginning or an empty file (OSError), numbers that make no sense (the rest).
_BROKEN = (mutagen.MutagenError, OSError, EOFError, ValueError, TypeError, LookupError, ArithmeticError, struct.error)


def tracks_in(folder: Path) -> tuple[Track, ...]:
    """The sound files below ``folder`` in the order of their paths, at most :data:`MOST`; or the file itself.

    Hidden and unreadable files are left out. Without tags a file named "Artist - Title" is read as that; any other
    has its name as title and an unknown artist. Raises NoSuchPath, or NoSongs if there is no sound file.
    """
    try:
        folder.stat()
    except (OSError, ValueError):  # also a name that is too long, or that holds a NUL
        raise NoSuchPath(path=str(folder)) from None
    alone = folder.is_file()
    files = [folder] if alone else _files_below(folder)
    found = sorted(path.absolute() for path in islice(filter(_is_sound, files), MOST))
    if not found:
        name = folder.absolute().name
        raise NoSongs(what=said("the file {name}", name=name) if alone else said("the folder {name}", name=name))
    return tuple(map(_track, found))


def genres_of(path: Path) -> tuple[str, ...]:
    """What the tags of a sound file call its genres; empty when they do not."""
    return _tags(path)[0].get("genre", ())


def _files_below(folder: Path) -> Iterator[Path]:
    """Every file that is not hidden; follows links, but enters each folder once, so that a loop of links ends."""
    entered: set[tuple[int, int]] = set()
    for parent, folders, names in os.walk(folder, followlinks=True):
        try:
            here = Path(parent).stat()
        except OSError:  # gone since it was listed
            continue
        if (here.st_dev, here.st_ino) in entered:
            folders.clear()
            continue
        entered.add((here.st_dev, here.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def _is_sound(path: Path) -> bool:
    # Half a surrogate pair stands for a byte that is not UTF-8; such a name has no place in the store.
    storable = not any("\ud800" <= char <= "\udfff" for char in str(path))
    return storable and path.suffix.lower() in SOUND and os.access(path, os.R_OK) and path.is_file()


def _track(path: Path) -> Track:
    tags, duration_s = _tags(path)
    artist, title = _from_name(path)
    read = song(
        tags.get("artist") or (artist,),
        next(iter(tags.get("title", ())), title),
        album=next(iter(tags.get("album", ())), ""),
        isrc=next(iter(tags.get("isrc", ())), ""),
        duration_s=duration_s,
        release_date=_date(next(iter(tags.get("date", ())), "")),
    )
    return replace(read or Track(title, (artist,)), source="file", source_id=str(path), path=path)


def _tags(path: Path) -> tuple[dict[str, tuple[str, ...]], float | None]:
    """The fields of :data:`_FIELDS` with their values, and the duration in seconds; empty when the tags are broken."""
    try:
        file = mutagen.File(path)
        if file is None:
            return {}, None
        column = 0 if isinstance(file.tags, ID3) else 1 if isinstance(file.tags, MP4Tags) else 2
        tags = {field: _values(file.tags, keys[column]) for field, keys in _FIELDS.items()}
        return tags, float(file.info.length)
    except _BROKEN:
        return {}, None


def _values(tags: Mapping[str, Any] | None, key: str) -> tuple[str, ...]:
    """The texts under ``key``: of an ID3 frame, or in a list of texts or of bytes."""
    if tags is None or key not in tags:
        return ()
    value = tags[key]
    texts = getattr(value, "text", value)
    cleaned = (clean(text.decode(errors="replace") if isinstance(text, bytes) else str(text)) for text in texts)
    return tuple(dict.fromkeys(text for text in cleaned if text))


def _from_name(path: Path) -> tuple[str, str]:
    """(artist, title) as the file's name gives them; a leading track number is dropped."""
    pieces = [clean(piece) for piece in _SEPARATOR.split(path.stem)]
    if len(pieces) > 1 and _TRACK_NUMBER.fullmatch(pieces[0]):
        del pieces[0]
    if len(pieces) > 1 and all(pieces):
        return pieces[0], " - ".join(pieces[1:])
    return UNKNOWN_ARTIST, pieces[0] or clean(path.name)


def _date(text: str) -> date | None:
    """A date, or the first day of a month or year; None for anything else."""
    found = _DATE.match(text)
    if not found:
        return None
    year, month, day = (int(number or 1) for number in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
