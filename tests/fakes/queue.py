"""A queue that remembers what was put, and that can be away."""

from __future__ import annotations

import asyncio

from redis.exceptions import ConnectionError as RedisConnectionError


class FakeQueue:
    """A JobQueue. ``away`` is how it fails: "" (it works), "refused", or "silent" (it never answers)."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.away = ""

    async def put(self, request_id: str) -> None:
        if self.away == "refused":
            raise RedisConnectionError("refused")
        if self.away == "silent":
            await asyncio.Event().wait()
        self.ids.append(request_id)
