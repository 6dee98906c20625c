"""What each listener's own ratings expect of the songs they rated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.learning.regression import Matrix, Prior, learn


def expected(prior: Prior, listeners: NDArray[np.int64], phi: Matrix, ratings: Vector) -> Vector:
    """(R,): of ratings (R,) by these listeners (R,), what each listener's posterior expects of the same songs (R, p).

    The opinion of others among ``phi`` is to be 0. Nothing is forgotten: all of a listener's songs are looked back on.
    """
    order = np.argsort(listeners, kind="stable")
    _, starts = np.unique(listeners[order], return_index=True)
    looked = np.zeros(len(ratings), np.float32)
    for rows in np.split(order, starts[1:]) if len(order) else []:
        looked[rows] = learn(prior, phi[rows], ratings[rows], np.inf).expected(phi[rows])
    return looked
