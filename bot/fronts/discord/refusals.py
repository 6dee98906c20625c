"""Counts what Discord refuses: 10,000 answers of 401, 403 or 429 within ten minutes close the door for a while.

https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace

import aiohttp
import structlog

log = structlog.get_logger()
_REFUSED = frozenset({401, 403, 429})
_WINDOW_S = 600.0
#: From here on it is said in the log, once for every so many.
ALARMING = 500


class Refusals:
    """How many requests were refused within the last ten minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque()

    @property
    def count(self) -> int:
        while self._times and self._times[0] < self._clock() - _WINDOW_S:
            self._times.popleft()
        return len(self._times)

    def note(self, status: int) -> None:
        """An answer came."""
        if status not in _REFUSED:
            return
        self._times.append(self._clock())
        if self.count % ALARMING == 0:
            log.warning("Discord refuses much of what we ask", refused=self.count, minutes=int(_WINDOW_S // 60))

    def trace(self) -> aiohttp.TraceConfig:
        """For aiohttp, to tell us of every answer."""
        config = aiohttp.TraceConfig()

        async def ended(_: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
            self.note(params.response.status)

        config.on_request_end.append(ended)
        return config
