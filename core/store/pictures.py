"""Pictures: ordered by the bot, drawn by a worker, kept for the next time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from core import orders
from core.orders import Order
from core.store.engine import reading, upsert
from core.store.schema import pictures

#: After so long a picture that could not be drawn may be tried again.
AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was ordered. ``image`` is a PNG, None of one that is not drawn, for the reason of ``error`` where
    that is not empty; ``alt`` says what it shows, where the worker alone knows."""

    image: bytes | None
    alt: str
    error: str


class Pictures:
    """By the keys of their orders (:func:`core.orders.key`)."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def order(self, listener_id: int, order: Order) -> str:
        """Has a picture drawn, if it is not: its key. One that failed an hour ago or earlier is due again."""
        key, now = orders.key(order, listener_id), self._clock()
        row = {"key": key, "listener_id": listener_id, "ask": orders.dump(order), "at": now, "alt": "", "error": ""}
        insert = upsert(self._engine.dialect.name, pictures).values(row)
        failed = and_(pictures.c.error != "", pictures.c.at <= now - AGAIN)
        again = insert.on_conflict_do_update(index_elements=["key"], set_={"error": "", "at": now}, where=failed)
        async with self._engine.begin() as connection:
            await connection.execute(again)
        return key

    async def get(self, key: str) -> Picture | None:
        """What is known of a picture; None of one that was never ordered, or is gone."""
        query = select(pictures.c.image, pictures.c.alt, pictures.c.error).where(pictures.c.key == key)
        async with reading(self._engine).connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else Picture(row.image, row.alt, row.error)

    async def due(self, key: str) -> Order | None:
        """What is to be drawn; None where nothing is."""
        query = select(pictures.c.ask).where(pictures.c.key == key, pictures.c.image.is_(None), pictures.c.error == "")
        async with reading(self._engine).connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else orders.load(row.ask)

    async def keep(self, key: str, image: bytes, alt: str = "") -> None:
        """The picture is drawn."""
        await self._write(key, image=image, alt=alt, error="")

    async def fail(self, key: str, error: str) -> None:
        """It cannot be drawn."""
        await self._write(key, error=error)

    async def _write(self, key: str, **values: object) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(update(pictures).where(pictures.c.key == key).values(at=self._clock(), **values))
