"""Whenever the Telegram bot is killed with -9: one answer, and no dead button. Real processes, a Telegram of our own.

Telegram lets a bot neither read a chat nor mark a message. So a message that it has taken, and of which the bot was
killed before it knew, comes a second time; nothing else does.
"""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from bot.press import Press, Verb
from core.errors import TelegramTaken
from core.model import State
from core.store.store import Store
from tests.conversations.table import LINK, SONGS
from tests.conversations.telegram import presses, text_of
from tests.conversations.world import Hand
from tests.fakes.discord import Discord
from tests.fakes.queue import FakeQueue
from tests.fakes.telegram import CallbackQuery, Message, Telegram
from tests.fakes.telegram.faults import Hold, Trouble
from tests.processes.bots import TelegramBot
from tests.processes.home import PATIENCE_S

T = TypeVar("T")

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("processes")]


class Listener:
    """Somebody in their private chat, and the worker who works for them: what it does is done by the test."""

    def __init__(self, server: Telegram, store: Store, name: str) -> None:
        self.server = server
        self.person = server.person(name)
        self.chat = self.person.private
        self.store = store
        self.queue = FakeQueue()
        self.hand = Hand(store, self.queue)

    async def asks(self) -> Message:
        """Asks for songs like those of a playlist; gives the progress message."""
        await self.person.says(self.chat, LINK)
        await self.written()
        (progress,) = await self.server.until(self.said)
        await eventually(self.shown)
        return progress

    async def written(self) -> None:
        """Waits for the latest request to be in the store; the worker takes it up."""

        async def latest() -> list[str]:
            listener = await self.store.listeners.find("telegram", str(self.person.id))
            return [request.id for request in await self.store.requests.of(listener, 5)]

        found = await eventually(latest)
        self.queue.ids = found

    async def shown(self) -> bool:
        """Whether the progress message of the latest request is noted."""
        return bool(await self.store.posts.of(self.queue.ids[-1]))

    async def delivered(self) -> None:
        """Waits for the answer to be noted as posted."""

        async def noted() -> bool:
            return await self.hand.state() is State.DELIVERED

        await eventually(noted)

    def said(self) -> list[Message]:
        """What the bot has said here."""
        return [message for message in self.person.sees(self.chat) if message.author is self.server.bot]

    def answer(self, *titles: str, twice: str = "") -> list[Message]:
        """The picks of the one answer: each once, in order; ``twice`` names what may have come a second time."""
        heads = [message for message in self.said() if "3 songs like" in message.text]
        picks = [
            message for message in self.said() if any(press.startswith("yasr:rate:") for press in presses(message))
        ]
        assert len(heads) == 1 + (twice == "head"), [text_of(message) for message in self.said()]
        expected = [title for title in titles for _ in range(1 + (twice == title))]
        assert [text_of(pick).splitlines()[0] for pick in picks] == [
            f"{titles.index(title) + 1}. {title} – Newcomer of {title}" for title in expected
        ]
        assert all(head.reply_to is not None and head.reply_to.text == LINK for head in heads)
        return picks

    async def rates(self, picks: list[Message], value: int) -> None:
        """Rates the picks; each button answers and is marked."""
        for pick in picks:
            toast = await (await self.person.press(pick, pick.buttons[str(value)])).answered()
            assert toast.text == f"Saved: {value} of 10."
            await self.server.until(lambda pick=pick: f"✓ {value}" in pick.buttons)  # type: ignore[misc]

    async def presses(self, message: Message, verb: Verb) -> CallbackQuery:
        """Presses a button of that meaning, which is alive."""
        data = next(data for data in presses(message) if (press := Press.parse(data)) and press.verb is verb)
        pressed = await self.person.press(message, data)
        await pressed.answered()
        return pressed


async def eventually(look: Callable[[], Awaitable[T]]) -> T:
    """Looks again and again until there is something to see in the store."""
    async with asyncio.timeout(PATIENCE_S):
        while not (seen := await look()):
            await asyncio.sleep(0.02)
        return seen


