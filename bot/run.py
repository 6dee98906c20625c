"""The bot process: the front ends, the outbox and the reconciler in one event loop."""

from __future__ import annotations

import asyncio
import errno
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

import structlog

from bot import state
from bot.conversation import Talk, conversation
from bot.fronts.web.figures import FigurePages
from bot.fronts.web.linking import LinkPages
from bot.fronts.web.listing import ListingPages
from bot.fronts.web.portrait import PortraitPages
from bot.fronts.web.scorecard import ScorecardPage
from bot.fronts.web.security import Identity
from bot.fronts.web.server import Pages, WebFront
from bot.outbox import Outbox
from core.errors import PortTaken
from core.ports import ChatFront
from core.settings import Settings

log = structlog.get_logger()


class Front(ChatFront, Protocol):
    """A front end that stays open: ``run`` ends only when it broke."""

    async def run(self) -> None: ...


async def run(settings: Settings) -> None:
    """Speaks with people until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    async with conversation(settings) as (talk, store, queue), _fronts(settings, talk) as fronts:
        outbox = Outbox(store, queue, {front.name: front for front in fronts}, settings.worker.reconcile_s)
        work: list[asyncio.Task[Any]] = [
            asyncio.create_task(outbox.run()),
            *(asyncio.create_task(front.run()) for front in fronts),
            asyncio.create_task(stopping.wait()),
        ]
        done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        for task in done:
            task.result()  # an outbox or a front end that broke ends the process, and the supervisor starts it again


@asynccontextmanager
async def _fronts(settings: Settings, talk: Talk) -> AsyncIterator[list[Front]]:
    """The front ends that are switched on, open for people. Raises PortTaken, or that a token is refused."""
    async with AsyncExitStack() as stack:
        fronts: list[Front] = []
        page = ", without its page"
        if settings.discord.token.get_secret_value():
            from bot.fronts.discord.front import DiscordFront  # a bot without Discord need not carry its library

            discord = DiscordFront(settings.discord, talk)
            stack.push_async_callback(discord.stop)
            await discord.start()
            fronts.append(discord)
        if settings.telegram.token.get_secret_value():
            from bot.fronts.telegram.front import TelegramFront  # nor Telegram's

            telegram = TelegramFront(settings.telegram, talk)
            stack.push_async_callback(telegram.stop)
            await telegram.start()
            fronts.append(telegram)
        if settings.web.enabled:
            identity = Identity(state.key(settings.state_dir), settings.web.public_url)
            pages: list[Pages] = [
                ScorecardPage(talk.scorecards, talk.picks.titles),
                LinkPages(talk, identity),
                ListingPages(talk, identity),
                FigurePages(talk),
                PortraitPages(talk, identity),
            ]
            web = WebFront(settings.web, talk.commands, talk.picks, identity, pages)
            await _open(web, settings.web.port)
            stack.push_async_callback(web.stop)
            fronts.append(web)
            page = f": {web.url}"
        print(f"YASR is ready{page}", flush=True)  # noqa: T201 - the one line that a person waits for
        yield fronts


async def _open(web: WebFront, port: int) -> None:
    try:
        await web.start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(port=str(port)) from error
