"""A queue that remembers what was put, and that can be away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from redis.exceptions import ConnectionError as RedisConnectionError


class FakeQueue:
    """A JobQueue. ``away`` is how it fails: "" (it works), "refused", or "silent" (it never answers). ``painter`` draws
    what is ordered."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.painted: list[str] = []
        self.painter: Callable[[str], Awaitable[object]] | None = None
        self.away = ""

    async def put(self, request_id: str) -> None:
        await self._reached()
        self.ids.append(request_id)

    async def paint(self, key: str) -> None:
        await self._reached()
        self.painted.append(key)
        if self.painter:
            await self.painter(key)

    async def _reached(self) -> None:
        if self.away == "refused":
            raise RedisConnectionError("refused")
        if self.away == "silent":
            await asyncio.Event().wait()
