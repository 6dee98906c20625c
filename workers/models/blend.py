"""What two models agree on: the timbre of a song as a whole, and how it goes on.

Model card. Input: the candidates' scores by the model "timbre", and exact dynamic time warping as in the model "dtw".
Each becomes the share of the candidates that it places below a song, which puts both on one scale; the score is their
mean, 0..1, the timbre counting ``TIMBRE`` times as much. Nothing is learned. Known weakness: on excerpts of 30 seconds
it is no better than the timbre alone, whatever the weight (README, "How well songs are told apart"); it knows only the
best of the screening.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from core.model import Vector
from core.ports import Ranking
from workers.warping.distances import Warp
from workers.warping.sequences import Sequences

TIMBRE = 10
_NEIGHBOURS = 3


class Blend:
    """See the module's model card."""

    name = "blend"
    version = "1"
    features = "timbre"
    screen = "timbre"
    everything = False

    def look(self, seeds: Sequences, candidates: Sequences, screened: Vector, warp: Warp) -> Ranking:
        """Scores 0..1 and nearest seed, each (N,)."""
        apart = warp(seeds, candidates)
        nearest = apart.argmin(axis=0)
        best = min(_NEIGHBOURS, len(seeds))
        warped = -np.partition(apart, best - 1, axis=0)[:best].mean(axis=0)
        scores = (TIMBRE * _places(screened) + _places(warped)) / (TIMBRE + 1)
        return Ranking(scores.astype(np.float32), nearest)


def _places(scores: Vector) -> NDArray[np.float64]:
    """The share of the scores below each, 0..1; equal ones share the middle of their places."""
    places: NDArray[np.float64] = (rankdata(scores) - 0.5) / len(scores)
    return places


MODEL = Blend()