@dataclass(slots=True)
class Scene:
    """A bot process that can be killed, and its listeners."""

    server: Telegram
    listeners: list[Listener]
    bot: TelegramBot


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    async with Telegram() as server:
        listeners = [Listener(server, store, name) for name in ("Ada", "Bo", "Cy", "Di")]
        async with TelegramBot(server, tmp_path) as bot:
            yield Scene(server, listeners, bot)
        assert not server.violations, "\n".join(server.violations)
    await store.close()


async def test_killed_before_the_request_is_acknowledged(scene: Scene) -> None:
    """It is written down, and acknowledged after the start."""
    ada = scene.listeners[0]
    with scene.server.hold("sendMessage") as held:
        await ada.person.says(ada.chat, LINK)
        await scene.server.until(lambda: held.waiting)
        await ada.written()
        await scene.bot.kill()
    assert ada.said() == []
    await scene.bot.start()
    (progress,) = await scene.server.until(ada.said)
    assert "Waiting in the queue" in text_of(progress)
    await ada.hand.answers(SONGS)
    await ada.delivered()
    assert "Done." in progress.text
    await ada.rates(ada.answer(*SONGS), 8)
    assert len(ada.queue.ids) == 1


async def test_killed_before_the_bot_knows_of_the_acknowledgement(scene: Scene) -> None:
    """A second progress message comes; the first one's button works, and there is one answer."""
    ada = scene.listeners[0]
    with scene.server.hold("sendMessage", done=True):
        await ada.person.says(ada.chat, LINK)
        (first,) = await scene.server.until(ada.said)
        await ada.written()
        await scene.bot.kill()
    await scene.bot.start()
    second = (await scene.server.until(lambda: ada.said()[1:]))[0]
    await ada.hand.answers(SONGS)
    await ada.delivered()
    await ada.rates(ada.answer(*SONGS), 8)
    assert "Done." in second.text
    await ada.presses(first, Verb.CANCEL)
    await scene.server.until(lambda: "Done." in first.text)


async def test_killed_during_the_job_and_between_ready_and_post(scene: Scene) -> None:
    """The progress goes on; Cancel of before works; so is answered who was ready meanwhile."""
    ada, bo, cy, _ = scene.listeners
    progress, unwanted, waiting = [await listener.asks() for listener in (ada, bo, cy)]
    await ada.hand.reports("listening", 1, 40)
    await scene.server.until(lambda: "1 of 40" in text_of(progress))
    await scene.bot.kill()
    await cy.hand.answers(SONGS)
    await ada.hand.reports("listening", 30, 40)
    await scene.bot.start()
    await bo.presses(unwanted, Verb.CANCEL)
    await scene.server.until(lambda: "Cancelled" in text_of(unwanted))
    assert await bo.hand.state() is State.CANCELLED
    await scene.server.until(lambda: "30 of 40" in text_of(progress))
    await ada.hand.answers(SONGS)
    for listener, shown in ((ada, progress), (cy, waiting)):
        await listener.delivered()
        await listener.rates(listener.answer(*SONGS), 3)
        assert "Done." in shown.text
        assert not shown.keyboard


@dataclass(frozen=True, slots=True)
class Stop:
    """Where posting stops: the call that hangs (``done``: Telegram has obeyed), after so many messages of the answer,
    and what comes twice therefore.
    """

    method: str
    done: bool
    posted: int
    twice: str = ""


STOPS = (
    Stop("sendMessage", done=True, posted=1, twice="head"),
    Stop("sendMessage", done=False, posted=2),
    Stop("sendMessage", done=True, posted=4, twice="Third Rail"),
    Stop("editMessageText", done=True, posted=4),  # only the receipt is missing
)


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: f"{stop.method} {stop.posted} {'done' if stop.done else ''}")
async def test_killed_while_posting(scene: Scene, stop: Stop) -> None:
    ada = scene.listeners[0]
    progress = await ada.asks()
    held = scene.server.hold(stop.method, done=stop.done)
    await ada.hand.answers(SONGS)
    await until_posted(scene.server, ada, stop, held)
    posted = [message for message in ada.said() if message is not progress]
    await scene.bot.kill()
    assert await ada.hand.state() is State.READY
    held.release()
    await scene.bot.start()
    await ada.delivered()
    picks = ada.answer(*SONGS, twice=stop.twice)
    assert ada.said()[1 : 1 + len(posted)] == posted
    await ada.rates(picks[:1], 8)
    await ada.rates(picks[-1:], 4)
    await scene.server.until(lambda: "Done." in progress.text)
    head = next(message for message in ada.said() if "3 songs like" in message.text)
    await ada.presses(head, Verb.MORE)
    await eventually(lambda: _asked(ada, 2))


