"""Standardising: columns of different units become comparable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.model import Vector

_CLIP = 4.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Means and spreads (D,) of columns."""

    mean: Vector
    spread: Vector

    @classmethod
    def of(cls, columns: Vector) -> Scale:
        """Of the columns (N, D), N > 0; what is unknown (NaN) does not count."""
        known = ~np.isnan(columns)
        count = np.maximum(known.sum(axis=0), 1)
        mean = np.sum(columns, axis=0, where=known, dtype=np.float64) / count
        away = np.square(columns - mean.astype(np.float32))
        spread = np.sqrt(np.sum(away, axis=0, where=known, dtype=np.float64) / count)
        return cls(mean.astype(np.float32), np.where(spread < 1e-6, 1, spread).astype(np.float32))

    def __call__(self, columns: Vector) -> Vector:
        """Standardised and clipped, so that one odd number cannot decide; what is unknown lies in the middle."""
        standard: Vector = columns - self.mean
        standard /= self.spread
        np.clip(standard, -_CLIP, _CLIP, out=standard)
        return np.nan_to_num(standard, copy=False, nan=0.0)
