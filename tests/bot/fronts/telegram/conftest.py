"""A listener in their private chat, and all that stands behind the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conversations.telegram import TelegramChat, chat
from tests.conversations.world import World, world


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as behind:
        yield behind


@pytest.fixture
async def ada(behind: World) -> AsyncIterator[TelegramChat]:
    async with chat(behind, "en") as ada:
        yield ada
