"""Listeners' accounts with music services, and, sealed, what the services gave us to read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Account
from core.store.engine import reading, upsert
from core.store.schema import accounts


@dataclass(frozen=True, slots=True)
class Kept:
    """What is sealed of whose account, and with which service."""

    listener_id: int
    service: str
    sealed: str


class Accounts:
    """One account a service and listener."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def link(self, listener_id: int, account: Account, sealed: str = "") -> None:
        """Keeps an account in place of another of the same service."""
        values = {
            "listener_id": listener_id,
            "service": account.service,
            "handle": account.handle,
            "link": account.link,
            "at": self._clock(),
            "proved": account.proved,
            "scopes": " ".join(sorted(account.scopes)),
            "sealed": sealed,
            "renewing_until": None,
        }
        insert = upsert(self._engine.dialect.name, accounts).values(values)
        async with self._engine.begin() as connection:
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["listener_id", "service"], set_=values)
            )

    async def unlink(self, listener_id: int, service: str) -> bool:
        """Forgets an account; False when there was none."""
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(accounts).where(_one(listener_id, service)))).rowcount == 1

    async def of(self, listener_id: int) -> list[Account]:
        """The listener's accounts, the newest first."""
        query = select(accounts).where(accounts.c.listener_id == listener_id).order_by(accounts.c.at.desc())
        async with reading(self._engine).connect() as connection:
            return [_account(row) for row in await connection.execute(query)]

    async def sealed(self, listener_id: int, service: str) -> str:
        """What is sealed of an account; empty where there is none, or nothing is."""
        query = select(accounts.c.sealed).where(_one(listener_id, service))
        async with reading(self._engine).connect() as connection:
            return str(await connection.scalar(query) or "")

    async def renewing(self, kept: Kept, seconds: float) -> bool:
        """Takes it upon the caller to renew what is sealed: for so long nobody else may. False when somebody does so,
        or has done."""
        now = self._clock()
        free = or_(accounts.c.renewing_until.is_(None), accounts.c.renewing_until <= now)
        return await self._put(kept, free, renewing_until=now + timedelta(seconds=seconds))

    async def renewed(self, kept: Kept, sealed: str) -> bool:
        """Puts in its place what came of that; False when the listener has linked anew, or unlinked, meanwhile."""
        return await self._put(kept, sealed=sealed, renewing_until=None)

    async def expired(self, kept: Kept) -> bool:
        """Forgets an account whose owner must agree anew; False when they have meanwhile, or have unlinked it."""
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(accounts).where(_same(kept)))).rowcount == 1

    async def all_sealed(self) -> list[Kept]:
        """All that is sealed."""
        query = select(accounts.c.listener_id, accounts.c.service, accounts.c.sealed).where(accounts.c.sealed != "")
        async with reading(self._engine).connect() as connection:
            return [Kept(row.listener_id, row.service, row.sealed) for row in await connection.execute(query)]

    async def reseal(self, kept: Kept, sealed: str) -> None:
        """Puts the same under another key."""
        await self._put(kept, sealed=sealed)

    async def _put(self, kept: Kept, *rules: ColumnElement[bool], **values: Any) -> bool:
        """Changes what is still as it was."""
        change = update(accounts).where(_same(kept), *rules).values(values)
        async with self._engine.begin() as connection:
            return (await connection.execute(change)).rowcount == 1


def _one(listener_id: int, service: str) -> ColumnElement[bool]:
    return and_(accounts.c.listener_id == listener_id, accounts.c.service == service)


def _same(kept: Kept) -> ColumnElement[bool]:
    return and_(_one(kept.listener_id, kept.service), accounts.c.sealed == kept.sealed)


def _account(row: Row[Any]) -> Account:
    scopes = frozenset(row.scopes.split())
    return Account(row.service, row.handle, row.link, row.proved, scopes)
