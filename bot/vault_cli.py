"""``yasr vault``: the keys that seal linked accounts."""

from __future__ import annotations

import asyncio

import typer

from core import settings
from core.settings import Settings
from core.store.store import Store
from core.vault import Sealed, Vault

app = typer.Typer(help="The keys that seal linked accounts.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Makes `rotate` a command of its own, though it is the only one."""


@app.command()
def rotate() -> None:
    """Seal everything anew: with a new key of our own, or with the first one of YASR_VAULT_KEYS."""
    done, lost = asyncio.run(rotated(settings.load()))
    typer.echo(f"Sealed anew: {done}. Lost, because their key is gone: {lost}.")


async def rotated(loaded: Settings) -> tuple[int, int]:
    """How much was sealed anew, and how much can no longer be opened and waits for its owner to link again."""
    vault = Vault.of(loaded)
    vault.change()
    store = await Store.open(loaded.store_url)
    done = lost = 0
    try:
        for kept in await store.accounts.all_sealed():
            try:
                await store.accounts.reseal(kept, vault.renewed(kept.sealed))
                done += 1
            except Sealed:
                lost += 1
    finally:
        await store.close()
    return done, lost
