"""Invitations to picks that please several people, and who agreed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Blend
from core.store.engine import reading, upsert
from core.store.schema import blend_members, blends


class Blends:
    """Nobody's taste is used before they have agreed."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def invite(self, asker: int, others: Sequence[int]) -> Blend:
        """A new blend: the asker takes part, the others may."""
        blend_id = uuid.uuid4().hex
        members = {asker: True} | {other: False for other in others if other != asker}
        rows = [
            {"blend_id": blend_id, "listener_id": listener, "agreed": agreed} for listener, agreed in members.items()
        ]
        async with self._engine.begin() as connection:
            await connection.execute(blends.insert().values(id=blend_id, listener_id=asker, created_at=self._clock()))
            await connection.execute(blend_members.insert(), rows)
        return Blend(blend_id, asker, members)

    async def get(self, blend_id: str) -> Blend | None:
        """The blend as it stands, the asker first."""
        query = (
            select(blends.c.listener_id.label("asker"), blend_members.c.listener_id, blend_members.c.agreed)
            .join(blend_members, blend_members.c.blend_id == blends.c.id)
            .where(blends.c.id == blend_id)
            .order_by(blend_members.c.listener_id != blends.c.listener_id, blend_members.c.listener_id)
        )
        async with reading(self._engine).connect() as connection:
            rows = (await connection.execute(query)).all()
        return Blend(blend_id, rows[0].asker, {row.listener_id: row.agreed for row in rows}) if rows else None

    async def join(self, blend_id: str, listener_id: int) -> None:
        """Takes part without having been invited."""
        values = {"blend_id": blend_id, "listener_id": listener_id, "agreed": True}
        insert = upsert(self._engine.dialect.name, blend_members).values(values)
        async with self._engine.begin() as connection:
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["blend_id", "listener_id"], set_={"agreed": True})
            )

    async def answer(self, blend_id: str, listener_id: int, *, agreed: bool) -> bool:
        """Notes whether an invited listener takes part; False for one who is not invited."""
        mine = and_(blend_members.c.blend_id == blend_id, blend_members.c.listener_id == listener_id)
        async with self._engine.begin() as connection:
            return (await connection.execute(update(blend_members).where(mine).values(agreed=agreed))).rowcount == 1
