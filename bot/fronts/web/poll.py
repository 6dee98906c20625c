"""A look repeated while a page is open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Poll:
    """Calls ``look`` until it returns False; one that breaks is logged, and ``broken`` called."""

    def __init__(self, name: str, look: Callable[[], Awaitable[bool]], broken: Callable[[], None]) -> None:
        self._name = name
        self._look = look
        self._broken = broken
        self._task: asyncio.Task[None] | None = None

    def run(self, every_s: float) -> None:
        """Starts it, unless it runs already."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._repeat(every_s), name=self._name)
            self._task.add_done_callback(self._ended)

    def stop(self) -> None:
        if self._task:
            self._task.cancel()

    async def _repeat(self, every_s: float) -> None:
        while await self._look():
            await asyncio.sleep(every_s)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.error("live updates broke off", poll=self._name, exc_info=error)
            self._broken()
