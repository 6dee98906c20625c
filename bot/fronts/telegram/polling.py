"""Asking Telegram for updates. One is confirmed when it is dealt with, so that none is lost with the process.

PTB's Updater confirms updates when they arrive, and those that wait then die with the process.
https://core.telegram.org/bots/api#getupdates
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog
from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.fronts.telegram.ears import WANTED
from bot.fronts.telegram.limits import seconds
from bot.fronts.telegram.sending import Bot
from core.errors import TelegramTaken, TelegramTokenRefused

log = structlog.get_logger()
#: How long Telegram holds a question that has no answer yet; between two questions while updates are dealt with.
_LONG_S, _SHORT_S = 30, 0.25
#: An update that takes longer is confirmed before its end (seconds).
_PATIENCE_S = 5.0
#: Telegram gives at most so many unconfirmed updates.
_MOST = 100
#: Two pollers disturb each other again and again; one conflict may be our own poller from before a restart.
_CONFLICTS, _CONFLICT_S = 3, 2.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 30.0


class Polling:
    """``run`` asks for ever. Raises TelegramTaken, TelegramTokenRefused."""

    def __init__(self, bot: Bot, hear: Callable[[Update], Coroutine[Any, Any, None]], long_s: int = _LONG_S) -> None:
        self._bot = bot
        self._hear = hear
        self._long_s = long_s
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._began: dict[int, float] = {}
        self._offset = 0
        self._conflicts = 0
        self._polls = False

    async def run(self) -> None:
        """For ever; what is being dealt with is given up when it is cancelled, and comes again."""
        wait_s = _FIRST_WAIT_S
        try:
            while True:
                try:
                    await self._ask()
                    wait_s, self._conflicts = _FIRST_WAIT_S, 0
                except (Conflict, InvalidToken) as refused:
                    await self._refused(refused)
                except RetryAfter as flood:
                    await asyncio.sleep(seconds(flood))
                except (NetworkError, TelegramError) as trouble:
                    log.warning("Telegram does not answer", error=type(trouble).__name__, in_s=wait_s)
                    await asyncio.sleep(wait_s)
                    wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _ask(self) -> None:
        """Asks once, from the oldest update that is not dealt with."""
        if not self._polls:  # Telegram answers no questions while it brings updates itself
            self._polls = await self._bot.delete_webhook()
        oldest = min(self._holding(), default=self._offset)
        updates = await self._bot.get_updates(
            offset=oldest, limit=_MOST, timeout=0 if self._busy else self._long_s, allowed_updates=WANTED
        )
        for update in updates:
            if update.update_id >= self._offset:
                self._offset = update.update_id + 1
                task = asyncio.create_task(self._hear(update))
                self._busy[update.update_id] = task
                self._began[update.update_id] = time.monotonic()
                task.add_done_callback(partial(self._done, update.update_id))
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=_SHORT_S)
        while len(self._holding()) > _MOST // 2:  # most of the next answer would be known already
            await asyncio.wait(self._busy.values(), timeout=_SHORT_S, return_when=asyncio.FIRST_COMPLETED)

    def _holding(self) -> list[int]:
        """What is being dealt with and not confirmed yet. One that takes long must not keep all that is new away."""
        now = time.monotonic()
        return [number for number, began in self._began.items() if now - began < _PATIENCE_S]

    def _done(self, number: int, _: asyncio.Task[None]) -> None:
        del self._busy[number], self._began[number]

    async def _refused(self, refused: TelegramError) -> None:
        if isinstance(refused, InvalidToken):
            raise TelegramTokenRefused() from refused
        self._conflicts += 1
        if self._conflicts >= _CONFLICTS:
            raise TelegramTaken() from refused
        await asyncio.sleep(_CONFLICT_S)
