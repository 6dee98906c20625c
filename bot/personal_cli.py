"""``yasr export`` and ``yasr forget``: a listener's data, for the operator who is asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.people import exported
from core import settings
from core.errors import NoSuchListener
from core.settings import Settings
from core.store.store import Store
from core.uploads import Uploads

Who = Annotated[str, typer.Argument(help="Front end and name there, such as discord:1234.", metavar="LISTENER")]


def export(listener: Who) -> None:
    """Print everything that is stored about a listener, as one JSON document."""
    typer.echo(asyncio.run(_exported(settings.load(), listener)))


def forget(
    listener: Who,
    keep_counts: Annotated[bool, typer.Option("--keep-counts", help="Let bare counts of their ratings stay.")] = False,
) -> None:
    """Erase everything about a listener."""
    asyncio.run(_forget(settings.load(), listener, keep_counts))
    typer.echo("Erased.")


async def _exported(loaded: Settings, who: str) -> str:
    async with _found(loaded, who) as (store, listener):
        return (await exported(store, listener)).decode()


async def _forget(loaded: Settings, who: str, keep_counts: bool) -> None:
    async with _found(loaded, who) as (store, listener):
        for folder in await store.personal.folders(listener):
            Uploads(loaded.state_dir).remove(Path(folder))
        await store.personal.forget(listener, keep_counts=keep_counts)


@asynccontextmanager
async def _found(loaded: Settings, who: str) -> AsyncIterator[tuple[Store, int]]:
    """An open store, and the listener's id. Raises NoSuchListener."""
    front, _, handle = who.partition(":")
    store = await Store.open(loaded.store_url)
    try:
        listener, _ = await store.listeners.glance(front, handle)
        if not listener:
            raise NoSuchListener(who=who)
        yield store, listener
    finally:
        await store.close()
