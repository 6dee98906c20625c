"""The operator exports and erases a listener whom they name."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from core import settings
from core.errors import NoSuchListener
from core.settings import Settings
from core.store.store import Store

RUN = CliRunner()


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    loaded = Settings(state_dir=tmp_path)
    monkeypatch.setattr(settings, "load", lambda: loaded)
    return loaded


async def met(loaded: Settings, handle: str) -> int:
    """The listener's id, made if they are not there."""
    store = await Store.open(loaded.store_url)
    try:
        return await store.listeners.find("discord", handle)
    finally:
        await store.close()


def test_a_listener_is_exported_and_erased_by_their_name(loaded: Settings) -> None:
    ada, ben = (asyncio.run(met(loaded, handle)) for handle in ("1", "2"))
    told = RUN.invoke(app, ["export", "discord:1"])
    assert told.exit_code == 0 and json.loads(told.stdout)["listeners"][0]["handle"] == "1"
    assert RUN.invoke(app, ["forget", "discord:1", "--keep-counts"]).stdout == "Erased.\n"
    assert isinstance(RUN.invoke(app, ["export", "discord:1"]).exception, NoSuchListener)
    assert asyncio.run(met(loaded, "2")) == ben != asyncio.run(met(loaded, "1")) != ada


@pytest.mark.parametrize("name", ["1", "telegram:1", "discord:", ":", "discord:1:2"])
@pytest.mark.parametrize("command", ["export", "forget"])
def test_nobody_of_that_name(loaded: Settings, command: str, name: str) -> None:
    asyncio.run(met(loaded, "1"))
    error = RUN.invoke(app, [command, name]).exception
    assert isinstance(error, NoSuchListener) and error.exit_status == 2
