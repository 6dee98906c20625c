"""Listeners' accounts with music services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import and_, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Account
from core.store.engine import reading, upsert
from core.store.schema import accounts


class Accounts:
    """One account a service and listener."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def link(self, listener_id: int, account: Account) -> None:
        """Keeps an account in place of another of the same service."""
        values = {
            "listener_id": listener_id,
            "service": account.service,
            "handle": account.handle,
            "link": account.link,
            "at": self._clock(),
        }
        insert = upsert(self._engine.dialect.name, accounts).values(values)
        async with self._engine.begin() as connection:
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["listener_id", "service"], set_=values)
            )

    async def unlink(self, listener_id: int, service: str) -> bool:
        """Forgets an account; False when there was none."""
        mine = and_(accounts.c.listener_id == listener_id, accounts.c.service == service)
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(accounts).where(mine))).rowcount == 1

    async def of(self, listener_id: int) -> list[Account]:
        """The listener's accounts, the newest first."""
        query = select(accounts).where(accounts.c.listener_id == listener_id).order_by(accounts.c.at.desc())
        async with reading(self._engine).connect() as connection:
            return [Account(row.service, row.handle, row.link) for row in await connection.execute(query)]
