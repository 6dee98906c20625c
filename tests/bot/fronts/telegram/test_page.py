"""From an answer to its own page: the address comes in private, to the one who asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.settings import Web
from tests.bot.fronts.telegram.talking import answered, in_chat, last, says
from tests.conversations.table import LINK
from tests.conversations.telegram import TelegramChat, chat, presses
from tests.conversations.world import World, world
from tests.fakes.telegram import Message


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, web=Web(public_url="https://yasr.example")) as behind:
        yield behind


@pytest.fixture
async def ada(behind: World) -> AsyncIterator[TelegramChat]:
    async with chat(behind, "en") as ada:
        yield ada


def button(there: TelegramChat) -> tuple[Message, str]:
    """The message with a button that leads to the page, and the button's data."""
    for message in there.person.sees(there.chat):
        for data in presses(message):
            if data.startswith("yasr:page:"):
                return message, data
    raise AssertionError("there is no such button")


async def test_the_address_comes_in_private(ada: TelegramChat, behind: World) -> None:
    await says(ada, "/help")  # their private chat is open
    ben = ada.server.person("Ben")
    there = in_chat(ada, ada.server.supergroup("Listeners", ada.person, ben))
    await answered(there, behind, f"/recommend {LINK}")
    message, data = button(there)
    toast = await (await ben.press(message, data)).answered()
    assert "not yours" in str(toast)
    await ada.said(there.person.press(message, data))
    assert last(ada).controls
    url = last(ada).controls["inline_keyboard"][0][0]["url"]
    opened = behind.talk.passes.read(url.rsplit("/", 1)[1])
    assert opened.listener == await behind.store.listeners.find("telegram", str(ada.person.id))
    assert "https://yasr.example" not in str([shown.controls for shown in there.person.sees(there.chat)])


@pytest.mark.parametrize("away", ["", "refused"])
async def test_a_taste_comes_with_the_address_of_its_page(ada: TelegramChat, behind: World, away: str) -> None:
    """Written out under the picture; as a link where there is no worker to draw one."""
    behind.queue.away = away
    listener = await behind.store.listeners.find("telegram", str(ada.person.id))
    await behind.hand.has_heard(listener)
    told = await says(ada, "/taste")
    url = f"https://yasr.example{behind.talk.passes.taste(listener)}"
    assert bool(last(ada).media) is not bool(away)
    assert told.endswith("\nyasr.example" if away else f"\n{url}")
    assert url in told + str(last(ada).entities)


async def test_without_a_public_page_there_is_no_button(tmp_path: Path) -> None:
    async with world(tmp_path) as behind, chat(behind, "en") as ada:
        await answered(ada, behind)
        assert not [data for message in ada.person.sees(ada.chat) for data in presses(message) if "page" in data]
