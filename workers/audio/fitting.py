"""Fits the vector: how the descriptors are standardised, what within an artist's songs is damped, what is kept.

Standardising and cutting need no labels. The damping does: directions in which the songs of one artist differ (which
chord is played, how long a note is held) say little about how they sound, so they are shortened, gently, for what is
learned from few artists must do for all (within-class covariance, Hatch, Kajarekar & Stolcke 2006).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.audio.projection import CLIP, DIMS, Projection

#: How much a group counts. Not tuned finely: weights that are did not carry over to other music.
WEIGHTS: Mapping[str, float] = {
    "timbre": 0.5,
    "log_covariance": 0.5,
    "shape": 1.0,
    "peaks": 0.9,
    "level": 1.0,
    "harmony": 1.0,
    "rhythm": 0.6,
    "held": 1.0,
    "spectral_pattern": 1.0,
    "delta_pattern": 0.5,
    "variance_pattern": 0.5,
    "fluctuation_pattern": 1.0,
    "correlation_pattern": 0.7,
    "contrast_pattern": 1.0,
}

#: How strongly directions within classes are damped, relative to the mean of the twenty strongest.
DAMPING, _STRONGEST = 1.0, 20
_STEADY = 1e-6

Matrix = NDArray[np.float64]


def fit(
    groups: Mapping[str, Vector],
    classes: Sequence[str],
    version: str,
    more: Mapping[str, Vector] | None = None,
    fitted_on: frozenset[str] = frozenset(),
) -> Projection:
    """``groups`` by name, each (N, D); ``classes`` (N,) the artist of each song or "".

    ``more`` are descriptors without a class (parts of the songs, other songs), for the choice of what is kept alone.
    """
    columns = np.concatenate([groups[name] for name in WEIGHTS], axis=1).astype(np.float64)
    centre, spread = columns.mean(axis=0), columns.std(axis=0)
    weight = np.concatenate([np.full(groups[name].shape[1], WEIGHTS[name] / np.sqrt(groups[name].shape[1]))
                             for name in WEIGHTS])  # fmt: skip
    scale = 1 / np.maximum(spread, _STEADY)
    steady = spread <= _STEADY * np.maximum(1, np.abs(centre))
    scale[steady] = 0

    def standard(rows: Matrix) -> Matrix:
        clipped: Matrix = np.clip((rows - centre) * scale, -CLIP, CLIP) * weight
        return clipped

    songs = standard(columns)
    mean = songs.mean(axis=0)
    damped, directions = _damping(songs, np.asarray(classes))
    seen = songs if more is None else np.concatenate(
        [songs, standard(np.concatenate([more[name] for name in WEIGHTS], axis=1).astype(np.float64))]
    )  # fmt: skip
    seen = seen - mean
    seen = seen + (seen @ directions.T * damped) @ directions
    kept = np.linalg.svd(seen - seen.mean(axis=0), full_matrices=False)[2][:DIMS].T
    kept = np.pad(kept, ((0, 0), (0, DIMS - kept.shape[1])))
    matrix = kept + directions.T @ (damped[:, None] * (directions @ kept))
    return Projection(
        version=version,
        groups={name: groups[name].shape[1] for name in WEIGHTS},
        centre=centre.astype(np.float32),
        scale=scale.astype(np.float32),
        matrix=(weight[:, None] * matrix).astype(np.float32),
        offset=(mean @ matrix + seen.mean(axis=0) @ kept).astype(np.float32),
        fitted_on=fitted_on,
    )


def _damping(songs: Matrix, classes: NDArray[np.str_]) -> tuple[Matrix, Matrix]:
    """By how much the songs' directions (K, D) are shortened, (K,), -1..0."""
    apart = [songs[classes == name] - songs[classes == name].mean(axis=0)
             for name in np.unique(classes) if name and (classes == name).sum() > 1]  # fmt: skip
    if not apart:
        return np.zeros(0), np.zeros((0, songs.shape[1]))
    _, strength, directions = np.linalg.svd(np.concatenate(apart), full_matrices=False)
    share = _STRONGEST * strength**2 / (strength**2).sum()
    return 1 / np.sqrt(1 + DAMPING * share) - 1, directions
