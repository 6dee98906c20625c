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

NEIGHBOURS = 3
_CLIP = 4.0
_BLOCK = 16_384


class Nearest:
    """See the module's model card."""

    name = "nearest"
    version = "1"

    def rank(self, seeds: Vector, candidates: Vector) -> Ranking:
        """``seeds`` (S, D) and ``candidates`` (N, D), float32 → scores and nearest seed, each (N,)."""
        ground = candidates if len(candidates) > len(seeds) else np.concatenate([candidates, seeds])
        mean, spread = ground.mean(axis=0), ground.std(axis=0)
        spread[spread < 1e-6] = 1.0

        def scaled(vectors: Vector) -> Vector:
            standard = np.clip((vectors - mean) / spread, -_CLIP, _CLIP)
            length = np.linalg.norm(standard, axis=1, keepdims=True)
            return np.asarray(standard / np.maximum(length, 1e-9), np.float32)

        listener = scaled(seeds)
        best = min(NEIGHBOURS, len(seeds))
        scores = np.empty(len(candidates), np.float32)
        nearest = np.empty(len(candidates), np.intp)
        for start in range(0, len(candidates), _BLOCK):
            block = slice(start, start + _BLOCK)
            alike = scaled(candidates[block]) @ listener.T
            nearest[block] = alike.argmax(axis=1)
            scores[block] = np.partition(alike, -best, axis=1)[:, -best:].mean(axis=1)
        return Ranking(scores, nearest)


MODEL = Nearest()
