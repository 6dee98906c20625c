"""A folder of sound files: what their tags say, and what their names say where there are no tags."""

from __future__ import annotations

from pathlib import Path

import mutagen

from core.errors import NoSongs, NoSuchPath
from core.model import UNKNOWN_ARTIST, Track

SOUND = frozenset({".mp3", ".m4a", ".mp4", ".ogg", ".oga", ".opus", ".flac", ".wav", ".webm", ".aac", ".aiff", ".aif"})


def tracks_in(folder: Path) -> tuple[Track, ...]:
    if not folder.exists():
        raise NoSuchPath(path=str(folder))
    files = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.suffix.lower() in SOUND)
    if not files:
        raise NoSongs(what=f"the folder {folder.name}")
    out = []
    for f in files:
        try:
            tags = mutagen.File(f, easy=True) or {}
        except mutagen.MutagenError:
            tags = {}
        artist, _, title = f.stem.partition(" - ")
        out.append(
            Track(
                (tags.get("title") or [title or f.stem])[0],
                tuple(tags.get("artist") or [artist if title else UNKNOWN_ARTIST]),
                "file",
                str(f),
                path=f,
            )
        )
    return tuple(out)
