"""The bot process: the front ends, the outbox and the reconciler in one event loop."""

from __future__ import annotations

import asyncio
import errno
import signal
from typing import Any

import structlog

from bot import state
from bot.conversation import conversation
from bot.fronts.web.server import WebFront
from bot.outbox import Outbox
from core.errors import PortTaken
from core.settings import Settings

log = structlog.get_logger()


async def run(settings: Settings) -> None:
    """Speaks with people until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    async with conversation(settings) as (commands, store, queue):
        web = WebFront(settings.web, commands, state.key(settings.state_dir))
        try:
            await web.start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortTaken(port=settings.web.port) from error
        print(f"YASR is ready: {web.url}", flush=True)  # noqa: T201 - the one line that a person waits for
        outbox: asyncio.Task[Any] = asyncio.create_task(
            Outbox(store, queue, {web.name: web}, settings.worker.reconcile_s).run()
        )
        stop: asyncio.Task[Any] = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait([outbox, stop], return_when=asyncio.FIRST_COMPLETED)
            if outbox.done():
                outbox.result()
        finally:
            stop.cancel()
            outbox.cancel()
            await asyncio.gather(outbox, stop, return_exceptions=True)
            await web.stop()
