"""How many requests may go to one host: counted in this process, or for all processes through Redis."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

import structlog
from aiolimiter import AsyncLimiter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.services._breaker import Breaker

_log = structlog.get_logger()

#: How long Redis may take to answer, and how long it is left alone when it did not.
_REDIS_S = 1.0
_REDIS_PAUSE_S = 5.0

# A log of the latest ``requests`` slots, newest first. The next slot is now, or one window after the slot that lies
# ``requests`` back: no window of that length, wherever it begins, ever holds more. The time is the server's own.
_NEXT_SLOT = """
local requests, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local oldest = redis.call('LINDEX', KEYS[1], requests - 1)
local slot = now
if oldest then slot = math.max(now, tonumber(oldest) + window) end
redis.call('LPUSH', KEYS[1], string.format('%.0f', slot))
redis.call('LTRIM', KEYS[1], 0, requests - 1)
redis.call('PEXPIRE', KEYS[1], math.ceil((slot - now + window) / 1000))
return slot - now
"""


class Limits(Protocol):
    """Who counts the requests to a host."""

    async def admit(self, host: str, requests: int, per_s: float) -> None:
        """Returns when one more request may go to ``host``, which takes ``requests`` in ``per_s`` seconds."""


class LocalLimits:
    """Counts what this process sends: a leaky bucket per host."""

    def __init__(self) -> None:
        self._buckets: dict[str, AsyncLimiter] = {}

    async def admit(self, host: str, requests: int, per_s: float) -> None:
        """See :class:`Limits`."""
        await self._buckets.setdefault(host, AsyncLimiter(requests, per_s)).acquire()


class SharedLimits:
    """Counts what every process sends, by a sliding window in Redis; while Redis is away, each counts for itself.

    A process takes one slot at a time and waits for it, so that processes take turns and one that dies wastes one slot.
    """

    def __init__(
        self,
        redis: Redis,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redis = redis
        self._sleep = sleep
        self._next_slot = redis.register_script(_NEXT_SLOT)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._alone = LocalLimits()
        self._breaker = Breaker(failures=1, pause_s=_REDIS_PAUSE_S, clock=clock)
        self._said = False

    @classmethod
    def at(cls, url: str) -> SharedLimits:
        """Through the Redis at ``url``; nothing is opened before the first request."""
        return cls(Redis.from_url(url, socket_timeout=_REDIS_S, socket_connect_timeout=_REDIS_S))

    async def close(self) -> None:
        """Closes the connections to Redis."""
        await self._redis.aclose()

    async def admit(self, host: str, requests: int, per_s: float) -> None:
        """See :class:`Limits`."""
        async with self._turns[host]:
            wait_s = await self._wait_for_slot(host, requests, per_s)
            if wait_s is not None:
                await self._sleep(wait_s)
                return
        await self._alone.admit(host, requests, per_s)

    async def _wait_for_slot(self, host: str, requests: int, per_s: float) -> float | None:
        """The seconds until the slot that was taken; None while Redis is away."""
        if self._breaker.open:
            return None
        try:
            with self._breaker.attempt(lambda error: isinstance(error, (RedisError, OSError))):
                wait = await self._next_slot(keys=[f"yasr:limit:{host}"], args=[requests, round(per_s * 1e6)])
        except (RedisError, OSError) as error:
            if not self._said:
                self._said = True
                _log.warning("rate limits are counted per process: Redis is away", error=type(error).__name__)
            return None
        return int(wait) / 1e6


_current: ContextVar[Limits | None] = ContextVar("limits", default=None)


@contextmanager
def counted_by(limits: Limits) -> Iterator[None]:
    """The clients that are made within count by ``limits``."""
    token = _current.set(limits)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Limits:
    """What a client counts by that was given nothing else: what :func:`counted_by` says, or itself alone."""
    return _current.get() or LocalLimits()
