"""From ranked candidates to the few that are shown: close picks, then wildcards, one per artist."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core._close import FIRST, MOST, Ranked, draft, fitting
from core._field import Field, Taken
from core._wild import MUSIC, RANDOM, drawn, teachers
from core.model import Arm

__all__ = ["FIRST", "MOST", "MUSIC", "RANDOM", "Choice", "Field", "choose", "fitting"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of the field, and why it was taken.

    ``random``: chance drew it from all that were eligible. ``rival``: the other model's ranking brought it in.
    """

    row: int
    arm: Arm
    random: bool = False
    rival: bool = False


def choose(
    field: Field,
    eligible: NDArray[np.bool_],
    count: int,
    wildcards: int,
    *,
    chance: np.random.Generator,
    doubt: NDArray[np.floating] | None = None,
    rival: NDArray[np.floating] | None = None,
) -> list[Choice]:
    """``count`` close picks and ``wildcards`` far ones, of the rows that ``eligible`` (N,) allows.

    One pick in ten is drawn uniformly from everything eligible, first of all, and takes the place of a wildcard
    (:func:`core._wild.drawn`). The close picks are well scored, unlike one another and fair to new artists
    (:mod:`core._close`); where there are ``rival`` scores (N,) of another model, both models draft them in turns. The
    wildcards teach most about a taste whose covariance is ``doubt`` (d, d) (:func:`core._wild.teachers`).

    Every artist appears once. Only where there are fewer artists than picks do artists come again, with another
    recording; no recording comes twice. Equal scores are broken by row, so that the same field and the same ``chance``
    give the same slate. There are fewer picks than asked only where there are no more recordings, or no more music.
    """
    rows = np.flatnonzero(eligible)
    taken = Taken(field)
    random = drawn(field, rows, count, wildcards, chance)
    for row in random:
        taken.add(row)
    rankings = tuple(Ranked(field, scores, rows) for scores in (field.scores, rival) if scores is not None)
    close = draft(rankings, taken, count, chance)
    far = [Choice(row, Arm.WILDCARD) for row in teachers(field, rows, taken, wildcards - len(random), chance, doubt)]
    for row in random:
        # Anywhere among the wildcards: at a place of its own it would be rated for the place.
        far.insert(int(chance.integers(len(far) + 1)), Choice(row, Arm.WILDCARD, random=True))
    return [Choice(row, Arm.CLOSE, rival=team == 1) for row, team in close] + far
