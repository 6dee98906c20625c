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

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from core.ports import Ranking
from workers.warping.jit import compiled

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


@dataclass(frozen=True, slots=True)
class Placed:
    """Songs as unit vectors (N, D), and the mean and spread of each one's cosines to the ``ground`` (G, D), (N,)."""

    unit: Vector
    ground: Vector
    mean: Vector
    spread: Vector

    @classmethod
    def of(cls, unit: Vector, ground: Vector) -> Self:
        return cls(unit, ground, *surroundings(unit, ground))


def apart(seeds: Vector, candidates: Vector, ground: Vector) -> Vector:
    """One minus the mutual proximity of unit vectors (S, D) and (N, D), (N, S): 0 for songs nearest to each other."""
    blocks = _apart(Placed.of(seeds, ground), Placed.of(candidates, ground))
    return np.concatenate([distance for _, distance in blocks])


@compiled
def _above(deviate: np.float32) -> np.float32:
    """How much of the normal distribution lies above: to 1e-6, and ever less the higher, by 7.1.28 of Abramowitz &
    Stegun's "Handbook of Mathematical Functions" (1964), which needs no exponential: 1 / (1 + a₁x + … + a₆x⁶)¹⁶.
    """
    x = abs(deviate) * np.float32(0.70710678)
    power = np.float32(0.0000430638)
    power = power * x + np.float32(0.0002765672)
    power = power * x + np.float32(0.0001520143)
    power = power * x + np.float32(0.0092705272)
    power = power * x + np.float32(0.0422820123)
    power = power * x + np.float32(0.0705230784)
    power = power * x + np.float32(1)
    power *= power
    power *= power
    power *= power
    above = np.float32(0.5) / (power * power)
    return above if deviate >= 0 else np.float32(1) - above


def _apart(seeds: Placed, candidates: Placed) -> Iterator[tuple[slice, Vector]]:
    """The same, block after block of candidates: (B, S) each."""
    for start in range(0, len(candidates.unit), _BLOCK):
        block = slice(start, start + _BLOCK)
        alike = candidates.unit[block] @ seeds.unit.T
        _tails(
            alike,
            seeds.mean,
            candidates.mean[block],
            np.reciprocal(seeds.spread),
            np.reciprocal(candidates.spread[block]),
        )
        yield block, alike


@compiled
def _tails(alike: Vector, mine: Vector, yours: Vector, slope: Vector, steep: Vector) -> None:
    """Cosines (B, S) become distances: of the normal tails above each, by the means (S,) and (B,) and the inverse
    spreads (S,) and (B,), their sum less their product, which keeps its digits where both are tiny.
    """
    for row in range(alike.shape[0]):
        for seed in range(alike.shape[1]):
            near = _above((alike[row, seed] - mine[seed]) * slope[seed])
            far = _above((alike[row, seed] - yours[row]) * steep[row])
            alike[row, seed] = near + far - near * far


@dataclass(frozen=True, slots=True)
class _Nearest:
    seeds: Placed
    candidates: Placed

    def __getitem__(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        yours = self.candidates
        some = Placed(yours.unit[rows], yours.ground, yours.mean[rows], yours.spread[rows])
        nearest = [distance.argmin(axis=1) for _, distance in _apart(self.seeds, some)]
        return np.concatenate(nearest) if nearest else np.empty(0, np.intp)


def ready() -> None:
    """Compiles what is compiled, once per machine."""
    songs = np.eye(2, dtype=np.float32)
    apart(songs, songs, songs)


class Timbre:
    """See the module's model card."""

    name = "timbre"
    version = "1"
    features = "timbre"

    def __init__(self) -> None:
        self._held: tuple[Vector, Placed] | None = None

    def rank(self, seeds: Vector, candidates: Vector) -> Ranking:
        """``seeds`` (S, D) and ``candidates`` (N, D), float32 → scores (N,) and nearest seeds."""
        yours, mine = self._placed(candidates), unit(seeds)
        if len(yours.ground) <= len(mine):  # a handful of candidates is no ground
            yours = Placed.of(yours.unit, np.concatenate([yours.ground, mine]))
        listener, scores = Placed.of(mine, yours.ground), np.empty(len(candidates), np.float32)
        best = min(NEIGHBOURS, len(seeds))
        for block, distance in _apart(listener, yours):
            distance.partition(best - 1, axis=1)
            scores[block] = -distance[:, :best].mean(axis=1)
        return Ranking(scores, _Nearest(listener, yours))

    def _placed(self, candidates: Vector) -> Placed:
        """The candidates are the same again and again, until the catalogue grows."""
        held = self._held
        if held is None or held[0] is not candidates:
            lengthened = unit(candidates)
            ground = lengthened[:: max(1, len(lengthened) // _SAMPLE)]
            held = self._held = (candidates, Placed.of(lengthened, ground))
        return held[1]


MODEL = Timbre()
