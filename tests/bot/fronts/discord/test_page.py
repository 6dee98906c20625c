"""From an answer to its own page: the address is for the one who asked."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.passes import Pass
from bot.press import Press, Verb
from core.settings import Web
from tests.bot.fronts.discord.test_front import answered, until
from tests.conversations.discord import DiscordChat, chat, text_of, walk
from tests.conversations.table import SONGS
from tests.conversations.world import World, world
from tests.fakes.discord import Message


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, web=Web(public_url="https://yasr.example")) as behind:
        yield behind


@pytest.fixture
async def ada(behind: World) -> AsyncIterator[DiscordChat]:
    async with chat(behind, "en-GB") as ada:
        yield ada


def buttons(ada: DiscordChat) -> list[tuple[Message, str]]:
    """The messages with a button that leads to the page, and the button's id."""
    found = []
    for message in ada.person.sees(ada.channel):
        for item in walk(message.components):
            press = Press.parse(item.get("custom_id") or "")
            if press and press.verb is Verb.PAGE:
                found.append((message, str(item["custom_id"])))
    return found


async def test_a_taste_comes_with_the_address_of_its_page(ada: DiscordChat, behind: World) -> None:
    listener = await behind.store.listeners.find("discord", ada.person.id)
    await behind.hand.has_heard(listener)
    reply = await (await ada.person.command(ada.channel, "taste")).reply()
    (token,) = re.findall(r"<https://yasr\.example/me/([\w-]+)>$", reply.content)
    assert reply.ephemeral and behind.talk.passes.read(token) == Pass(listener)


async def test_the_asker_gets_the_address_and_nobody_else(ada: DiscordChat, behind: World) -> None:
    await answered(ada, behind, *SONGS)
    await until(ada, lambda: buttons(ada))
    message, button = buttons(ada)[0]
    reply = await (await ada.person.press(message, button)).reply()
    (url,) = (item["url"] for item in walk(reply.components) if item.get("url"))
    assert reply.ephemeral and url.startswith("https://yasr.example/s/")
    request = (await behind.hand.request()).id
    listener = await behind.store.listeners.find("discord", ada.person.id)
    opened = behind.talk.passes.read(url.rsplit("/", 1)[1])
    assert (opened.listener, opened.request_id) == (listener, request)
    ben = ada.server.person("Ben")
    refused = await (await ben.press(message, button)).reply()
    assert refused.ephemeral and text_of(refused) == "That is not yours, or it no longer exists."
    assert "https://yasr.example" not in str([shown.components for shown in ben.sees(ada.channel)])
