"""Mutual proximity: songs are near only when each is near for the other, so that no song is near to everybody."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from core.model import Vector


def mutual_proximity(distances: Vector) -> Vector:
    """``distances`` (N, N), N > 1 → symmetric distances in 0..1 of the same shape, 0 on the diagonal.

    One minus the probability that two songs are nearer to each other than to some other song each, with every song's
    distances taken as Gaussian and the two as independent (Schnitzer, Flexer, Schedl & Widmer 2012).
    """
    count = len(distances)
    others = ~np.eye(count, dtype=bool)
    wide = distances.astype(np.float64)
    mean = wide.mean(axis=1, where=others, keepdims=True)
    spread = wide.std(axis=1, where=others, keepdims=True)
    below = ndtr((wide - mean) / np.maximum(spread, 1e-12))
    # 1 − (1 − p)(1 − q), written so that the nearest songs keep all their digits.
    mutual = below + below.T - below * below.T
    np.fill_diagonal(mutual, 0)
    proximity: Vector = mutual.astype(np.float32)
    return proximity
