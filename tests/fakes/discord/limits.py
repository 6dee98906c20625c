"""Discord's limits as it documents and shows them: so many requests a second, so many messages a channel.

https://discord.com/developers/docs/topics/rate-limits
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable

from tests.fakes.discord import errors

#: All requests with the bot's token, but those that answer interactions.
EVERYWHERE, EVERYWHERE_S = 50, 1.0
#: Messages in one channel.
MESSAGES, MESSAGES_S = 5, 5.0
_MESSAGE = re.compile(r"POST (/channels/\d+)/messages$")

Clock = Callable[[], float]


class Window:
    """At most ``limit`` requests within ``seconds``, counted from the first; then they are given anew, all together."""

    def __init__(self, limit: int, seconds: float, clock: Clock) -> None:
        self.limit = limit
        self.seconds = seconds
        self._clock = clock
        self._taken = 0
        self._ends = -math.inf

    def take(self) -> float:
        """0 when there is room; else how long to wait."""
        now = self._clock()
        if now >= self._ends:
            self._taken, self._ends = 0, now + self.seconds
        if self._taken >= self.limit:
            return self._ends - now
        self._taken += 1
        return 0.0

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - self._taken),
            "X-RateLimit-Reset-After": f"{max(0.0, self._ends - self._clock()):.3f}",
        }


class Limits:
    """Counts, and refuses what is too much; ``refused`` says how often."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self.refused = 0
        self._clock = clock
        self._everywhere = Window(EVERYWHERE, EVERYWHERE_S, clock)
        self._channels: dict[str, Window] = {}

    def admit(self, shown: str) -> dict[str, str]:
        """The headers to answer with; raises Refused for what is too much."""
        if wait := self._everywhere.take():
            self.refused += 1
            raise errors.rate_limited(wait, everywhere=True)
        channel = _MESSAGE.match(shown)
        if channel is None:
            return {}
        window = self._channels.setdefault(channel[1], Window(MESSAGES, MESSAGES_S, self._clock))
        if wait := window.take():
            self.refused += 1
            raise errors.rate_limited(wait)
        return window.headers
