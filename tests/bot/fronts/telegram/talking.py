"""What the tests of this front end do again and again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.conversations.table import LINK, SONGS, eventually
from tests.conversations.telegram import TelegramChat, text_of
from tests.conversations.world import World
from tests.fakes.telegram import Chat, Message, Person


def in_chat(ada: TelegramChat, chat: Chat, person: Person | None = None) -> TelegramChat:
    """The same bot as somebody meets it in another chat."""
    return TelegramChat(ada.server, ada.front, person or ada.person, chat, ada._outbox)


async def says(there: TelegramChat, words: str, **how: object) -> str:
    """What the bot answers to something that is said."""
    return text_of(await there.said(there.person.says(there.chat, words, **how)))  # type: ignore[arg-type]


async def answered(there: TelegramChat, behind: World, words: str = LINK, titles: tuple[str, ...] = SONGS) -> None:
    """Asks and is answered."""
    await there.asks(words)
    await behind.hand.answers(titles)
    await until(there, lambda: all(title in text(there) for title in titles))


def text(there: TelegramChat) -> str:
    """All that is to be read in the chat."""
    return "\n".join(text_of(message) for message in there.person.sees(there.chat))


def last(there: TelegramChat) -> Message:
    return there.person.sees(there.chat)[-1]


async def until(there: TelegramChat, true: Callable[[], object]) -> None:
    """Lets the bot work until this is so."""

    async def holds() -> None:
        await there.settle()
        assert true()

    await eventually(holds)


async def stored(holds: Callable[[], Awaitable[object]]) -> None:
    async def true() -> None:
        assert await holds()

    await eventually(true)


async def rated(behind: World, person: Person) -> list[int]:
    """The person's ratings, in the order of the songs."""
    listener = await behind.store.listeners.find("telegram", str(person.id))
    return [verdict.value for verdict in await behind.store.listeners.verdicts(listener)]
