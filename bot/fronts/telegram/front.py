"""The Telegram front end: python-telegram-bot's client in the bot's own event loop."""

from __future__ import annotations

import asyncio
import errno
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.conversation import Talk
from bot.fronts.telegram import menus
from bot.fronts.telegram.delivery import Delivery
from bot.fronts.telegram.desk import Desk
from bot.fronts.telegram.ears import Ears
from bot.fronts.telegram.jobs import Jobs
from bot.fronts.telegram.limits import Limits
from bot.fronts.telegram.places import NAME
from bot.fronts.telegram.polling import Polling
from bot.fronts.telegram.presses import Presses
from bot.fronts.telegram.sending import Sender
from bot.fronts.telegram.webhook import Webhook
from core.errors import PortTaken, TelegramTokenRefused
from core.model import Address
from core.settings import Telegram

log = structlog.get_logger()
#: How many calls may be on their way, and how long one may take (seconds): Telegram fetches pictures meanwhile.
_CONNECTIONS, _ANSWER_S = 64, 30.0


class TelegramFront:
    """``start`` says hello to Telegram, ``run`` hears what is said, ``stop`` leaves."""

    name = NAME

    def __init__(self, settings: Telegram, talk: Talk, limits: Limits | None = None) -> None:
        self._settings = settings
        self._talk = talk
        self.bot: ExtBot[Any] = ExtBot(
            settings.token.get_secret_value(),
            base_url=settings.api_base,
            base_file_url=settings.file_base,
            rate_limiter=limits or Limits(),
            request=HTTPXRequest(_CONNECTIONS, read_timeout=_ANSWER_S, write_timeout=_ANSWER_S),
        )
        sender = Sender(self.bot, talk)
        self.jobs = Jobs(talk, sender)
        self.desk = Desk(talk, sender, self.jobs)
        self.delivery = Delivery(talk, self.desk, self.jobs)
        self.ears = Ears(self.desk, Presses(self.desk, self.delivery))
        self.webhook = Webhook(settings, self.bot, self.ears.hear) if settings.webhook else None

    async def start(self) -> None:
        """Raises TelegramTokenRefused, PortTaken, or TelegramError where Telegram does not answer."""
        try:
            await self.bot.initialize()
        except InvalidToken as refused:
            raise TelegramTokenRefused() from refused
        await self.desk.catch_up()
        if self.webhook is None:
            return
        try:
            await self.webhook.start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortTaken(port=str(self._settings.webhook_port)) from error

    async def run(self) -> None:
        """Hears for ever. Raises TelegramTaken, TelegramTokenRefused."""
        work = [self._greet(), self.jobs.run()]
        if self.webhook is None:
            work.append(Polling(self.bot, self.ears.hear).run())
        tasks = [asyncio.create_task(one) for one in work]
        try:
            # Not gather(): a task that is cancelled twice leaves a connection to the store half closed.
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Leaves; Telegram keeps what is said meanwhile."""
        if self.webhook is not None:
            await self.webhook.stop()
        await self.desk.rest()
        await self.bot.shutdown()

    async def post(self, address: Address, request_id: str) -> str:
        """Posts the answer to where it was asked for; returns the id of its first message."""
        request = await self._talk.commands.request(request_id)
        return await self.delivery.post(request) if request else ""

    async def _greet(self) -> None:
        """The menus: not worth an end."""
        try:
            await menus.tell(self.bot, self._talk)
        except TelegramError as trouble:
            log.warning("the menus could not be told", error=type(trouble).__name__)
