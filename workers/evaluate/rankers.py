"""What the learned taste is compared with: the student project's way, and the steps from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.taste.encoding import TEN, encode
from workers.taste.model import Taste, shipped
from workers.taste.plda import Plda
from workers.taste.scale import Scale

#: Scores of every song of the catalogue (N,) for the rows that were given.
Rank = Callable[[NDArray[np.intp]], Vector]
#: A ranker that has seen the catalogue (N, 13), and the lists it may learn from.
Ranker = Callable[[Vector, Sequence[NDArray[np.intp]]], Rank]
_NEIGHBOURS = 5


def unit(columns: Vector) -> Vector:
    """(N, D) of length one; what has no length stays zero."""
    length = np.linalg.norm(columns, axis=1, keepdims=True)
    scaled: Vector = columns / np.maximum(length, 1e-9)
    return scaled


def _cosine(columns: Vector) -> Rank:
    """The mean cosine to each seed, which is the cosine to their centroid but for its length."""
    scaled = unit(columns)
    return lambda seeds: scaled @ scaled[seeds].mean(axis=0)


def _centroid(columns: Vector) -> Rank:
    return lambda seeds: -np.linalg.norm(columns - columns[seeds].mean(axis=0), axis=1)


def _nearest(columns: Vector) -> Rank:
    scaled = unit(columns)

    def rank(seeds: NDArray[np.intp]) -> Vector:
        alike = scaled @ scaled[seeds].T
        best = min(_NEIGHBOURS, len(seeds))
        nearest: Vector = np.partition(alike, alike.shape[1] - best, axis=1)[:, -best:].mean(axis=1)
        return nearest

    return rank


def _density(columns: Vector) -> Rank:
    """The ratio of two normal distributions without correlations: of the seeds, and of the catalogue."""

    def rank(seeds: NDArray[np.intp]) -> Vector:
        count, some = len(seeds), columns[seeds]
        spread = (count * some.var(axis=0) + _NEIGHBOURS) / (count + _NEIGHBOURS)
        away: Vector = np.square(columns - some.mean(axis=0)) / spread
        ratio: Vector = (np.square(columns) - away).sum(axis=1) / 2
        return ratio

    return rank


def _plain(numbers: Vector) -> Vector:
    return Scale.of(numbers[:, :TEN])(numbers[:, :TEN])


def _rich(numbers: Vector) -> Vector:
    encoded = encode(numbers)
    return Scale.of(encoded)(encoded)


def _products(numbers: Vector) -> Vector:
    """The ten and their 55 products."""
    plain = _plain(numbers)
    first, second = np.triu_indices(TEN)
    products = plain[:, first] * plain[:, second]
    return np.concatenate([plain, Scale.of(products)(products)], axis=1)


def _discriminant(numbers: Vector, lists: Sequence[NDArray[np.intp]]) -> Rank:
    rich = _rich(numbers)
    learned = Plda.fit(rich, lists, 0.05, rich.shape[1])
    return _cosine(learned.project(rich) * np.sqrt(learned.between / (1 + learned.between)))


def _plda(numbers: Vector, lists: Sequence[NDArray[np.intp]]) -> Rank:
    rich = _rich(numbers)
    learned = Plda.fit(rich, lists, 0.05, rich.shape[1])
    places = learned.project(rich)
    return lambda seeds: learned.ratio([places[seeds]], places)[0]


def _ours(numbers: Vector, lists: Sequence[NDArray[np.intp]]) -> Rank:
    among = (Taste.fit(numbers, lists) if lists else shipped()).among(numbers)
    return lambda seeds: among.rank(numbers[seeds]).scores


def _chance(numbers: Vector, _: Sequence[NDArray[np.intp]]) -> Rank:
    drawn = np.random.default_rng(0)
    return lambda _: drawn.random(len(numbers), np.float32)


#: By name, from the simplest; those in ``LEARNED`` are left out where there is nothing to learn from.
RANKERS: dict[str, Ranker] = {
    "random": _chance,
    "cosine": lambda numbers, _: _cosine(np.nan_to_num(numbers[:, :TEN])),
    "products": lambda numbers, _: _cosine(_products(numbers)),
    "distance": lambda numbers, _: _centroid(_plain(numbers)),
    "neighbours": lambda numbers, _: _nearest(_plain(numbers)),
    "centroid": lambda numbers, _: _cosine(_plain(numbers)),
    "rich neighbours": lambda numbers, _: _nearest(_rich(numbers)),
    "rich centroid": lambda numbers, _: _cosine(_rich(numbers)),
    "rich density": lambda numbers, _: _density(_rich(numbers)),
    "rich LDA": _discriminant,
    "rich PLDA": _plda,
    "features": _ours,
}
LEARNED = frozenset({"rich LDA", "rich PLDA"})
