"""The textbook's dynamic time warping, in float64: what every kernel must agree with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.warping.jit import compiled
from workers.warping.rule import Rule


def cells(first: NDArray[Any], second: NDArray[Any], rule: Rule) -> NDArray[np.float64]:
    """(n, D) and (m, D) → the cost of the cheapest path from the first corner to each cell, (n, m), not normalised."""
    return _cells(first.astype(np.float64), second.astype(np.float64), rule.diagonal, rule.band)


def distance(first: NDArray[Any], second: NDArray[Any], rule: Rule) -> float:
    """The distance of two songs, (n, D) and (m, D)."""
    total = float(cells(first, second, rule)[-1, -1])
    return total / (len(first) + len(second)) if rule.normalised else total


@compiled
def _cells(first: NDArray[np.float64], second: NDArray[np.float64], diagonal: int, band: float) -> NDArray[np.float64]:
    n, m = len(first), len(second)
    most = max(n, m)
    reach = max(1, int(band * most)) * (most - 1)
    total = np.full((n + 1, m + 1), np.inf)
    total[0, 0] = 0
    for i in range(n):
        for j in range(m):
            if band == 0 or abs(j * (n - 1) - i * (m - 1)) <= reach:
                cost = np.square(first[i] - second[j]).sum()
                total[i + 1, j + 1] = cost + min(total[i, j] + (diagonal - 1) * cost, total[i, j + 1], total[i + 1, j])
    return total[1:, 1:]
