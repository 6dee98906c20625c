"""What a worker is asked to draw: everything that a picture shows, in words and numbers that are ready to be drawn.

The bot composes an order, in the listener's language; a worker draws it. The same order is the same picture, so it is
drawn once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

#: Of the way that orders are drawn: another one has every picture drawn anew.
STYLE = 1


@dataclass(frozen=True, slots=True)
class Axis:
    """A feature on a radar: its name, where it lies in the catalogue (0..1, 0.5 in its middle), and its value in words
    ("118 BPM")."""

    name: str
    place: float
    value: str


@dataclass(frozen=True, slots=True)
class Radar:
    """Features as spokes around a centre; the ring of 0.5 is the middle of the catalogue. At least three axes."""

    axes: tuple[Axis, ...]
    middle: str
    kind: Literal["radar"] = "radar"


@dataclass(frozen=True, slots=True)
class Cloud:
    """Songs of one kind on a map: the kind's name, and where each lies (any unit, the same for both directions)."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Map:
    """Songs in two dimensions: those that lie close sound alike."""

    clouds: tuple[Cloud, ...]
    kind: Literal["map"] = "map"


@dataclass(frozen=True, slots=True)
class Group:
    """How the artists of one kind spread over the bins: the kind's name, and their shares, which add up to 1."""

    name: str
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How large the audiences of artists are: ``bins`` in words ("100–1,000"), smallest first."""

    bins: tuple[str, ...]
    groups: tuple[Group, ...]
    kind: Literal["histogram"] = "histogram"


@dataclass(frozen=True, slots=True)
class Pair:
    """A feature of a song of the listener's and of a pick, in words, and where both lie in the catalogue (0..1).
    ``agree`` says that the catalogue's songs mostly differ by more."""

    name: str
    mine: float
    theirs: float
    mine_value: str
    theirs_value: str
    agree: bool


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two songs feature by feature; their names are in the legend."""

    mine: str
    theirs: str
    pairs: tuple[Pair, ...]
    kind: Literal["pairs"] = "pairs"


@dataclass(frozen=True, slots=True)
class Path:
    """The moments of two songs that belong together (seconds), and where the passage begins and ends in each."""

    mine: str
    theirs: str
    mine_s: tuple[float, float]
    theirs_s: tuple[float, float]
    path: tuple[tuple[float, float], ...]
    kind: Literal["path"] = "path"


@dataclass(frozen=True, slots=True)
class Song:
    """The sound of a recording: pictures by their names (``waveform``, ``mfcc`` …)."""

    recording_id: int
    names: tuple[str, ...]
    kind: Literal["song"] = "song"


Part = Radar | Map | Histogram | Pairs | Path | Song


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole picture: a title, a line below it, and its parts, each under a heading."""

    title: str
    note: str
    parts: tuple[tuple[str, Part], ...]

    @property
    def key(self) -> str:
        """A hash of all that is shown, and of the way it is drawn."""
        told = json.dumps([STYLE, dump(self)], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


_SHEET = TypeAdapter(Sheet)


def dump(sheet: Sheet) -> dict[str, Any]:
    """An order as JSON values."""
    return dict(_SHEET.dump_python(sheet, mode="json"))


def load(row: object) -> Sheet:
    """What :func:`dump` made. Raises pydantic.ValidationError for anything else."""
    return _SHEET.validate_python(row)
