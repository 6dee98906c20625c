"""What is told of one contestant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Row:
    """Times of one ranking of so many ``candidates`` in milliseconds, the first left out, which warms up; what making
    ready took once; and what the process held at most of its own, the candidates included.
    """

    who: str
    candidates: int
    p50_ms: float
    p95_ms: float
    loading_s: float
    memory_mb: int
    note: str = ""


def row(who: str, candidates: int, seconds: Sequence[float], loading_s: float, memory_mb: int, note: str = "") -> Row:
    """From the times of all rounds."""
    p50, p95 = np.percentile(1000 * np.array(seconds[1:]), (50, 95))
    return Row(who, candidates, round(float(p50), 4), round(float(p95), 4), round(loading_s, 3), memory_mb, note)
