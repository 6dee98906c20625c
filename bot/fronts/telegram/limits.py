"""Telegram's limits, kept: 30 messages a second, one a second in a private chat, 20 a minute in a group.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. PTB's own AIORateLimiter makes edits of
progress messages wait in the same line as answers; here they are left out when there is no room.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from itertools import count
from typing import Any

import structlog
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

log = structlog.get_logger()
#: A little less than is allowed: what is sent evenly arrives unevenly.
_OVERALL_S, _PRIVATE_S = 1 / 24, 1.08
_MINUTE_S, _A_MINUTE, _FOR_PROGRESS = 61.0, 19, 6
_TRIES = 5
#: Beyond so many chats those are forgotten that were silent so long (seconds).
_CHATS, _IDLE_S = 1000, 120.0


class Lane(IntEnum):
    """Who goes first when all of them wait."""

    ACKNOWLEDGE = 0
    ANSWER = 1
    PROGRESS = 2


class Skipped(Exception):
    """There is no room for an edit of a progress message now; the next will do."""


@dataclass(slots=True)
class _Chat:
    """When a chat may hear the next message. A group's latest minute is remembered."""

    group: bool
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    sent: deque[float] = field(default_factory=deque)
    paused: float = 0.0

    def wait(self, now: float, most: int = _A_MINUTE, *, edit: bool = False) -> float:
        """Seconds until there is room."""
        while self.sent and self.sent[0] <= now - _MINUTE_S:
            self.sent.popleft()
        until = self.paused
        if self.group and len(self.sent) >= most:
            until = max(until, self.sent[-most] + _MINUTE_S)
        elif not self.group and self.sent and not edit:
            until = max(until, self.sent[-1] + _PRIVATE_S)
        return max(0.0, until - now)


class _Line:
    """One at a time, evenly; who waits is served by lane, then in order of arrival."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._next = 0.0
        self._pump: asyncio.Task[None] | None = None

    def pause(self, until: float) -> None:
        self._next = max(self._next, until)

    @property
    def free(self) -> bool:
        """Whether nobody waits and one may go now."""
        return not self._waiting and self._next <= self._clock()

    def take(self) -> None:
        """Uses the place that is free."""
        self._next = max(self._next, self._clock()) + _OVERALL_S

    async def wait(self, lane: Lane) -> None:
        """Until it is one's turn."""
        if self.free:
            self.take()
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (lane, next(self._numbers), turn))
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._serve())
        await turn

    async def _serve(self) -> None:
        while self._waiting:
            if (wait := self._next - self._clock()) > 0:
                await self._sleep(wait)
                continue
            turn = heapq.heappop(self._waiting)[2]
            if not turn.done():  # its caller has not given up
                self.take()
                turn.set_result(None)

    def close(self) -> None:
        """Nobody's turn will come."""
        if self._pump is not None:
            self._pump.cancel()
        for *_, turn in self._waiting:
            turn.cancel()


class Limits(BaseRateLimiter[Lane]):
    """For ExtBot: ``rate_limit_args`` is the lane of a call, ``ACKNOWLEDGE`` without."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._line = _Line(clock, sleep)
        self._chats: dict[int | str, _Chat] = {}

    @property
    def room(self) -> bool:
        """Whether nobody waits, so that there may be room for progress."""
        return self._line.free

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        self._line.close()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Lane | None,
    ) -> Any:
        """Calls when there is room, again after a RetryAfter. Raises Skipped for a progress edit without room."""
        lane = Lane.ACKNOWLEDGE if rate_limit_args is None else rate_limit_args
        tries = _TRIES
        while True:
            tries -= 1
            try:
                async with self._allowed(endpoint, data, lane):
                    return await callback(*args, **kwargs)
            except RetryAfter as flood:
                if lane is Lane.PROGRESS:
                    raise Skipped from flood
                if not tries:
                    raise
                if not _counts(endpoint, data):  # what counts waits for its chat
                    await self._sleep(seconds(flood))

    @asynccontextmanager
    async def _allowed(self, endpoint: str, data: dict[str, Any], lane: Lane) -> AsyncIterator[None]:
        """When a call may be made; a chat for which Telegram refuses it pauses."""
        if "chat_id" not in data:
            yield
            return
        chat = self._chat(data["chat_id"])
        try:
            if _counts(endpoint, data):
                async with self._room(chat, lane, edit=endpoint.startswith("edit")):
                    yield
            elif lane is Lane.PROGRESS and (chat.wait(self._clock(), edit=True) or not self._line.free):
                raise Skipped
            else:
                yield
        except RetryAfter as flood:
            self._pause(chat, seconds(flood))
            raise

    def _chat(self, number: int | str) -> _Chat:
        now = self._clock()
        if len(self._chats) > _CHATS:
            self._chats = {
                key: chat for key, chat in self._chats.items()
                if chat.turn.locked() or chat.paused > now or (chat.sent and chat.sent[-1] > now - _IDLE_S)
            }  # fmt: skip
        if number not in self._chats:
            self._chats[number] = _Chat(isinstance(number, str) or number < 0)
        return self._chats[number]

    @asynccontextmanager
    async def _room(self, chat: _Chat, lane: Lane, *, edit: bool) -> AsyncIterator[None]:
        """First the chat's turn, which keeps its messages in order, then the bot's."""
        if lane is Lane.PROGRESS:
            if chat.turn.locked() or chat.wait(self._clock(), _FOR_PROGRESS, edit=edit) or not self._line.free:
                raise Skipped
            self._line.take()
            self._note(chat, edit=edit)
            yield
            return
        async with chat.turn:
            while (wait := chat.wait(self._clock(), edit=edit)) > 0:
                await self._sleep(wait)
            await self._line.wait(lane)
            self._note(chat, edit=edit)
            yield

    def _note(self, chat: _Chat, *, edit: bool) -> None:
        if chat.group or not edit:
            chat.sent.append(self._clock())

    def _pause(self, chat: _Chat, wait: float) -> None:
        """A second chat that is refused while another one pauses means that it is the bot as a whole."""
        now = self._clock()
        others = [one.paused for one in self._chats.values() if one is not chat and one.paused > now]
        chat.paused = max(chat.paused, now + wait)
        log.warning("Telegram asks to wait", seconds=wait, all=bool(others))
        if others:
            self._line.pause(max(chat.paused, *others))


def _counts(endpoint: str, data: dict[str, Any]) -> bool:
    """Whether a call is a message to a chat."""
    spoken = endpoint.startswith("send") and endpoint != "sendChatAction"
    return "chat_id" in data and (spoken or endpoint.startswith("editMessage"))


def seconds(flood: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = flood.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
