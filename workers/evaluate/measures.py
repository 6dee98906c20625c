"""How well a ranking finds what belongs together, and how many songs it never finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model import Vector

_FIRST = 5
_RESAMPLES = 1_000
_INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Means over the queries, each 0..1 with its 95 % interval; all are 0 where there is no query.

    ``map`` is the mean average precision, ``p5`` the precision of the first five, ``r_precision`` that of the first R,
    where R is how many songs there are to find (Manning, Raghavan & Schütze 2008, chapter 8). ``p5`` is always divided
    by five, so that a class of three reaches 0.4 at best.
    """

    queries: int
    classes: int
    map: float
    map_low: float
    map_high: float
    p5: float
    p5_low: float
    p5_high: float
    r_precision: float
    r_low: float
    r_high: float


@dataclass(frozen=True, slots=True)
class Hubness:
    """``skew`` of how often a song is among others' nearest, ``most`` for one song, share that ``never`` is."""

    skew: float
    most: int
    never: float


def retrieval(
    distances: Vector, labels: Sequence[str], *, not_same: Sequence[str] | None = None, seed: int = 0
) -> Retrieval:
    """Every song that shares its label with another is the query once, all others are ranked by their distance to it.

    ``distances`` (N, N), from the query in the row, without NaN; it need not be symmetric, and its diagonal is ignored.
    A label "" is unknown: never a query, but in everybody's way. Of equally distant songs the wrong ones come first, so
    that a model that cannot tell songs apart gains nothing by it.

    With ``not_same`` (an album for each song) only songs of other albums are to be found: those of the query's own
    album leave its ranking, as do those of its label whose album is unknown, and a song without an album is no query.

    The intervals are percentiles of 1,000 bootstrap samples of whole classes, for the songs of one class are not
    independent of each other (Field & Welsh 2007); ``seed`` draws them.
    """
    groups = None if not_same is None else np.array(not_same, np.str_)
    scores, owners = _scores(distances, np.array(labels, np.str_), groups)
    if not len(scores):
        return Retrieval(0, 0, *(0.0,) * 9)
    classes, owner = np.unique(owners, return_inverse=True)
    low, high = _intervals(scores, owner, seed)
    rows = np.stack([scores.mean(axis=0), low, high], axis=1)
    return Retrieval(len(scores), len(classes), *map(float, rows.ravel()))


def _scores(
    distances: Vector, labels: NDArray[np.str_], groups: NDArray[np.str_] | None
) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """Average precision, precision of five and R-precision of every query, (Q, 3), and the queries' labels, (Q,)."""
    scores: list[tuple[float, float, float]] = []
    owners: list[str] = []
    for query in np.flatnonzero(labels != ""):
        right = labels == labels[query]
        ranked = np.arange(len(labels)) != query
        if groups is not None:
            if not groups[query]:
                continue
            ranked &= (groups != groups[query]) & ~(right & (groups == ""))
        found = right[ranked]
        if found.any():
            scores.append(_precisions(found[np.lexsort((found, distances[query, ranked]))]))
            owners.append(labels[query])
    return np.array(scores).reshape(-1, 3), np.array(owners, np.str_)


def _precisions(found: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Of one ranking, best first: which songs are right, at least one of them."""
    precision = found.cumsum() / np.arange(1, len(found) + 1)
    return float(precision[found].mean()), found[:_FIRST].sum() / _FIRST, float(precision[found.sum() - 1])


def _intervals(scores: NDArray[np.float64], owner: NDArray[np.intp], seed: int) -> NDArray[np.float64]:
    """Lower and upper end for each column of ``scores`` (Q, 3), shape (2, 3); ``owner`` is each query's class."""
    sizes = np.bincount(owner)
    sums = np.zeros((len(sizes), scores.shape[1]))
    np.add.at(sums, owner, scores)
    drawn = np.random.default_rng(seed).integers(len(sizes), size=(_RESAMPLES, len(sizes)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)[:, None]
    ends: NDArray[np.float64] = np.percentile(means, _INTERVAL, axis=0)
    return ends


def hubness(distances: Vector, k: int = 10) -> Hubness:
    """How unevenly songs are among the ``k`` nearest of others (Radovanović, Nanopoulos & Ivanović 2010).

    ``distances`` (N, N) as for :func:`retrieval`, N > 1. Of equally distant songs the earlier one is nearer, always the
    same for everybody, as it would be in a catalogue.
    """
    count = len(distances)
    occurrence = np.zeros(count, np.intp)
    for song, row in enumerate(distances):
        order = row.argsort(kind="stable")
        occurrence[order[order != song][:k]] += 1
    away = occurrence - occurrence.mean()
    spread = float(occurrence.std())
    skew = float((away**3).mean()) / spread**3 if spread else 0.0
    return Hubness(skew, int(occurrence.max()), float((occurrence == 0).mean()))
