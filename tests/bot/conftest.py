"""Commands over a real store and a queue of our own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands import Commands
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
def commands(store: Store, queue: FakeQueue, tmp_path: Path) -> Commands:
    return Commands(store, queue, Uploads(tmp_path), [], tmp_path, ["www.deezer.com"])
