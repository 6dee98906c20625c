"""Labelled sound files: a table with a row for each."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import BadInput, NoSuchPath
from core.said import said

#: Our name of a label, and the headings it may have; a table needs ``file``, the rest may be missing or empty.
_LABELS = {"artist": ("composer", "artist"), "album": ("album",), "style": ("style", "genre")}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sound file and what is known of it; a label that is not known is empty."""

    path: Path
    artist: str = ""
    album: str = ""
    style: str = ""


def read_manifest(manifest: Path) -> list[Excerpt]:
    """The rows of a CSV file whose ``file`` column is relative to it. Raises NoSuchPath or BadInput."""
    if not manifest.is_file():
        raise NoSuchPath(path=str(manifest))
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadInput(problem=said("{name} is not a table", name=manifest.name)) from error
    if not rows or not rows[0].get("file"):
        raise BadInput(problem=said("{name} has no column “file”, or no rows", name=manifest.name))
    return [_excerpt(manifest.parent, row) for row in rows if row.get("file")]


def _excerpt(folder: Path, row: Mapping[str, str | None]) -> Excerpt:
    labels = {
        label: next((text for heading in headings if (text := (row.get(heading) or "").strip())), "")
        for label, headings in _LABELS.items()
    }
    return Excerpt(folder / (row["file"] or ""), **labels)
