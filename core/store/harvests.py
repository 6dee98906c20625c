"""The harvest of each source: who is at it, when it was done, when it may go on, and which releases were looked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Release
from core.store.engine import reading, upsert
from core.store.schema import harvests, releases

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class HarvestState:
    """How the harvest of one source stands."""

    source: str
    started_at: datetime | None
    finished_at: datetime | None
    not_before: datetime | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Look:
    """What came of looking for a release's songs: how many were found, and whether a newcomer made them.

    Without songs ``newcomer`` says what the announcement lets us think.
    """

    songs: int
    newcomer: bool


class Harvests:
    """One harvest of a source at a time, held by a lease, so that any number of workers may try."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def begin(self, source: str, worker: str, lease_s: float, pause_h: float | None) -> HarvestState | None:
        """Takes the harvest of ``source``: the state before; None while another worker holds it.

        With ``pause_h`` also None when it was done within so many hours, or when the source asked to wait.
        """
        now, table = self._clock(), harvests
        insert = upsert(self._engine.dialect.name, table).values(source=source, sentence="").on_conflict_do_nothing()
        free = or_(table.c.lease_until.is_(None), table.c.lease_until <= now)
        if pause_h is not None:
            due = or_(table.c.finished_at.is_(None), table.c.finished_at <= now - timedelta(hours=pause_h))
            free = and_(free, due, or_(table.c.not_before.is_(None), table.c.not_before <= now))
        async with self._engine.begin() as connection:
            await connection.execute(insert)
            before = (await connection.execute(select(table).where(table.c.source == source))).one()
            taken = await connection.execute(
                update(table).where(table.c.source == source, free)
                .values(worker=worker, lease_until=now + timedelta(seconds=lease_s), started_at=now)
            )  # fmt: skip
        return _state(before) if taken.rowcount == 1 else None

    async def renew(self, source: str, worker: str, lease_s: float, sentence: str) -> bool:
        """Renews the lease and says how far it is; False when the harvest is no longer the worker's."""
        until = self._clock() + timedelta(seconds=lease_s)
        return await self._move(source, worker, {"lease_until": until, "sentence": sentence})

    async def end(
        self, source: str, worker: str, sentence: str, *, done: bool, not_before: datetime | None = None
    ) -> None:
        """Gives the harvest back; one that is not ``done`` is due again at once, or at ``not_before``."""
        values: dict[str, Any] = {"worker": None, "lease_until": None, "not_before": not_before, "sentence": sentence}
        await self._move(source, worker, values | ({"finished_at": self._clock()} if done else {}))

    async def states(self) -> list[HarvestState]:
        """Every source that was ever harvested, by name."""
        async with reading(self._engine).connect() as connection:
            return [_state(row) for row in await connection.execute(select(harvests).order_by(harvests.c.source))]

    async def looked_for(self, offered: Sequence[Release], patience: timedelta) -> dict[tuple[str, str], Look]:
        """What came of the looks for these releases; a look in vain counts for as long as ``patience``."""
        fresh = or_(releases.c.songs > 0, releases.c.looked_at > self._clock() - patience)
        found: dict[tuple[str, str], Look] = {}
        async with reading(self._engine).connect() as connection:
            for source in {release.source for release in offered}:
                ids = [release.source_id for release in offered if release.source == source]
                for start in range(0, len(ids), _CHUNK):
                    mine = and_(releases.c.source == source, releases.c.source_id.in_(ids[start : start + _CHUNK]))
                    for row in await connection.execute(select(releases).where(mine, fresh)):
                        found[source, row.source_id] = Look(row.songs, row.newcomer)
        return found

    async def looked(self, looks: Sequence[tuple[Release, Look]]) -> None:
        """Notes what came of looking for releases."""
        rows = [
            {"source": release.source, "source_id": release.source_id, "released": release.released,
             "songs": look.songs, "newcomer": look.newcomer, "looked_at": self._clock()}
            for release, look in looks
        ]  # fmt: skip
        if rows:
            insert = upsert(self._engine.dialect.name, releases).values(rows)
            newer = {name: insert.excluded[name] for name in ("songs", "newcomer", "looked_at")}
            async with self._engine.begin() as connection:
                await connection.execute(
                    insert.on_conflict_do_update(index_elements=["source", "source_id"], set_=newer)
                )

    async def forget_releases(self, before: date) -> None:
        """Forgets the looks for releases that came out before that day."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(releases).where(releases.c.released < before))

    async def _move(self, source: str, worker: str, values: dict[str, Any]) -> bool:
        mine = and_(harvests.c.source == source, harvests.c.worker == worker)
        async with self._engine.begin() as connection:
            return (await connection.execute(update(harvests).where(mine).values(values))).rowcount == 1


def _state(row: Any) -> HarvestState:
    return HarvestState(row.source, row.started_at, row.finished_at, row.not_before, row.sentence)
