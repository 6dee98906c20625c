"""Picks that have something in common: how they are rated, and what of that may be published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import _statistics
from core._statistics import Interval, Numbers
from core.verdicts import MOST

#: A group that fewer listeners rated is published without its ratings: they would be somebody's.
FEWEST = 5
#: A rating of at least this says that a song is liked very much.
LIKED = 8
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Group:
    """How many picks have the name in common, and how they are rated: ``mean`` 0..10, ``liked`` the share of ratings
    from LIKED on, each with a 95 % interval that knows that a listener's ratings belong together.

    ``listeners`` have rated. What cannot be told, or may not be published, is None.
    """

    name: str
    picks: int
    ratings: int
    listeners: int
    mean: float | None = None
    mean_interval: Interval | None = None
    liked: float | None = None
    liked_interval: Interval | None = None


class Tally:
    """N picks: ``listeners`` (N,) to whom they were shown, ``values`` (N,) of their ratings 0..10, NaN without one."""

    def __init__(self, listeners: NDArray[np.int64], values: Numbers, *, public: bool, seed: int) -> None:
        self._rated = np.isfinite(values)
        self._values = np.where(self._rated, values, 0.0)
        people, self._listeners = np.unique(listeners, return_inverse=True)
        self._people, self._public, self._seed = len(people), public, seed

    def groups(self, names: Sequence[str], codes: Rows, rows: Rows | None = None) -> tuple[Group, ...]:
        """Of all picks or, where it is published how they are rated as a whole, of those in ``rows``. ``codes``: the
        place of each one's group among the ``names``.
        """
        whole, rows = rows is not None, np.arange(len(codes)) if rows is None else rows
        values = self._values[rows]
        cells, size = self._listeners[rows] * len(names) + codes, len(names)
        counts, sums, hits = (
            np.bincount(cells, weights, self._people * size).reshape(self._people, size).astype(np.float64)
            for weights in (self._rated[rows], values, values >= LIKED)
        )
        heard = counts.any(axis=1)
        counts, sums, hits = counts[heard], sums[heard], hits[heard]
        ranges = _statistics.means(sums, counts, self._seed), _statistics.shares(hits, counts)
        told = publishable(counts > 0, whole=whole) if self._public else np.ones(size, bool)
        picks = np.bincount(codes, minlength=size)
        found = []
        for at, (name, mean, liked) in enumerate(zip(names, *ranges, strict=True)):
            ratings, people = int(counts[:, at].sum()), int((counts[:, at] > 0).sum())
            if ratings and told[at]:
                share = hits[:, at].sum() / ratings
                marks = (float(sums[:, at].sum() / ratings), _within(mean), float(share), liked)
                found.append(Group(name, int(picks[at]), ratings, people, *marks))
            else:
                found.append(Group(name, int(picks[at]), ratings, people))
        return tuple(found)


def _within(interval: Interval | None) -> Interval | None:
    """Nobody can give less than 0, or more than 10."""
    return interval and (max(0.0, interval[0]), min(float(MOST), interval[1]))


def publishable(rated: NDArray[np.bool_], *, whole: bool) -> NDArray[np.bool_]:
    """Which groups (G,) may be published, from who ``rated`` in which, (L, G).

    Not those that fewer than FEWEST listeners rated. Where the mean of the ``whole`` is known, and all these together
    are still fewer, the next smallest are kept back as well: the whole less the others would tell what is hidden
    (complementary suppression, Cox 1980).
    """
    people = rated.sum(axis=0)
    told: NDArray[np.bool_] = (people == 0) | (people >= FEWEST)
    for group in np.argsort(people, kind="stable"):
        if not whole or told.all() or rated[:, ~told].any(axis=1).sum() >= FEWEST:
            break
        told[group] &= people[group] == 0
    return told
