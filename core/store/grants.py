"""Links that were begun: what a listener must bring back within minutes, once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import ConsentLost
from core.store.engine import reading
from core.store.schema import grants

#: How long a listener has (minutes).
MINUTES = 10


@dataclass(frozen=True, slots=True)
class Begun:
    """A link that was begun: whose it is, with which service, and what was sealed with it."""

    listener_id: int
    service: str
    sealed: str


class Grants:
    """By their state, of which the hash alone is kept."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def begin(self, state: str, begun: Begun) -> None:
        """Notes a link that was begun, in the place of one that the listener began before with the service."""
        before = and_(grants.c.listener_id == begun.listener_id, grants.c.service == begun.service)
        row = {"state": _hashed(state), "listener_id": begun.listener_id, "service": begun.service,
               "sealed": begun.sealed, "at": self._clock()}  # fmt: skip
        async with self._engine.begin() as connection:
            await connection.execute(delete(grants).where(before))
            await connection.execute(grants.insert().values(row))

    async def look(self, state: str) -> Begun:
        """What was begun, left as it is. Raises ConsentLost when it is unknown, used or too old."""
        async with reading(self._engine).connect() as connection:
            row = (await connection.execute(select(grants).where(self._fresh(state)))).one_or_none()
        return _begun(row)

    async def take(self, state: str) -> Begun:
        """The same, and it is used: nobody gets it a second time."""
        async with self._engine.begin() as connection:
            row = (await connection.execute(delete(grants).where(self._fresh(state)).returning(grants))).one_or_none()
        return _begun(row)

    def _fresh(self, state: str) -> ColumnElement[bool]:
        oldest = self._clock() - timedelta(minutes=MINUTES)
        return and_(grants.c.state == _hashed(state), grants.c.at > oldest)


def _begun(row: Row[Any] | None) -> Begun:
    if row is None:
        raise ConsentLost()
    return Begun(row.listener_id, row.service, row.sealed)


def _hashed(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()
