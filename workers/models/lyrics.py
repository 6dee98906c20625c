"""Songs about the same things, in the same words.

Model card. Input: counts of hashed terms of the lyrics, 0 or 1 + ln of the number, of the seeds and of all candidates
(:mod:`workers.lyrics`). Every count is weighed by how rare its term is among the candidates, ln((1 + n) / (1 + df)) + 1
as in scikit-learn's ``TfidfTransformer`` (Spärck Jones 1972, smoothed), and a song's weights are scaled to length one.
A candidate's score is the mean cosine to its ``NEIGHBOURS`` closest seeds, in 0..1. Nothing is learned. Known
weaknesses: songs are first of all alike by their language; several terms share one number, so that the cosine of two
songs that have nothing in common is not 0; sense and mood are not understood.
"""

from __future__ import annotations

import numpy as np

from core.model import Vector
from core.ports import Ranking

NEIGHBOURS = 3
#: Rows at a time: a block and its cosines stay in the processor's second-level cache.
_BLOCK = 1024
#: How rare a term is, is taken from at most this many candidates, evenly spread over the catalogue.
_SAMPLE = 20_000


class Words:
    """See the module's model card."""

    name = "lyrics"
    version = "1"
    features = "lyrics"

    def rank(self, seeds: Vector, candidates: Vector) -> Ranking:
        """``seeds`` (S, D) and ``candidates`` (N, D), float32 → scores and nearest seed, each (N,)."""
        rarity = _rarity(candidates[:: max(1, len(candidates) // _SAMPLE)])

        def weighed(vectors: Vector) -> Vector:
            weights: Vector = vectors * rarity
            length = np.sqrt(np.einsum("nd,nd->n", weights, weights))
            weights /= np.maximum(length, 1e-9)[:, None]
            return weights

        listener = np.ascontiguousarray(weighed(seeds).T)
        best = min(NEIGHBOURS, len(seeds))
        scores = np.empty(len(candidates), np.float32)
        nearest = np.empty(len(candidates), np.intp)
        for start in range(0, len(candidates), _BLOCK):
            block = slice(start, start + _BLOCK)
            alike = weighed(candidates[block]) @ listener
            nearest[block] = alike.argmax(axis=1)
            alike.partition(alike.shape[1] - best, axis=1)
            scores[block] = alike[:, -best:].mean(axis=1)
        return Ranking(scores, nearest)


def _rarity(counts: Vector) -> Vector:
    """The smoothed inverse document frequency of each term, (D,); ``counts`` is (n, D)."""
    rarity: Vector = np.log((1 + len(counts)) / (1 + (counts > 0).sum(axis=0))) + 1
    return rarity.astype(np.float32)


MODEL = Words()
