"""What a worker is asked to draw: all that a picture shows, in words and numbers that are ready to be drawn.

The bot composes an order, in the listener's language; a worker draws it. The same order is the same picture, so that it
is drawn once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

#: Of the way that orders are drawn: another one has every picture drawn anew.
STYLE = 1
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """A feature of a taste: its name, where it lies in the catalogue (0..1), and its value in words ("118 BPM")."""

    name: str
    place: float
    value: str


@dataclass(frozen=True, slots=True)
class Radar:
    """Three features or more around a centre. ``middle`` says what the ring of 0.5 is: the catalogue's middle."""

    axes: tuple[Axis, ...]
    middle: str
    kind: Literal["radar"] = "radar"


@dataclass(frozen=True, slots=True)
class Cloud:
    """Songs of one kind on a map: what they are called together, and where each lies, in one unit for both ways."""

    name: str
    points: Points


@dataclass(frozen=True, slots=True)
class Map:
    """Songs in two dimensions: those that lie close sound alike."""

    clouds: tuple[Cloud, ...]
    kind: Literal["map"] = "map"


@dataclass(frozen=True, slots=True)
class Group:
    """How the artists of one kind spread over the bins: what they are called, and their shares, which make 1."""

    name: str
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How large artists are; ``bins`` in words, the smallest first."""

    bins: tuple[str, ...]
    groups: tuple[Group, ...]
    kind: Literal["histogram"] = "histogram"


@dataclass(frozen=True, slots=True)
class Pair:
    """A feature of the listener's song and of the pick, in words, and how far the pick lies above (in the spreads of
    the catalogue; None where there is no distance). ``agree``: they differ by little."""

    name: str
    mine: str
    theirs: str
    apart: float | None
    agree: bool


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two songs feature by feature: what both are called, and what stands below the two ends of the scale."""

    mine: str
    theirs: str
    less: str
    more: str
    pairs: tuple[Pair, ...]
    kind: Literal["pairs"] = "pairs"


@dataclass(frozen=True, slots=True)
class Path:
    """Which moments of two songs belong together (seconds), and the passage of each; ``seconds`` names the unit."""

    mine: str
    theirs: str
    mine_s: tuple[float, float]
    theirs_s: tuple[float, float]
    path: Points
    seconds: str
    kind: Literal["path"] = "path"


Part = Radar | Map | Histogram | Pairs | Path


@dataclass(frozen=True, slots=True)
class Sheet:
    """Parts one under the other, each below its heading. ``light`` is for pages on a light ground. ``otherwise`` is
    drawn in its place where no font has the letters of the language."""

    title: str
    note: str
    parts: tuple[tuple[str, Part], ...]
    light: bool = False
    otherwise: Sheet | None = None

    def words(self) -> Iterator[str]:
        """What is in the language of the listener: all but names."""
        yield from (self.title, self.note, *(heading for heading, _ in self.parts))
        for _, part in self.parts:
            match part:
                case Radar():
                    yield from (axis.name for axis in part.axes)
                case Histogram():
                    yield from part.bins
                case Pairs():
                    yield from (pair.name for pair in part.pairs)


@dataclass(frozen=True, slots=True)
class Portrait:
    """The pictures of one song that go by these names, of the sound of this track."""

    track_id: int
    title: str
    names: tuple[str, ...]


Order = Sheet | Portrait
_ORDER: TypeAdapter[Order] = TypeAdapter(Order)


def key(order: Order, listener: int) -> str:
    """Under which it is kept: a hash of all that is shown, of the way it is drawn, and of whose it is."""
    told = json.dumps([STYLE, listener, dump(order)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def dump(order: Order) -> dict[str, Any]:
    """An order as JSON values."""
    return dict(_ORDER.dump_python(order, mode="json"))


def load(row: object) -> Order:
    """What :func:`dump` made."""
    return _ORDER.validate_python(row)
