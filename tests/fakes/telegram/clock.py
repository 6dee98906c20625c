"""The time on Telegram's wall, moved by the test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Clock:
    """Stands still at the moment it was made until somebody moves it: ``clock.advance(15)``."""

    def __init__(self, moved: Callable[[], None]) -> None:
        self.now = float(int(time.time()))
        self._moved = moved
        self._advanced = 0.0
        self._tick = asyncio.Event()

    def advance(self, seconds: float = 0, *, minutes: float = 0) -> None:
        """Moves the hands forward."""
        self.now += seconds + 60 * minutes
        self._advanced += seconds + 60 * minutes
        self._tick.set()
        self._tick = asyncio.Event()
        self._moved()

    async def reach(self, moment: float) -> None:
        """Waits until somebody moved the hands that far."""
        while self.now < moment:
            await self._tick.wait()

    def stamp(self) -> int:
        """Now, as Unix time."""
        return int(self.now)

    def moment(self) -> float:
        """Seconds that really passed, and those that were advanced: what rates are measured with."""
        return time.monotonic() + self._advanced
