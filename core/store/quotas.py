"""How much is asked: what quotas are counted from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Address, State
from core.store.engine import reading
from core.store.schema import requests as table


class Quotas:
    """Counts requests; it refuses none."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of_listener(self, listener_id: int, since: datetime) -> tuple[int, list[datetime]]:
        """How many requests of the listener are under way, and when they asked since then, the earliest first."""
        under_way = table.c.state.in_((State.ASKED, State.WORKING))
        mine = and_(table.c.listener_id == listener_id, or_(under_way, table.c.created_at > since))
        query = select(table.c.created_at, under_way.label("open")).where(mine).order_by(table.c.created_at)
        async with reading(self._engine).connect() as connection:
            rows = (await connection.execute(query)).all()
        return sum(row.open for row in rows), [row.created_at for row in rows if row.created_at > since]

    async def of_server(self, address: Address, since: datetime) -> list[datetime]:
        """When the server of the address asked since then, the earliest first."""
        here = and_(table.c.front == address.front, table.c.server == address.server, table.c.created_at > since)
        async with reading(self._engine).connect() as connection:
            return list(await connection.scalars(select(table.c.created_at).where(here).order_by(table.c.created_at)))
