"""Songs as vectors, compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.model import Vector


def standardised(rows: Sequence[Vector] | Vector) -> NDArray[np.float64]:
    """N vectors of D numbers → (N, D), each column with mean 0 and spread 1, or 0 where all songs have the same."""
    table = np.array(rows, np.float64)
    # What single precision cannot tell apart.
    resolution = 1e-7 * np.abs(table).max(axis=0)
    table -= table.mean(axis=0)
    spread = table.std(axis=0)
    same = spread <= resolution
    table[:, same] = 0
    table /= np.where(same, 1, spread)
    return table


def cosine(table: NDArray[np.float64]) -> Vector:
    """(N, D) → one minus the cosine, 0..2, (N, N)."""
    units = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
    distances: Vector = (1 - units @ units.T).astype(np.float32)
    return distances
