"""Ranking for several people: what none of them dislikes.

Every listener's seeds rank the candidates on their own. Each ranking becomes the share of candidates that it places
below a song, so that a listener whose songs are near everything counts no more than the others, and those places are
put together by *least misery*: a song is as good as it is for the one who likes it least. Groups that choose for
themselves avoid misery (Masthoff, "Group Modeling", UMUAI 14, 2004), and PolyLens, which recommended films to groups
of friends, took the least satisfied member's score (O'Connor, Cosley, Konstan & Riedl, ECSCW 2001). Least misery alone
does not tell apart two songs that are equally bad for somebody, so a little of the mean is added.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.ports import Ranking

#: How much the mean of all counts beside the least: a difference of a tenth for one outweighs everybody else.
MEAN = 0.1


def together(rank: Callable[[NDArray[np.intp]], Ranking], members: Sequence[NDArray[np.intp]], count: int) -> Ranking:
    """``members`` holds each one's rows of the seeds, one at least; ``rank`` ranks the ``count`` candidates for some.

    Scores are 0..1.1. The nearest seed is one of the member who likes the candidate least: they need convincing most.
    """
    least = np.full(count, np.inf)
    total = np.zeros(count)
    neediest = np.zeros(count, np.intp)
    rankings = []
    for number, rows in enumerate(members):
        ranking = rank(rows)
        place = places(ranking.scores)
        neediest[place < least] = number
        least = np.minimum(least, place)
        total += place
        rankings.append(ranking)
    scores = (least + MEAN * total / len(members)).astype(np.float32)
    return Ranking(scores, _OfNeediest(members, rankings, neediest))


@dataclass(frozen=True, slots=True)
class _OfNeediest:
    """The nearest seeds among those of each candidate's ``neediest`` member (N,)."""

    members: Sequence[NDArray[np.intp]]
    rankings: Sequence[Ranking]
    neediest: NDArray[np.intp]

    def __getitem__(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        each = [own[ranking.nearest[rows]] for own, ranking in zip(self.members, self.rankings, strict=True)]
        nearest: NDArray[np.intp] = np.stack(each)[self.neediest[rows], np.arange(len(rows))]
        return nearest


def places(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """The share of the scores below each, 0..1; equal ones share the middle of their places. Shape (N,)."""
    _, which, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle: NDArray[np.float64] = (np.cumsum(counts) - counts / 2) / max(1, len(scores))
    return middle[which]
