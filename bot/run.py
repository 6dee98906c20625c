"""The bot process: the front ends, the outbox and the reconciler in one event loop."""

from __future__ import annotations

import asyncio
import errno
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog

from bot import state
from bot.commands import Commands
from bot.conversation import conversation
from bot.fronts.web.server import WebFront
from bot.outbox import Outbox
from core.errors import PortTaken
from core.ports import ChatFront
from core.settings import Settings

log = structlog.get_logger()


async def run(settings: Settings) -> None:
    """Speaks with people until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    async with conversation(settings) as (commands, store, queue), _fronts(settings, commands) as fronts:
        work: list[asyncio.Task[Any]] = [
            asyncio.create_task(Outbox(store, queue, fronts, settings.worker.reconcile_s).run()),
            asyncio.create_task(stopping.wait()),
        ]
        done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        for task in done:
            task.result()  # an outbox that broke ends the process, and the supervisor starts it again


@asynccontextmanager
async def _fronts(settings: Settings, commands: Commands) -> AsyncIterator[dict[str, ChatFront]]:
    """The front ends that are switched on, by name, open for people. Raises PortTaken."""
    if not settings.web.enabled:
        print("YASR is ready, without its page", flush=True)  # noqa: T201 - the one line that a person waits for
        yield {}
        return
    web = WebFront(settings.web, commands, state.key(settings.state_dir))
    try:
        await web.start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(port=settings.web.port) from error
    print(f"YASR is ready: {web.url}", flush=True)  # noqa: T201 - likewise
    try:
        yield {web.name: web}
    finally:
        await web.stop()
