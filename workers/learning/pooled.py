"""What holds for everybody: empirical Bayes, the prior of each listener from the ratings of all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.learning.regression import BEFORE, LEADING, Matrix

#: A listener counts as at most so many ratings, so that no heavy or hostile rater outvotes the others.
VOICE = 20.0
#: What is assumed beforehand weighs as much as so many listeners.
LISTENERS = 10.0
#: Slopes may not be turned around, nor grow without bound, whoever rates.
_LEAST, _MOST = np.array([3.0, 0.3, 0.0]), np.array([7.0, 2.0, 1.5])


def everybody(listeners: NDArray[np.int64], leading: Matrix, ratings: Vector) -> Matrix:
    """The prior means (3,) of [1, z, c], from R ratings (R,) by these listeners (R,), ``leading`` (R, 3) being φ's.

    Slopes by ridge regression within listeners: each rating and column less its listener's mean, shrunk to what is
    assumed (``BEFORE``). The middle is the mean of listeners' middles once fit and others are accounted for. Who always
    gives the same rating is left out of both.
    """
    assumed = np.array(BEFORE)
    who, rows, counts = np.unique(listeners, return_inverse=True, return_counts=True)
    values = np.asarray(ratings, np.float64)

    def mean_of(column: Matrix) -> Matrix:
        means: Matrix = np.bincount(rows, column, len(who)) / counts
        return means

    columns = np.stack([mean_of(leading[:, column]) for column in range(LEADING)], axis=1)
    means = mean_of(values)
    told = mean_of((values - means[rows]) ** 2) > 0
    if not told.any():
        return assumed
    weight = (told * np.minimum(1, VOICE / counts))[rows]
    across, moved = (leading - columns[rows])[:, 1:], values - means[rows]
    held = LISTENERS * VOICE * np.eye(LEADING - 1)
    slopes = np.linalg.solve(
        held + (across.T * weight) @ across, held @ assumed[1:] + (across.T * weight) @ moved
    )  # fmt: skip
    slopes = np.clip(slopes, _LEAST[1:], _MOST[1:])
    middles = (means - columns[:, 1:] @ slopes)[told]
    middle = (assumed[0] * LISTENERS + middles.sum()) / (LISTENERS + len(middles))
    pooled: Matrix = np.concatenate([np.clip([middle], _LEAST[0], _MOST[0]), slopes])
    return pooled
