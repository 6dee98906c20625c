"""Commands over a real store, a queue of our own, and no service that asks anybody anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands import Commands
from bot.picks import Picks
from core.services import Services
from core.settings import Settings
from core.store.store import Store
from core.uploads import Uploads
from tests.fakes.queue import FakeQueue


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    yield store
    await store.close()


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    """Deezer's links are read; no sound, and nobody knows where else a song is."""
    async with Services(Settings(state_dir=tmp_path)) as services:
        services.readers = [reader for reader in services.readers if reader.name == "deezer"]
        services.sounds, services.links = [], []
        yield services


@pytest.fixture
def commands(store: Store, queue: FakeQueue, services: Services, tmp_path: Path) -> Commands:
    return Commands(store, queue, Uploads(tmp_path), services, Settings(state_dir=tmp_path))


@pytest.fixture
def picks(store: Store, services: Services, tmp_path: Path) -> Picks:
    return Picks(store, services, Settings(state_dir=tmp_path))
