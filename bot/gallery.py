"""Pictures for people: ordered in the store, drawn by a worker, waited for."""

from __future__ import annotations

import asyncio
from collections import Counter

import structlog
from redis.exceptions import RedisError

from core import orders
from core.orders import Order
from core.ports import JobQueue
from core.store.pictures import Picture, Pictures

log = structlog.get_logger()
#: How long somebody waits for a picture before words must do, and how often it is looked for (seconds).
_PATIENCE_S, _LOOK_S = 12.0, 0.2
#: So many pictures are drawn for one listener at a time: a page has three, and nobody may keep the workers busy alone.
_AT_ONCE = 6


class Gallery:
    """The same on every front end."""

    def __init__(self, pictures: Pictures, queue: JobQueue, patience_s: float = _PATIENCE_S) -> None:
        self._pictures = pictures
        self._queue = queue
        self._patience_s = patience_s
        self._drawing: Counter[int] = Counter()

    async def picture(self, listener: int, order: Order) -> Picture | None:
        """The picture, drawn for the first time where need be; None where it cannot be had, not in time, or where too
        many are being drawn for the listener.

        It belongs to the listener, and goes with them.
        """
        key = orders.key(order, listener)
        found = await self._pictures.get(key)
        if not (found and found.image) and self._drawing[listener] < _AT_ONCE:
            self._drawing[listener] += 1
            try:
                found = await self._ordered(listener, order)
            finally:
                self._drawing[listener] -= 1
                if not self._drawing[listener]:
                    del self._drawing[listener]
        return found if found and found.image else None

    async def _ordered(self, listener: int, order: Order) -> Picture | None:
        key = await self._pictures.order(listener, order)
        found = await self._pictures.get(key)
        return found if found is None or found.image or found.error else await self._drawn(key)

    async def _drawn(self, key: str) -> Picture | None:
        try:
            async with asyncio.timeout(self._patience_s):
                await self._queue.paint(key)
                while True:
                    found = await self._pictures.get(key)
                    if found is None or found.image or found.error:
                        return found
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            log.info("a picture was not drawn in time")
        except (RedisError, OSError) as trouble:
            log.warning("a picture was not ordered", error=type(trouble).__name__)
        return None
