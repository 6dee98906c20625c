"""Where the bot is no member: inline mode, guests' messages, deep links."""

from __future__ import annotations

import pytest

from tests.bot.fronts.telegram.talking import answered, in_chat, text, until
from tests.conversations.table import LINK, SONGS
from tests.conversations.telegram import TelegramChat, text_of
from tests.conversations.world import World
from tests.fakes.telegram import Chat, Message, Person


@pytest.fixture
def ben(ada: TelegramChat) -> Person:
    return ada.server.person("Ben")


@pytest.fixture
def elsewhere(ada: TelegramChat, ben: Person) -> Chat:
    return ada.server.group("Others", ada.person, ben, bot=None)


async def offered(ada: TelegramChat, elsewhere: Chat) -> Message:
    query = await ada.person.inline(f"summer {LINK}", chat=elsewhere)
    [result] = await query.answered()
    assert result["title"] == LINK
    return await ada.person.choose(query, result["id"], elsewhere)


async def test_a_link_typed_anywhere_becomes_an_answer_there(
    ada: TelegramChat, behind: World, elsewhere: Chat, ben: Person
) -> None:
    message = await offered(ada, elsewhere)
    await (await ben.press(message, message.buttons["Find them here"])).answered()
    await until(ada, lambda: "Waiting in the queue" in message.text)
    assert (await behind.hand.request()).source.value == LINK
    await behind.hand.answers(SONGS)
    await until(ada, lambda: "2. Newcomer of Second Wind – Second Wind" in message.text)
    bens = in_chat(ada, ben.private, ben)
    await bens.said(ben.starts(message.buttons["Hear and rate"].partition("?start=")[2]))
    assert "Second Wind" in text(bens)


async def test_or_in_private(ada: TelegramChat, behind: World, elsewhere: Chat, ben: Person) -> None:
    message = await offered(ada, elsewhere)
    bens = in_chat(ada, ben.private, ben)
    assert "Waiting in the queue" in text_of(
        await bens.said(ben.starts(message.buttons["In private"].partition("?start=")[2]))
    )
    assert (await behind.hand.request()).source.value == LINK


async def test_one_who_types_nothing_is_offered_what_was_asked_last(
    ada: TelegramChat, behind: World, elsewhere: Chat
) -> None:
    assert await (await ada.person.inline("", chat=elsewhere)).answered() == []
    await answered(ada, behind)
    assert [one["title"] for one in await (await ada.person.inline("", chat=elsewhere)).answered()] == [LINK]


async def test_songs_typed_inline_are_not_kept(ada: TelegramChat, behind: World, elsewhere: Chat) -> None:
    assert await (await ada.person.inline("Low – Lullaby", chat=elsewhere)).answered() == []


async def test_a_guest_is_answered_with_one_message(ada: TelegramChat, behind: World, elsewhere: Chat) -> None:
    query = await ada.person.guest(elsewhere, f"@yasr_bot {LINK}")
    message = await query.answered()
    await until(ada, lambda: "Waiting in the queue" in message.text)
    await behind.hand.answers(SONGS)
    await until(ada, lambda: "3. Newcomer of Third Rail – Third Rail" in message.text)


async def test_a_guest_who_gives_nothing_is_told_what_to_give(ada: TelegramChat, elsewhere: Chat) -> None:
    query = await ada.person.guest(elsewhere, "@yasr_bot hello")
    assert "Tell me what you like" in (await query.answered()).text


@pytest.mark.parametrize("payload", ["", "hello", "s", "sunknown", "a", "a" * 33, "x-y_z"])
async def test_any_deep_link_ends_in_something(ada: TelegramChat, payload: str) -> None:
    shown = await ada.said(ada.person.starts(payload))
    assert "I find songs" in shown.text or "no longer exists" in shown.text
