"""What every front end speaks through: the commands, over an open store, queue and services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.commands import Commands
from bot.queue import ArqQueue
from core.queue import url_of
from core.services import Services
from core.settings import Settings
from core.store.store import Store
from core.uploads import Uploads


@asynccontextmanager
async def conversation(settings: Settings) -> AsyncIterator[tuple[Commands, Store, ArqQueue]]:
    """The commands, and the store and queue they stand on."""
    async with AsyncExitStack() as stack:
        store = await Store.open(settings.store_url)
        stack.push_async_callback(store.close)
        queue = await ArqQueue.open(url_of(settings))
        stack.push_async_callback(queue.close)
        services = await stack.enter_async_context(Services(settings))
        yield Commands(store, queue, Uploads(settings.state_dir), services, settings), store, queue
