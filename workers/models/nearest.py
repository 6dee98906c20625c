"""The nearest songs of the playlist.

Model card. Input: feature vectors of the seeds and of all candidates, as the extractor made them. Every dimension is
standardised on the candidates, clipped at ±4 so that one odd number cannot decide, and scaled to length one. A
candidate's score is the mean cosine to its ``NEIGHBOURS`` closest seeds, in -1..1: a playlist with several tastes is
served in each of them, where an average of the playlist would lie between all of them. Nothing is learned. Known
weakness: hubs (songs near everything) are not corrected.
"""

from __future__ import annotations

import numpy as np

from core.model import Vector
from core.ports import Ranking
from workers.taste.scale import Scale

NEIGHBOURS = 3
#: Rows at a time: a block and its cosines stay in the processor's second-level cache.
_BLOCK = 1024
#: Means and spreads are taken from at most this many candidates, evenly spread over the catalogue.
_SAMPLE = 20_000


class Nearest:
    """See the module's model card."""

    name = "nearest"
    version = "1"
    features = ""

    def rank(self, seeds: Vector, candidates: Vector) -> Ranking:
        """``seeds`` (S, D) and ``candidates`` (N, D), float32 → scores and nearest seed, each (N,)."""
        sample = candidates[:: max(1, len(candidates) // _SAMPLE)]
        ground = sample if len(sample) > len(seeds) else np.concatenate([sample, seeds])
        scale = Scale.of(ground)

        def scaled(vectors: Vector) -> Vector:
            standard = scale(vectors)
            length = np.sqrt(np.einsum("nd,nd->n", standard, standard))
            standard /= np.maximum(length, 1e-9)[:, None]
            return standard

        listener = np.ascontiguousarray(scaled(seeds).T)
        best = min(NEIGHBOURS, len(seeds))
        scores = np.empty(len(candidates), np.float32)
        nearest = np.empty(len(candidates), np.intp)
        for start in range(0, len(candidates), _BLOCK):
            block = slice(start, start + _BLOCK)
            alike = scaled(candidates[block]) @ listener
            nearest[block] = alike.argmax(axis=1)
            alike.partition(alike.shape[1] - best, axis=1)
            scores[block] = alike[:, -best:].mean(axis=1)
        return Ranking(scores, nearest)


MODEL = Nearest()
