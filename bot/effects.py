"""What a listener's ratings changed: in what was expected of the latest picks, and in how the picks are liked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from core.model import Arm
from core.store.portraits import Portraits, Swayed

#: Ratings at the beginning and at the end that are compared, where there are twice as many.
_ENDS = 10
#: Points: less is no move.
_LEAST = 0.05


@dataclass(frozen=True, slots=True)
class Effects:
    """``means``: for each arm how many ratings there are, and their mean. ``first`` and ``latest`` are the means of the
    oldest and of the newest ratings, None of fewer than twenty. ``picks`` are those of the latest answers; of them
    ``raised`` and ``lowered`` were moved by the listener's own ratings, by ``points`` on average."""

    ratings: int
    means: Mapping[Arm, tuple[int, float]]
    first: float | None
    latest: float | None
    picks: Sequence[Swayed]
    raised: int
    lowered: int
    points: float


async def effects(portraits: Portraits, listener: int) -> Effects:
    """As the store has them."""
    rated = await portraits.rated(listener)
    picks = await portraits.swayed(listener)
    values = [value for _, value in rated]
    both = len(values) >= 2 * _ENDS
    by_arm = {arm: [value for each, value in rated if each is arm] for arm in Arm}
    moves = [pick.swayed for pick in picks if pick.swayed is not None and abs(pick.swayed) >= _LEAST]
    return Effects(
        ratings=len(values),
        means={arm: (len(found), fmean(found)) for arm, found in by_arm.items() if found},
        first=fmean(values[:_ENDS]) if both else None,
        latest=fmean(values[-_ENDS:]) if both else None,
        picks=picks,
        raised=sum(1 for move in moves if move > 0),
        lowered=sum(1 for move in moves if move < 0),
        points=fmean(map(abs, moves)) if moves else 0.0,
    )
