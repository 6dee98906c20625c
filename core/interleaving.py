"""Two models in one slate: whose picks do the same listeners like better?

The picks of a slate are chosen by both in turn, as captains choose teams, so that neither has the better places, the
better listeners or the better mood (Radlinski, Kurup & Joachims 2008, "How does clickthrough data reflect retrieval
quality?", team-draft interleaving).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core._groups import FEWEST
from core._statistics import Interval, means, sign_test
from core.model import Arm
from core.said import Said, said
from core.store.scores import Shown

#: With fewer slates that are not tied, no split is rarer than one in twenty.
_DECIDED = 6
_RARE = 0.05
#: Ratings by slate and model.
_Given = dict[tuple[int, str], dict[str, list[int]]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of the slates of ``first`` and ``second`` in which both have ratings: how many ``first`` wins, loses and ties by
    the mean rating of its close picks, how probable such a split is among equals (``chance``), and by how many points
    it is ahead on average, with a 95 % interval that knows that a listener's slates belong together.
    """

    first: str
    second: str
    slates: int
    listeners: int
    wins: int
    losses: int
    ties: int
    chance: float
    ahead: float
    interval: Interval | None

    @property
    def verdict(self) -> Said:
        """What may be said of it. Slates of one listener are no independent witnesses, so the interval must agree."""
        if self.listeners < FEWEST or self.wins + self.losses < _DECIDED or self.interval is None:
            return said("too few ratings to tell the two apart")
        low, high = self.interval
        if self.chance < _RARE and low > 0 and self.wins > self.losses:
            return said("{better} is liked better than {other}", better=self.first, other=self.second)
        if self.chance < _RARE and high < 0 and self.wins < self.losses:
            return said("{better} is liked better than {other}", better=self.second, other=self.first)
        return said("no difference can be told")


def compare(shown: Sequence[Shown], seed: int = 0) -> Comparison | None:
    """The two models that met in most slates, in the order of their names; None where none met.

    Picks that chance drew are nobody's. ``seed`` is the bootstrap's.
    """
    given: _Given = defaultdict(lambda: defaultdict(list))
    for pick in shown:
        if pick.value is not None and pick.arm is Arm.CLOSE and not pick.random:
            given[pick.listener_id, pick.request_id][pick.model].append(pick.value)
    met = Counter(tuple(sorted(models)) for models in given.values() if len(models) == 2)
    if not met:
        return None
    first, second = min(met, key=lambda pair: (-met[pair], pair))
    slates = {slate: models for slate, models in given.items() if models.keys() == {first, second}}
    ahead = np.array([_mean(models[first]) - _mean(models[second]) for models in slates.values()])
    people, rows = np.unique([listener for listener, _ in slates], return_inverse=True)
    sums = np.bincount(rows, ahead)[:, None].astype(np.float64)
    counts = np.bincount(rows).astype(np.float64)[:, None]
    wins, losses = int((ahead > 0).sum()), int((ahead < 0).sum())
    return Comparison(
        first=first,
        second=second,
        slates=len(ahead),
        listeners=len(people),
        wins=wins,
        losses=losses,
        ties=len(ahead) - wins - losses,
        chance=sign_test(wins, losses),
        ahead=float(ahead.mean()),
        interval=means(sums, counts, seed)[0],
    )


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)