async def until_posted(server: Telegram, ada: Listener, stop: Stop, held: Hold) -> None:
    """Lets calls go one by one until so much is posted."""
    for arrived in itertools.count(1):
        await server.until(lambda arrived=arrived: len(held.waiting) >= arrived)  # type: ignore[misc]
        if len(ada.said()) - 1 == stop.posted:
            return
        held.gate.set()
        held.gate = asyncio.Event()


async def _asked(listener: Listener, count: int) -> bool:
    await listener.written()
    return len(listener.queue.ids) == count


async def test_what_is_said_while_the_bot_is_down_is_dealt_with_once(scene: Scene) -> None:
    ada, bo, cy, _ = scene.listeners
    await ada.asks()
    await ada.hand.answers(SONGS)
    await ada.delivered()
    picks = ada.answer(*SONGS)
    await scene.bot.kill()
    await bo.person.says(bo.chat, LINK)
    await cy.person.says(cy.chat, "/help")
    pressed = await ada.person.press(picks[0], picks[0].buttons["9"])
    await ada.person.react(picks[1], "🔥")
    await scene.bot.start()
    await scene.server.until(lambda: "✓ 9" in picks[0].buttons and "✓ 8" in picks[1].buttons)
    assert (await pressed.answered()).text == "Saved: 9 of 10."
    assert await ada.hand.ratings() == {"First Light": 9, "Second Wind": 8}
    await bo.written()
    await scene.server.until(lambda: bo.said() and cy.said())
    await scene.bot.kill()
    await scene.bot.start()
    await cy.person.says(cy.chat, "/stats")
    await scene.server.until(lambda: len(cy.said()) == 2)
    assert len(bo.said()) == len(bo.queue.ids) == 1


async def test_what_was_dealt_with_and_not_confirmed_is_asked_once(scene: Scene) -> None:
    """Telegram brings the message again: the next question, which confirms it, never arrived."""
    ada = scene.listeners[0]
    await scene.server.listening()
    await ada.person.says(ada.chat, "/help")
    await scene.server.until(ada.said)
    held = scene.server.hold("getUpdates", done=True)
    await ada.person.says(ada.chat, LINK)
    await scene.server.until(lambda: held.waiting)
    held.release()
    await ada.written()
    blocked = scene.server.hold("getUpdates")
    await scene.server.until(lambda: len(ada.said()) == 2)
    await eventually(ada.shown)
    await scene.bot.kill()
    blocked.release()
    await scene.bot.start()
    await ada.person.says(ada.chat, "/stats")
    await scene.server.until(lambda: len(ada.said()) >= 3)
    assert len(ada.said()) == 3
    await ada.written()
    assert len(ada.queue.ids) == 1


async def test_killed_before_the_request_is_written_down(scene: Scene, tmp_path: Path) -> None:
    """The message is fetched, and the store takes nothing: Telegram brings it again, for nobody has confirmed it."""
    ada = scene.listeners[0]
    asked = len(scene.server.calls("getUpdates"))
    with locked(tmp_path / "yasr.db"):
        await ada.person.says(ada.chat, LINK)
        await scene.server.until(lambda: fetched(scene.server, asked))
        await scene.bot.kill()
    await scene.bot.start()
    (progress,) = await scene.server.until(ada.said)
    await ada.written()
    await ada.hand.answers(SONGS)
    await ada.delivered()
    await ada.rates(ada.answer(*SONGS), 8)
    assert "Done." in progress.text
    assert len(ada.queue.ids) == 1


