"""Several tastes in one playlist: which of its songs belong together.

Songs are merged bottom-up as long as it is likelier that two groups have one centre than two, in the model of
:mod:`workers.taste.plda`, as speakers are told apart in a conversation (Sell & Garcia-Romero, "Speaker diarization with
PLDA i-vector scoring and unsupervised calibration", SLT 2014).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.model import Vector

#: Two groups stay apart only where that is likelier by so many nats: songs tell less than their many, dependent numbers
#: pretend. Tuned on pairs of playlists put together, 40 to 80 are as good.
APART = 60.0
#: Fewer songs are no taste: outliers, which nothing is looked for by.
FEWEST = 4
#: At most so many tastes are served, and so many songs, evenly spread, say which there are.
TASTES, ASKED = 6, 300


def tastes(songs: Vector, between: Vector) -> list[NDArray[np.intp]]:
    """The rows of each taste, the largest first, of projected songs (S, K); every song where there is but one taste.

    ``between`` (K,): the variance of centres, where songs scatter around theirs with variance one.
    """
    asked = np.unique(np.linspace(0, len(songs) - 1, min(ASKED, len(songs))).astype(np.intp))
    found = [asked[rows] for rows in _merged(songs[asked].astype(np.float64), between) if len(rows) >= FEWEST]
    if len(found) < 2:
        return [np.arange(len(songs))]
    return sorted(found, key=len, reverse=True)[:TASTES]


def _merged(songs: NDArray[np.float64], between: Vector) -> list[NDArray[np.intp]]:
    """The rows of each group of songs (S, K)."""
    groups = [[row] for row in range(len(songs))]
    sums, counts = songs.copy(), np.ones(len(songs))
    gains = np.array([_gains(sums, counts, row, between) for row in range(len(songs))])
    while True:
        np.fill_diagonal(gains, -np.inf)
        first, second = sorted(divmod(int(gains.argmax()), len(gains)))
        if not gains[first, second] > -APART:
            return [np.array(group) for group in groups if group]
        groups[first] += groups[second]
        groups[second] = []
        sums[first] += sums[second]
        counts[first] += counts[second]
        counts[second] = 0
        gains[first] = gains[:, first] = _gains(sums, counts, first, between)
        gains[second] = gains[:, second] = -np.inf


def _gains(sums: NDArray[np.float64], counts: NDArray[np.float64], row: int, between: Vector) -> NDArray[np.float64]:
    """How much likelier one centre is for each group together with that in ``row``, in nats, (S,); -inf for none."""
    alone = _likelihood(sums, counts, between)
    gains: NDArray[np.float64] = _likelihood(sums + sums[row], counts + counts[row], between) - alone - alone[row]
    gains[counts == 0] = -np.inf
    return gains


def _likelihood(sums: NDArray[np.float64], counts: NDArray[np.float64], between: Vector) -> NDArray[np.float64]:
    """Of groups with these ``sums`` (G, K) and sizes (G,), up to what does not depend on the grouping; (G,)."""
    size = 1 + counts[:, None] * between
    likelihood: NDArray[np.float64] = 0.5 * np.sum(between * sums**2 / size - np.log(size), axis=1)
    return likelihood
