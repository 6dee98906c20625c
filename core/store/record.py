"""What came of the answers to one listener: how many there were, and how the picks of each arm are rated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Arm
from core.store.engine import reading
from core.store.schema import picks, requests, verdicts


@dataclass(frozen=True, slots=True)
class Rated:
    """How many ratings, and their mean on the 0–10 scale (None without any)."""

    count: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Record:
    """Answers given, picks shown, and the ratings of each arm."""

    slates: int
    picks: int
    rated: Mapping[Arm, Rated]


class Records:
    """Everybody's together is for :mod:`core.scorecard`, which keeps to itself what fewer than five people rated."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, listener_id: int) -> Record:
        """One listener's."""
        shown = (
            select(func.count(func.distinct(picks.c.request_id)), func.count())
            .join(requests, requests.c.id == picks.c.request_id)
            .where(requests.c.listener_id == listener_id)
        )
        rated = (
            select(picks.c.arm, func.count(), func.avg(verdicts.c.value))
            .join(picks, picks.c.id == verdicts.c.pick_id)
            .where(verdicts.c.listener_id == listener_id)
        )
        async with reading(self._engine).connect() as connection:
            answers, songs = (await connection.execute(shown)).one()
            rows = (await connection.execute(rated.group_by(picks.c.arm))).all()
        by_arm = {Arm(arm): Rated(count, float(mean)) for arm, count, mean in rows}
        return Record(answers, songs, {arm: by_arm.get(arm, Rated(0, None)) for arm in Arm})
