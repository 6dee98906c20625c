"""The outbox: finds answers that nobody has posted yet and hands each to its front end; survives restarts.

A crash between posting and noting the receipt makes it post again, so ``post`` is idempotent on every front end.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping

import structlog
from redis.exceptions import RedisError

from core.model import Request
from core.ports import ChatFront, JobQueue
from core.store.store import Store

log = structlog.get_logger()
#: How many answers each front end posts at a time, and when one that could not be posted is tried again (seconds).
_AT_ONCE, _AGAIN_S = 24, 30.0


class Outbox:
    """Two loops: one posts what is ready, the other puts back into the queue what nobody works on."""

    def __init__(
        self,
        store: Store,
        queue: JobQueue,
        fronts: Mapping[str, ChatFront],
        reconcile_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._queue = queue
        self._fronts = fronts
        self._reconcile_s = reconcile_s
        self._clock = clock
        self._posting: dict[str, asyncio.Task[bool]] = {}
        self._under_way = Counter[str]()
        self._resting: dict[str, float] = {}

    async def deliver(self) -> int:
        """Posts everything that waits, many at a time; returns how much that was."""
        mine = [self._posting[request.id] for request in await self._begin()]
        return sum(await asyncio.gather(*mine))

    async def reconcile(self) -> int:
        """Puts lost requests back into the queue; returns how many."""
        lost = await self._store.requests.lost(self._reconcile_s)
        async with asyncio.timeout(self._reconcile_s + 5):
            for request_id in lost:
                await self._queue.put(request_id)
        return len(lost)

    async def run(self) -> None:
        """Both, for ever."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._deliver_for_ever())
                group.create_task(self._reconcile_for_ever())
        finally:
            for task in self._posting.values():
                task.cancel()

    async def _begin(self) -> list[Request]:
        """Starts to post what waits and is not being posted; returns it."""
        self._resting = {key: until for key, until in self._resting.items() if until > self._clock()}
        begun: list[Request] = []
        for name, front in self._fronts.items():
            for request in await self._store.requests.undelivered(name):
                if self._under_way[name] >= _AT_ONCE:
                    break
                if request.id not in self._posting and request.id not in self._resting:
                    task = asyncio.create_task(self._post(front, request))
                    self._posting[request.id] = task
                    self._under_way[name] += 1
                    begun.append(request)
        return begun

    async def _post(self, front: ChatFront, request: Request) -> bool:
        """The edge of a front end: one answer that cannot be posted now holds up no other."""
        try:
            receipt = await front.post(request.address, request.id)
            await self._store.requests.delivered(request.id, receipt)
        except Exception:
            log.exception("an answer was not posted", request=request.id, front=front.name)
            self._resting[request.id] = self._clock() + _AGAIN_S
            return False
        finally:
            del self._posting[request.id]
            self._under_way[front.name] -= 1
        return True

    async def _deliver_for_ever(self) -> None:
        while True:
            await self._begin()
            await asyncio.sleep(0.3)

    async def _reconcile_for_ever(self) -> None:
        while True:
            try:
                if count := await self.reconcile():
                    log.info("put back into the queue", requests=count)
            except (RedisError, OSError) as error:
                log.warning("queue is away", error=type(error).__name__)
            await asyncio.sleep(self._reconcile_s)
