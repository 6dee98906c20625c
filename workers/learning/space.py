"""Where songs lie to each other: few, uncorrelated dimensions, whatever the vectors are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.model import Vector
from workers.taste.scale import Scale

#: So many directions say most about 128 correlated numbers, and a hundred ratings can teach something about each.
DIMS = 24
_SAMPLE = 20_000
#: Directions along which songs vary less than this share of the widest are noise, and would be blown up.
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Space:
    """The principal components of a catalogue's standardised vectors, each with unit variance."""

    scale: Scale
    directions: Vector

    @classmethod
    def of(cls, vectors: Vector) -> Space:
        """Of a catalogue (N, D), N > 0; (D, d) directions, d at most ``DIMS``, 0 where all songs are the same."""
        sample = vectors[:: max(1, len(vectors) // _SAMPLE)]
        scale = Scale.of(sample)
        standard = scale(sample).astype(np.float64)
        values, vectors_ = np.linalg.eigh(standard.T @ standard / len(standard))
        kept = [column for column in reversed(range(len(values))) if values[column] > _LEAST * values[-1]][:DIMS]
        directions = vectors_[:, kept] if values[-1] > 1e-9 else vectors_[:, :0]
        signs = np.sign(directions[np.abs(directions).argmax(axis=0), range(directions.shape[1])])
        return cls(scale, (directions * signs / np.sqrt(values[kept][: len(signs)])).astype(np.float32))

    def embed(self, vectors: Vector) -> Vector:
        """(N, D) → (N, d)."""
        embedded: Vector = self.scale(vectors) @ self.directions
        return embedded
