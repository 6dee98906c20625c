"""The nearest songs of the playlist, by how they sound, with hubs held back.

Model card. Input: vectors of the extractor "timbre", as they are: they were standardised, weighted and cut to 128
numbers when its version was fitted. Two songs are held together by the cosine of their vectors. In so many dimensions
some songs come near to everything; so each cosine is read as how rare it is for both songs, against how near a sample
of the catalogue is to each: mutual proximity, with normal distributions (Schnitzer, Flexer, Schedl & Widmer 2012). A
candidate's score is minus the mean distance (one less the proximity) to its ``NEIGHBOURS`` closest seeds, -1..0: a
playlist with several tastes is served in each of them. Nothing is learned from listeners. Known weakness: the vector
was fitted on music of free games, and hears no words.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc

from core.model import Vector
from core.ports import Ranking

NEIGHBOURS = 3
#: So many songs of the catalogue, evenly spread, say how near songs are to each other.
_SAMPLE = 1_000
#: Rows at a time: a block and its cosines stay in the processor's second-level cache.
_BLOCK = 1_024


def unit(vectors: Vector) -> Vector:
    """(N, D) of length one; what has no length stays zero."""
    length = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    scaled: Vector = vectors / np.maximum(length, 1e-9)[:, None]
    return scaled


def surroundings(vectors: Vector, ground: Vector) -> tuple[Vector, Vector]:
    """Mean and spread of the cosines of each (N, D) to the ground (G, D), both of length one; each (N,).

    From the ground's mean and second moment, without holding a single cosine: N D² products in place of N G D.
    """
    mean = vectors @ ground.mean(axis=0)
    moment = ground.T @ ground / len(ground)
    square = np.einsum("nd,nd->n", vectors @ moment, vectors)
    return mean, np.sqrt(np.maximum(square - mean * mean, 1e-6))


def apart(seeds: Vector, candidates: Vector, ground: Vector) -> Vector:
    """One minus the mutual proximity of unit vectors (S, D) and (N, D), (N, S): 0 for songs nearest to each other.

    As the two tails' sum less their product, which keeps its digits where both are tiny.
    """
    mine, yours = surroundings(seeds, ground), surroundings(candidates, ground)
    distance = np.empty((len(candidates), len(seeds)), np.float32)
    for start in range(0, len(candidates), _BLOCK):
        block = slice(start, start + _BLOCK)
        alike = candidates[block] @ seeds.T
        near = _tail(alike, mine[0], mine[1])
        far = _tail(alike, yours[0][block, None], yours[1][block, None])
        distance[block] = near + far - near * far
    return distance


def _tail(alike: Vector, mean: Vector, spread: Vector) -> NDArray[np.float32]:
    """How much of a normal distribution lies above each."""
    above: NDArray[np.float32] = 0.5 * erfc((alike - mean) / (spread * np.float32(np.sqrt(2))))
    return above


class Timbre:
    """See the module's model card."""

    name = "timbre"
    version = "1"
    features = "timbre"

    def rank(self, seeds: Vector, candidates: Vector) -> Ranking:
        """``seeds`` (S, D) and ``candidates`` (N, D), float32 → scores and nearest seed, each (N,)."""
        mine, yours = unit(seeds), unit(candidates)
        ground = yours[:: max(1, len(yours) // _SAMPLE)]
        distance = apart(mine, yours, ground if len(ground) > len(mine) else np.concatenate([ground, mine]))
        nearest = distance.argmin(axis=1)
        best = min(NEIGHBOURS, len(seeds))
        distance.partition(best - 1, axis=1)
        return Ranking(-distance[:, :best].mean(axis=1), nearest)


MODEL = Timbre()
