"""The nearest songs by how they go on: exact dynamic time warping.

Model card. Input: MFCC averaged over half seconds, all songs on one scale (:mod:`workers.audio.sequence`). Two songs
are as far apart as the cheapest way to lay one along the other (:class:`workers.warping.rule.Rule`: symmetric2, squared
Euclidean, divided by both lengths). A candidate's score is 1 / (1 + d), d the mean distance to its ``NEIGHBOURS``
closest seeds. The model "timbre" screens the catalogue first; it is the better judge of what sounds alike. Nothing is
learned. Known weaknesses: on excerpts of 30 seconds the order of the frames says hardly anything (shuffled, they find
the same songs); hubs are not corrected; a song at another loudness or in another room is further away than it sounds.
"""

from __future__ import annotations

import numpy as np

from core.model import Vector
from core.ports import Ranking
from workers.warping.distances import Warp
from workers.warping.sequences import Sequences

NEIGHBOURS = 3


class Warped:
    """See the module's model card."""

    name = "dtw"
    version = "1"
    features = "timbre"
    screen = "timbre"
    everything = False

    def look(self, seeds: Sequences, candidates: Sequences, screened: Vector, warp: Warp) -> Ranking:
        """Scores 0..1 and nearest seed, each (N,)."""
        apart = warp(seeds, candidates)
        nearest = apart.argmin(axis=0)
        best = min(NEIGHBOURS, len(seeds))
        apart = np.partition(apart, best - 1, axis=0)
        return Ranking(1 / (1 + apart[:best].mean(axis=0)), nearest)


MODEL = Warped()
