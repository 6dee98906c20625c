"""Pictures for people: ordered in the store, drawn by a worker, waited for."""

from __future__ import annotations

import asyncio

import structlog
from redis.exceptions import RedisError

from core.orders import Order
from core.ports import JobQueue
from core.store.pictures import Picture, Pictures

log = structlog.get_logger()
#: How long somebody waits for a picture before words must do, and how often it is looked for (seconds).
_PATIENCE_S, _LOOK_S = 12.0, 0.2


class Gallery:
    """The same on every front end."""

    def __init__(self, pictures: Pictures, queue: JobQueue, patience_s: float = _PATIENCE_S) -> None:
        self._pictures = pictures
        self._queue = queue
        self._patience_s = patience_s

    async def picture(self, listener: int, order: Order) -> Picture | None:
        """The picture, drawn for the first time where need be; None where it cannot be had, or not in time.

        It belongs to the listener, and goes with them.
        """
        key = await self._pictures.order(listener, order)
        found = await self._pictures.get(key)
        if found is not None and not found.image and not found.error:
            found = await self._drawn(key)
        return found if found and found.image else None

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
