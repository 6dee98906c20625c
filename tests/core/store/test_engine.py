"""Closing: what is under way ends first, and nothing begins afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from core.store import engine as engines


async def test_what_is_under_way_ends_before_the_store_is_closed(tmp_path: Path) -> None:
    engine = engines.create(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}")
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE songs (title TEXT)"))
        closing = asyncio.create_task(engines.close(engine))
        await asyncio.sleep(0)
        await connection.execute(text("INSERT INTO songs VALUES ('Last Orders')"))
        assert not closing.done()
    await closing

    again = engines.create(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}")
    async with again.connect() as connection:
        assert (await connection.scalar(text("SELECT title FROM songs"))) == "Last Orders"
    await engines.close(again)


async def test_a_closed_store_opens_no_connection(tmp_path: Path) -> None:
    engine = engines.create(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}")
    await engines.close(engine)
    with pytest.raises(RuntimeError, match="closed"):
        async with engine.connect():
            pass
