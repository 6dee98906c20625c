"""A person in their private chat with the bot, with the unmodified python-telegram-bot between them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.fronts.telegram.front import TelegramFront
from bot.fronts.telegram.keyboards import AGAIN
from bot.fronts.telegram.limits import Limits
from bot.outbox import Outbox
from bot.press import Press, Verb
from bot.words import words
from core import verdicts
from core.settings import Telegram as Settings
from tests.conversations.world import World
from tests.fakes.telegram import Chat, Message, Person, Telegram

LOCALES = ("en", "de")


class TelegramChat:
    """A Chat. ``front`` and ``server`` are there for what only Telegram has."""

    def __init__(self, server: Telegram, front: TelegramFront, person: Person, chat: Chat, outbox: Outbox) -> None:
        self.words = words(person.user.language or "")
        self.server = server
        self.front = front
        self.person = person
        self.chat = chat
        self._outbox = outbox

    async def asks(self, words: str) -> None:
        await self.said(self.person.says(self.chat, words))

    async def more(self) -> None:
        await self._press(Verb.MORE)

    async def cancels(self) -> None:
        await self._press(Verb.CANCEL)

    async def rates(self, title: str, emoji: str) -> None:
        await self._rate(title, verdicts.value_of(emoji))

    async def takes_back(self, title: str) -> None:
        marked = await self.server.until(lambda: [data for data in presses(self.pick(title)) if data.endswith(AGAIN)])
        await (await self.person.press(self.pick(title), marked[0])).answered()

    async def looks_back(self) -> None:
        message = await self.said(self.person.says(self.chat, "/history"))
        if answers := presses(message):
            count = len(self.person.sees(self.chat))
            await self.person.press(message, answers[0])
            await self.server.until(lambda: len(self.person.sees(self.chat)) > count)

    async def forgets(self) -> None:
        shown = await self.said(self.person.says(self.chat, "/mydata"))
        asked = await self._answer_to(shown, "yasr:forget:me")
        await self._answer_to(asked, "yasr:forget:me:sure")

    async def sees(self) -> str:
        await self.settle()
        return "\n".join(text_of(message) for message in self.person.sees(self.chat))

    async def settle(self) -> None:
        """Lets the bot post what is ready and bring its progress messages up to date."""
        await self._outbox.deliver()
        await asyncio.gather(*await self.front.jobs.look())

    async def said(self, saying: object) -> Message:
        """Somebody says something; the bot's next message."""
        count = len(self._bots())
        await saying  # type: ignore[misc] # whatever a Person does
        return (await self.server.until(lambda: self._bots()[count:]))[-1]

    def pick(self, title: str) -> Message:
        """The message of a pick that can be rated."""
        shown = [message for message in self._bots() if title in text_of(message)]
        return next(one for one in shown if any(data.startswith("yasr:rate:") for data in presses(one)))

    async def _rate(self, title: str, value: int) -> None:
        message = self.pick(title)
        data = next(data for data in presses(message) if data.endswith(f":{value}"))
        await (await self.person.press(message, data)).answered()

    async def _press(self, verb: Verb) -> None:
        for message in reversed(self._bots()):
            for data in presses(message):
                press = Press.parse(data)
                if press is not None and press.verb is verb:
                    pressed = await self.person.press(message, data)
                    await pressed.answered()
                    return
        raise AssertionError(f"nothing to press for {verb}")

    async def _answer_to(self, message: Message, data: str) -> Message:
        return await self.said(self.person.press(message, data))

    def _bots(self) -> list[Message]:
        return [message for message in self.person.sees(self.chat) if message.author is self.server.bot]


def presses(message: Message) -> list[str]:
    """The data of its buttons."""
    return [one["callback_data"] for row in message.keyboard for one in row if "callback_data" in one]


def text_of(message: Message) -> str:
    """Everything that a person reads in a message."""
    return "\n".join([message.text, *(one["text"] for row in message.keyboard for one in row)])


class Hours:
    """A clock that runs ahead when somebody would sleep."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._ahead

    async def sleep(self, seconds: float) -> None:
        self._ahead += seconds
        await asyncio.sleep(0)


@asynccontextmanager
async def connected(world: World, server: Telegram, **settings: object) -> AsyncIterator[tuple[TelegramFront, Outbox]]:
    """The front end, connected to the fake; what it would wait for by Telegram's limits takes no time."""
    chosen = Settings(token=server.token, api_base=server.base_url, file_base=server.base_file_url, **settings)  # type: ignore[arg-type]
    hours = Hours()
    front = TelegramFront(chosen, world.talk, Limits(hours, hours.sleep))
    await front.start()
    running = asyncio.create_task(front.run())
    try:
        await server.listening()
        yield front, Outbox(world.store, world.queue, {front.name: front}, 1)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await front.stop()


@asynccontextmanager
async def chat(world: World, locale: str, **settings: object) -> AsyncIterator[TelegramChat]:
    """Somebody who has started the bot; what the fake was sent is valid."""
    async with Telegram() as server:
        person = server.person("Ada", language_code=locale)
        async with connected(world, server, **settings) as (front, outbox):
            found = TelegramChat(server, front, person, person.private, outbox)
            await found.said(person.starts())
            yield found
        assert not server.violations, "\n".join(server.violations)
        assert not server.unmodelled
