"""The outbox: finds answers that nobody has posted yet and hands each to its front end; survives restarts.

A crash between posting and noting the receipt makes it post again, so ``post`` is idempotent on every front end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog
from redis.exceptions import RedisError

from core.ports import ChatFront, JobQueue
from core.store.store import Store

log = structlog.get_logger()


class Outbox:
    """Two loops: one posts what is ready, the other puts back into the queue what nobody works on."""

    def __init__(self, store: Store, queue: JobQueue, fronts: Mapping[str, ChatFront], reconcile_s: float) -> None:
        self._store = store
        self._queue = queue
        self._fronts = fronts
        self._reconcile_s = reconcile_s

    async def deliver(self) -> int:
        """Posts everything that waits; returns how much that was."""
        posted = 0
        for name, front in self._fronts.items():
            for request in await self._store.requests.undelivered(name):
                receipt = await front.post(request.address, request.id)
                await self._store.requests.delivered(request.id, receipt)
                posted += 1
        return posted

    async def reconcile(self) -> int:
        """Puts lost requests back into the queue; returns how many."""
        lost = await self._store.requests.lost(self._reconcile_s)
        async with asyncio.timeout(self._reconcile_s + 5):
            for request_id in lost:
                await self._queue.put(request_id)
        return len(lost)

    async def run(self) -> None:
        """Both, for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._deliver_for_ever())
            group.create_task(self._reconcile_for_ever())

    async def _deliver_for_ever(self) -> None:
        while True:
            await self.deliver()
            await asyncio.sleep(0.3)

    async def _reconcile_for_ever(self) -> None:
        while True:
            try:
                if count := await self.reconcile():
                    log.info("put back into the queue", requests=count)
            except (RedisError, OSError) as error:
                log.warning("queue is away", error=type(error).__name__)
            await asyncio.sleep(self._reconcile_s)
