"""The close picks: well scored, unlike one another, and fair to artists whom nobody has heard yet.

*Diversity.* Songs are taken one by one by maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998): what a song
is worth, less what it repeats of the close picks already there. Only the best few dozen are looked at.

*First listeners.* Recommenders that follow the scores alone give everything to the few who already have something. So
every artist that fits is shown FIRST times before any is shown MOST times: see :meth:`Ranked.next`.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from core._field import Field, Rows, Taken, best

#: Songs that fit: this share of the eligible with the best scores ...
FITTING = 0.01
#: ... and not fewer than so many, as long as they are no more than the best quarter.
ENOUGH, QUARTER = 60, 0.25
#: Every fitting artist is shown FIRST times before any fitting artist is shown MOST times.
FIRST, MOST = 5, 25
#: What each doubling of an artist's showings costs, up to MOST of them, in standard deviations of the fitting songs'
#: scores. With made-up listeners this spreads the close picks far more evenly (Gini 0.66 → 0.56), at no cost.
WORN = 0.75
#: Of so many songs, the best of as many artists, a close pick is chosen.
SHORTLIST = 40
#: What repeating a song that is already there costs, in standard deviations of the fitting songs' scores. On made-up
#: catalogues of clustered artists, five picks become less alike by a quarter (cosine), for less than a tenth of a
#: standard deviation of all scores (tests/core/test_close.py measures it).
REPEATING = 4.0


def fitting(scores: NDArray[np.floating], rows: Rows) -> Rows:
    """Those of the eligible ``rows`` that fit, by ``scores`` (N,): the best percent, or the best few dozens."""
    size = max(ceil(FITTING * len(rows)), min(ENOUGH, ceil(QUARTER * len(rows))))
    return rows[best(scores[rows], size)]


class Ranked:
    """One model's ranking, which proposes close picks one after another."""

    def __init__(self, field: Field, scores: NDArray[np.floating], rows: Rows) -> None:
        """``scores`` (N,) rank the eligible ``rows``, which are ascending."""
        self._field, self._scores, self._rows = field, scores, rows
        fits = fitting(scores, rows)
        self._waiting = bool(np.any(field.shown[fits] < FIRST))
        worth = _standardised(scores[fits]) - WORN * np.log2(1 + np.minimum(field.shown[fits], MOST))
        order = np.argsort(-worth, kind="stable")
        first = np.sort(np.unique(field.artist_ids[fits[order]], return_index=True)[1])
        self._fits, self._worth = fits[order[first]], worth[order[first]]

    def next(self, taken: Taken, close: list[int]) -> int | None:
        """The next close pick beside those in ``close``; None when every eligible recording is taken.

        While any artist among those that fit was shown fewer than FIRST times, artists whom one more showing would
        bring to MOST wait: they are taken only where nobody else is left, be it with a song that does not quite fit.
        A second song of an artist is taken only when the slate has all artists.
        """
        for most in (MOST, None) if self._waiting else (None,):
            short = np.flatnonzero(taken.fresh(self._fits) & self._under(most, self._fits))[:SHORTLIST]
            if len(short):
                rows = self._fits[short]
                return int(rows[np.argmax(self._worth[short] - REPEATING * _alike(self._field.space, rows, close))])
            others = taken.new(self._rows)
            others = others[self._under(most, others)]
            if len(others):
                return self._first(others)
        again = taken.new(self._rows, artists=False)
        return self._first(again) if len(again) else None

    def _under(self, most: int | None, rows: Rows) -> NDArray[np.bool_]:
        """Whose artists would still be shown fewer than ``most`` times after one more showing."""
        return np.ones(len(rows), bool) if most is None else self._field.shown[rows] + 1 < most

    def _first(self, rows: Rows) -> int:
        return int(rows[np.argmax(self._scores[rows])])


def draft(rankings: tuple[Ranked, ...], taken: Taken, count: int, chance: np.random.Generator) -> list[tuple[int, int]]:
    """Up to ``count`` close picks in their order, each as its row and which of the ``rankings`` it is of.

    Two rankings are interleaved by team draft (Radlinski, Kurup & Joachims, CIKM 2008): in every round a coin says who
    goes first, and each adds the song it wants most of those not yet taken. What listeners make of the picks then
    compares the two, however good or bad the slate is. They see what the other has taken, so that the slate does not
    repeat itself.
    """
    drafted: list[tuple[int, int]] = []
    teams: list[int] = []
    while len(drafted) < count:
        if not teams:
            teams = chance.permutation(len(rankings)).tolist()
        team = teams.pop()
        row = rankings[team].next(taken, [row for row, _ in drafted])
        if row is None:
            break
        taken.add(row)
        drafted.append((row, team))
    return drafted


def _standardised(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    if not len(scores):
        return np.empty(0)
    spread = float(np.std(scores, dtype=np.float64))
    return (scores - np.mean(scores, dtype=np.float64)) / (spread or 1.0)


def _alike(space: NDArray[np.floating], rows: Rows, others: list[int]) -> NDArray[np.float64]:
    """How like the nearest of ``others`` each row is: 1 in the same place, 1/e as far apart as two songs on average."""
    dimensions = space.shape[1]
    if not dimensions or not others:
        return np.zeros(len(rows))
    apart = space[rows, None, :].astype(np.float64) - space[None, others, :]
    nearest = np.min(np.sum(apart**2, axis=2), axis=1)
    likeness: NDArray[np.float64] = np.exp(-nearest / (2 * dimensions))
    return likeness
