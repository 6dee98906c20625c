"""What one open page has yet to be told."""

from __future__ import annotations

import asyncio
import contextlib


class Mailbox:
    """Only the newest event of a kind waits, so that a slow page costs no memory."""

    def __init__(self) -> None:
        self.open = True
        self._waiting: dict[str, bytes] = {}
        self._news = asyncio.Event()

    def put(self, kind: str, event: bytes) -> None:
        self._waiting[kind] = event
        self._news.set()

    def fill(self, events: dict[str, bytes]) -> None:
        """Puts what was read earlier before and under what waits already, which is newer."""
        self._waiting = events | self._waiting
        self._news.set()

    def close(self) -> None:
        self.open = False
        self._news.set()

    async def take(self, patience_s: float) -> bytes:
        """All that waits, as soon as there is something; nothing after ``patience_s`` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._news.wait()
        self._news.clear()
        events = b"".join(self._waiting.values())
        self._waiting.clear()
        return events
