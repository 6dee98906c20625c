"""The time on Discord's wall, moved by the test, and the ids that are made from it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

EPOCH_MS = 1_420_070_400_000


class Clock:
    """Stands still at the moment it was made until somebody moves it: ``clock.advance(minutes=15)``."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))
        self._last_id = 0

    def advance(self, seconds: float = 0, *, minutes: float = 0) -> None:
        """Moves the hands forward."""
        self.now += seconds + 60 * minutes

    def stamp(self) -> str:
        """Now, as an ISO 8601 timestamp."""
        return datetime.fromtimestamp(self.now, UTC).isoformat()

    def snowflake(self, *, apart: bool = False) -> str:
        """A new id, higher than all before it (https://discord.com/developers/docs/reference#snowflakes).

        ``apart`` gives it a millisecond of its own: by its millisecond a guild is on a shard.
        """
        least = ((self._last_id >> 22) + 1) << 22 if apart else self._last_id + 1
        self._last_id = max(least, (int(self.now * 1000) - EPOCH_MS) << 22)
        return str(self._last_id)
