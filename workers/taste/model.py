"""The learned taste: two analyses of the same numbers, by soft bins and by products, averaged."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from core.ports import Ranking
from workers.taste.encoding import Ground
from workers.taste.groups import tastes
from workers.taste.plda import Plda
from workers.taste.scale import Scale

#: From so many songs on, a catalogue is its own ground; a smaller one is read against the one that was learned on.
ENOUGH = 1_000
#: A ground is taken from at most so many songs, evenly spread.
_SAMPLE = 20_000
#: So many songs are encoded at a time.
_AT_ONCE = 20_000
#: What the fitting shrinks by, and how many directions it keeps.
_SHRINK, _DIMS = (0.3, 0.05), 64
#: How the two analyses are weighed, and beside them that of several tastes.
_BINS, _PRODUCTS, _SEVERAL = 2 / 3, 1 / 3, 1.0
#: The best songs, which several tastes share: of all songs this part.
_TOP = 0.05
_SHIPPED = Path(__file__).with_name("learned.npz")


@dataclass(frozen=True, slots=True)
class Taste:
    """What was learned, and the ground on which it was."""

    ground: Ground
    bins: Plda
    products: Plda

    @classmethod
    def fit(cls, numbers: Vector, lists: Sequence[NDArray[np.intp]]) -> Taste:
        """From a catalogue's rows (N, 13) and the rows of each playlist, two songs or more in each."""
        ground = Ground.of(numbers)
        binned, multiplied = ground.binned(numbers), ground.multiplied(numbers)
        return cls(ground, Plda.fit(binned, lists, _SHRINK[0], _DIMS), Plda.fit(multiplied, lists, _SHRINK[1], _DIMS))

    def among(self, candidates: Vector) -> Among:
        """Ready to rank these candidates (N, 13)."""
        few = len(candidates) < ENOUGH
        ground = self.ground if few else Ground.of(candidates[:: max(1, len(candidates) // _SAMPLE)])
        return Among(self, ground, *self.placed(ground, candidates))

    def placed(self, ground: Ground, numbers: Vector) -> tuple[Vector, Vector]:
        """Songs (N, 13) read against this ground, in the directions of both analyses, (N, K) each."""
        binned, multiplied = (
            np.empty((len(numbers), len(one.between)), np.float32) for one in (self.bins, self.products)
        )
        for start in range(0, len(numbers), _AT_ONCE):  # encoded, a song is three times as wide as it is kept
            some = slice(start, start + _AT_ONCE)
            binned[some] = self.bins.project(ground.binned(numbers[some]))
            multiplied[some] = self.products.project(ground.multiplied(numbers[some]))
        return binned, multiplied

    @property
    def digest(self) -> str:
        """Names it by its own numbers."""
        return hashlib.sha256(self.bins.directions.tobytes() + self.products.directions.tobytes()).hexdigest()[:8]

    def save(self, file: Path) -> None:
        """As arrays, half as precise as they are."""
        scales = {name: getattr(self.ground, name) for name in ("plain", "bins", "products")}
        arrays = {f"{name}_{part}": getattr(scale, part) for name, scale in scales.items() for part in _PARTS}
        arrays |= {"knots": self.ground.knots, "binned_directions": self.bins.directions.astype(np.float16),
                   "binned_between": self.bins.between, "products_between": self.products.between,
                   "products_directions": self.products.directions.astype(np.float16)}  # fmt: skip
        np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, file: Path) -> Self:
        """What was saved."""
        with np.load(file) as kept:
            arrays = {name: kept[name].astype(np.float32) for name in kept.files}
        scales = [Scale(*(arrays[f"{name}_{part}"] for part in _PARTS)) for name in ("plain", "bins", "products")]
        return cls(
            Ground(arrays["knots"], *scales),
            Plda(arrays["binned_directions"], arrays["binned_between"]),
            Plda(arrays["products_directions"], arrays["products_between"]),
        )


_PARTS = ("mean", "spread")


@dataclass(frozen=True, slots=True)
class Among:
    """Candidates as the taste sees them: their places (N, K) in both analyses."""

    taste: Taste
    ground: Ground
    binned: Vector
    multiplied: Vector

    def rank(self, seeds: Vector) -> Ranking:
        """For seeds (S, 13): scores (N,) in standard deviations of the candidates', and the nearest seeds.

        A list with several tastes is likely where any of them is, each served by its size; that is added to how likely
        the list is as a whole.
        """
        binned, multiplied = self.taste.placed(self.ground, seeds)
        bins, products = self.taste.bins, self.taste.products
        groups = tastes(binned, bins.between)
        several = len(groups) > 1
        found = bins.ratio([binned, *(binned[rows] for rows in groups if several)], self.binned)
        scores = _BINS * _standard(found[0]) + _PRODUCTS * _standard(products.ratio([multiplied], self.multiplied)[0])
        if several:
            scores += _SEVERAL * _standard(_served(found[1:], [len(rows) for rows in groups]))
        return Ranking(scores, _Nearest(bins, binned, self.binned))


@dataclass(frozen=True, slots=True)
class _Nearest:
    """The nearest of projected ``seeds`` (S, K) to ``candidates`` (N, K): by distance along the first analysis'
    directions, each counting as much as it tells playlists apart.
    """

    bins: Plda
    seeds: Vector
    candidates: Vector

    def __getitem__(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        weight = np.sqrt(self.bins.between / (1 + self.bins.between))
        mine, theirs = self.seeds * weight, self.candidates[rows] * weight
        nearest: NDArray[np.intp] = (theirs @ mine.T - 0.5 * np.square(mine).sum(axis=1)).argmax(axis=1)
        return nearest


def _standard(scores: Vector) -> Vector:
    standard: Vector = (scores - scores.mean()) / max(float(scores.std()), 1e-9)
    return standard


def _served(ratios: Vector, sizes: Sequence[int]) -> Vector:
    """How likely songs are under any of several tastes, from the log-likelihood ratios of each, (G, N) → (N,).

    A rare taste has higher ratios than a common one. Each is held against what as many of the ``_TOP`` songs exceed as
    its size allows, so that tastes share these songs as they share the list.
    """
    for ratio, size in zip(ratios, sizes, strict=True):
        ratio -= np.quantile(ratio[:: max(1, len(ratio) // _SAMPLE)], 1 - _TOP * size / sum(sizes))
    most = ratios.max(axis=0)
    ratios -= most
    served: Vector = most + np.log(np.exp(ratios, out=ratios).sum(axis=0))
    return served


@cache
def shipped() -> Taste:
    """What was learned on development playlists; the README tells how well."""
    return Taste.load(_SHIPPED)
