"""What the simulated services share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

Json = dict[str, Any]
Query = Mapping[str, str]
T = TypeVar("T")

NIRVANA = "5b11f4ce-a62d-471e-81fc-a69a8278c7da"
VARIOUS_ARTISTS = "89ad4ac3-39f7-470e-963a-56509c546377"
GENRES = ("electronic", "ambient", "indie rock", "hip hop", "folk", "house", "metal", "jazz")


def chapter(place: int) -> str:
    """What an act called the release of its past at this place."""
    return f"Chapter {place + 1}"


def page_of(rows: Sequence[T], query: Query, size: int, most: int = 100) -> Sequence[T]:
    """The page that ``limit`` and ``offset`` ask for: ``size`` rows when they do not say, and at most ``most``."""
    start = int(query.get("offset", 0))
    return rows[start : start + min(most, int(query.get("limit", size)))]


def genre(number: int) -> str:
    return GENRES[number % len(GENRES)]
