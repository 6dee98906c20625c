"""The student project's way: the mean cosine of ten raw features.

Model card. Input: vectors of the extractor "ten", of which the first ten numbers count, in Spotify's own units. A
candidate's score is its mean cosine to the seeds, -1..1. Tempo (about 120) and loudness (about -8) are all that such a
cosine sees. Nothing is learned. Kept as the baseline; see `yasr evaluate playlists`.
"""

from __future__ import annotations

import numpy as np

from core.model import Vector
from core.ports import Ranking
from workers.taste.encoding import TEN


class Cosine:
    """See the module's model card."""

    name = "cosine"
    version = "1"
    features = "ten"

    def rank(self, seeds: Vector, candidates: Vector) -> Ranking:
        """``seeds`` (S, 13) and ``candidates`` (N, 13), float32 → scores and nearest seed, each (N,)."""
        alike = _unit(candidates) @ _unit(seeds).T
        return Ranking(alike.mean(axis=1), alike.argmax(axis=1))


def _unit(vectors: Vector) -> Vector:
    ten = vectors[:, :TEN]
    scaled: Vector = ten / np.maximum(np.linalg.norm(ten, axis=1, keepdims=True), 1e-9)
    return scaled


MODEL = Cosine()