async def test_an_acknowledgement_of_which_telegram_does_not_tell(scene: Scene) -> None:
    """The connection breaks after Telegram has taken the progress message: a second one comes, and one answer."""
    ada = scene.listeners[0]
    scene.server.fail("sendMessage", Trouble.LOST)
    await ada.asks()
    first, second = await scene.server.until(lambda: ada.said()[1:] and ada.said())
    await ada.hand.answers(SONGS)
    await ada.delivered()
    await ada.rates(ada.answer(*SONGS), 8)
    assert "Done." in second.text
    await ada.presses(first, Verb.CANCEL)
    await scene.server.until(lambda: "Done." in first.text)
    assert len(ada.queue.ids) == 1


async def test_presses_and_reactions_that_were_not_confirmed_count_once(scene: Scene) -> None:
    """A rating, one that is taken back, a reaction, More: Telegram brings all of them again."""
    ada = scene.listeners[0]
    await ada.asks()
    await ada.hand.answers(SONGS)
    await ada.delivered()
    first, second, third = ada.answer(*SONGS)
    await ada.rates([second], 4)
    head = next(message for message in ada.said() if "3 songs like" in message.text)
    await scene.server.listening()
    blocked = scene.server.hold("getUpdates")
    pressed = [
        await ada.person.press(first, first.buttons["9"]),
        await ada.person.press(second, second.buttons["✓ 4"]),
        await ada.person.press(head, head.buttons["More"]),
    ]
    await ada.person.react(third, "🔥")
    for press in pressed:
        await press.answered()
    await eventually(lambda: _asked(ada, 2))
    await scene.server.until(lambda: "✓ 9" in first.buttons and "4" in second.buttons and "✓ 8" in third.buttons)
    said = await scene.server.until(lambda: len(ada.said()) == 6 and ada.said())
    await eventually(ada.shown)
    assert len(scene.server.updates.pending) == len(pressed) + 1
    await scene.bot.kill()
    await scene.bot.start()  # whose own question waits too: the one of before is gone
    blocked.release()
    await scene.server.until(lambda: not scene.server.updates.pending)
    await scene.bot.kill()
    assert ada.said() == said
    assert await _asked(ada, 2)
    listener = await ada.store.listeners.find("telegram", str(ada.person.id))
    assert sorted(verdict.value for verdict in await ada.store.listeners.verdicts(listener)) == [8, 9]
    assert "✓ 9" in first.buttons and "4" in second.buttons and "✓ 8" in third.buttons


async def test_a_second_bot_with_the_same_token(scene: Scene, tmp_path: Path) -> None:
    """One of the two ends and says why; the other one goes on."""
    (tmp_path / "other").mkdir()
    async with TelegramBot(scene.server, tmp_path / "other") as other:
        ends = {asyncio.create_task(bot.ended()): bot for bot in (scene.bot, other)}
        async with asyncio.timeout(PATIENCE_S):
            done, waiting = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        (ended,), (waits,) = done, waiting
        status, errors = ended.result()
        assert status == 2, errors
        assert str(TelegramTaken()) in errors
        assert "Traceback" not in errors
        ada = scene.listeners[0]
        await ada.person.says(ada.chat, "/help")
        await scene.server.until(ada.said, PATIENCE_S)
        assert not waits.done()
        waits.cancel()


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Nobody else can write."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.rollback()


def fetched(server: Telegram, before: int) -> bool:
    """Whether a message has arrived at the bot: it asks on without waiting while it deals with one."""
    return any(call.get("timeout", 0) == 0 for call in server.calls("getUpdates")[before:])


async def test_both_front_ends_live_in_one_process_and_stop_at_a_word(tmp_path: Path) -> None:
    async with Telegram() as telegram, Discord() as discord:
        there = {
            "YASR_DISCORD__TOKEN": discord.token,
            "YASR_DISCORD__API_BASE": discord.api_base,
            "YASR_DISCORD__GATEWAY": discord.gateway_url,
        }
        async with TelegramBot(telegram, tmp_path, **there) as bot:
            await discord.until(lambda: discord.world.commands.get(None), PATIENCE_S)
            ada, ben = telegram.person("Ada"), discord.person("Ben")
            await ada.starts()
            assert "I find songs" in (await telegram.next_message(ada.private)).text
            channel = discord.channel(discord.guild("Friends"), "music")
            await (await ben.command(channel, "help")).acknowledged()
            bot.terminate()
            async with asyncio.timeout(10):
                assert (await bot.ended())[0] == 0
        assert not telegram.violations + discord.violations
