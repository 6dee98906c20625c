"""Whenever the Discord bot is killed with -9: one answer, and no dead button. Real processes, a Discord of our own."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from bot.press import Press, Verb
from core.model import Request, State
from core.store.store import Store
from tests.conversations.discord import text_of
from tests.conversations.table import LINK, OTHERS, SONGS
from tests.conversations.world import Hand
from tests.fakes.discord import Discord, Interaction, Message
from tests.fakes.discord.interactions import Callback
from tests.fakes.discord.state import walk
from tests.fakes.queue import FakeQueue
from tests.processes.bots import Bot
from tests.processes.home import PATIENCE_S

T = TypeVar("T")

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("processes")]

#: A button that takes longer is dead (seconds).
ALIVE_S = 1.0


class Listener:
    """Somebody in a channel of their own, and the worker who works for them: what it does is done by the test."""

    def __init__(self, server: Discord, store: Store, name: str) -> None:
        self.server = server
        self.channel = server.channel(server.guild(f"Friends of {name}"), "music")
        self.person = server.person(name)
        self._store = store
        self._queue = FakeQueue()
        self.hand = Hand(store, self._queue)

    async def asks(self) -> Message:
        """Asks for songs like those of a playlist; gives the progress message."""
        asked = await self.person.command(self.channel, "recommend", link=LINK)
        progress = await asked.reply()
        await self.written()
        return progress

    async def written(self) -> Request:
        """Waits for the latest request to be in the store; the worker takes it up."""

        async def latest() -> list[Request]:
            return await self._store.requests.of(await self._store.listeners.find("discord", self.person.id), 1)

        (found,) = await eventually(latest)
        if found.id not in self._queue.ids:
            await self._queue.put(found.id)
        return found

    async def delivered(self) -> None:
        """Waits for the answer to be noted as posted."""

        async def noted() -> bool:
            return await self.hand.state() is State.DELIVERED

        await eventually(noted)

    def answer(self, progress: Message | None, *titles: str) -> list[Message]:
        """The head, which pings, and a message a pick: each once, in order, and beside the progress the only ones."""
        said = [message for message in self.server.messages(self.channel) if message.author is self.server.bot]
        head, *picks = [message for message in said if message is not progress]
        assert head.mentions == [self.person.user], text_of(head)
        assert [text_of(pick).splitlines()[0] for pick in picks] == [
            f"{rank}. **{title}** – Newcomer of {title}" for rank, title in enumerate(titles, 1)
        ]
        if progress is not None:
            assert "Done" in text_of(progress)
            assert head.id in text_of(progress), "it leads to the answer"
            assert not pressable(progress, Verb.CANCEL)
        return [head, *picks]

    async def rates(self, picks: list[Message], button: int = 0) -> None:
        """Rates the picks; each button answers."""
        for pick in picks:
            await self.presses(pick, Verb.RATE, button)
            rating = Press.parse(pressable(pick, Verb.RATE)[button])
            assert rating is not None
            assert f"You rated it {rating.value} of 10" in text_of(pick)

    async def presses(self, message: Message, verb: Verb, button: int = 0) -> Interaction:
        """Presses a button of that meaning, which is alive."""
        pressed = await self.person.press(message, pressable(message, verb)[button])
        await alive(pressed)
        return pressed


def pressable(message: Message, verb: Verb) -> list[str]:
    """The ids of the buttons with that meaning."""
    ids = [str(item.get("custom_id", "")) for item in walk(message.components)]
    return [custom_id for custom_id in ids if (press := Press.parse(custom_id)) and press.verb is verb]


async def alive(interaction: Interaction) -> None:
    await interaction.acknowledged()
    assert interaction.answered - interaction.sent < ALIVE_S


async def eventually(look: Callable[[], Awaitable[T]]) -> T:
    """Looks again and again until there is something to see in the store."""
    async with asyncio.timeout(PATIENCE_S):
        while not (seen := await look()):
            await asyncio.sleep(0.02)
        return seen


@dataclass(slots=True)
class Scene:
    """A bot process that can be killed, and its listeners."""

    server: Discord
    listeners: list[Listener]
    bot: Bot


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    async with Discord() as server:
        listeners = [Listener(server, store, name) for name in ("Ada", "Bo", "Cy", "Di")]
        async with Bot(server, tmp_path) as bot:
            yield Scene(server, listeners, bot)
        assert not server.violations, "\n".join(server.violations)
    await store.close()


async def test_killed_before_discord_has_the_acknowledgement(scene: Scene) -> None:
    """Discord says "The application did not respond"; the answer comes all the same."""
    ada = scene.listeners[0]
    with scene.server.hold("POST /interactions/") as hold:
        asked = await ada.person.command(ada.channel, "recommend", link=LINK)
        await scene.server.until(lambda: hold.arrived)
        await ada.written()
        await scene.bot.kill()
    await scene.bot.start()
    await ada.hand.answers(SONGS)
    await ada.delivered()
    assert not asked.kind
    await ada.rates(ada.answer(None, *SONGS)[1:])


async def test_killed_before_the_bot_knows_of_the_acknowledgement(scene: Scene) -> None:
    """A progress message that the store does not know shows the end too."""
    ada = scene.listeners[0]
    with scene.server.hold("POST /interactions/", done=True) as hold:
        asked = await ada.person.command(ada.channel, "recommend", link=LINK)
        await scene.server.until(lambda: hold.arrived)
        await ada.written()
        await scene.bot.kill()
    assert asked.kind == Callback.SAY
    progress = await asked.reply()
    await scene.bot.start()
    await ada.hand.answers(SONGS)
    await ada.delivered()
    ada.answer(progress, *SONGS)


async def test_killed_during_the_job_and_between_ready_and_post(scene: Scene) -> None:
    """The progress goes on; Cancel of before works; a form of before is answered; so is who was ready meanwhile."""
    ada, bo, cy, di = scene.listeners
    progress = await ada.asks()
    await ada.hand.reports("listening", 1, 40)
    await scene.server.until(lambda: "1 of 40" in text_of(progress))
    unwanted = await bo.asks()
    offer = await (await cy.person.command(cy.channel, "recommend")).reply()
    form = await cy.presses(offer, Verb.PASTE)
    await scene.server.until(lambda: form.modal)
    waiting = await di.asks()
    await scene.bot.kill()
    await di.hand.answers(SONGS)
    await ada.hand.reports("listening", 30, 40)
    await scene.bot.start()

    await bo.presses(unwanted, Verb.CANCEL)
    assert "Cancelled" in text_of(unwanted)
    assert await bo.hand.state() is State.CANCELLED
    sent = await cy.person.submit(form, songs="Low – Lullaby")
    await alive(sent)
    await cy.written()
    await cy.hand.answers(OTHERS)
    await scene.server.until(lambda: "30 of 40" in text_of(progress))
    await ada.hand.answers(SONGS)
    answers = ((ada, progress, SONGS), (cy, await sent.reply(), OTHERS), (di, waiting, SONGS))
    for listener, shown, songs in answers:
        await listener.delivered()
        await listener.rates(listener.answer(shown, *songs)[1:])


@dataclass(frozen=True, slots=True)
class Stop:
    """Where posting stops: the request that hangs (``done``: Discord has done it), and what the channel shows then."""

    request: str
    done: bool
    posted: int
    ended: bool = False


STOPS = (
    Stop("POST /channels/", done=True, posted=1),  # the head is there but not noted
    Stop("POST /channels/", done=False, posted=2),  # the second pick is not there
    Stop("POST /channels/", done=True, posted=4),  # all is there, the last pick is not noted
    Stop("PATCH /webhooks/", done=True, posted=4, ended=True),  # only the receipt is missing
)


async def test_killed_while_posting(scene: Scene) -> None:
    """One process stops in the middle of four answers, each at another point."""
    with contextlib.ExitStack() as holds:
        before = [await stopped(scene.server, holds, *pair) for pair in zip(scene.listeners, STOPS, strict=True)]
        for listener, (_, posted) in zip(scene.listeners, before, strict=True):
            await listener.rates(posted[1:])
        await scene.bot.kill()
    assert [await listener.hand.state() for listener in scene.listeners] == [State.READY] * len(STOPS)
    await scene.bot.start()
    for listener, (progress, posted) in zip(scene.listeners, before, strict=True):
        await listener.delivered()
        answer = listener.answer(progress, *SONGS)
        assert answer[: len(posted)] == posted
        await listener.rates(answer[1:], button=1)


async def stopped(
    server: Discord, holds: contextlib.ExitStack, listener: Listener, stop: Stop
) -> tuple[Message, list[Message]]:
    """Asks and is answered up to the stop; gives the progress message and what was posted."""
    progress = await listener.asks()
    here = f"{listener.channel.id}/messages" if stop.request.endswith("/channels/") else ""
    hold = holds.enter_context(server.hold(stop.request + here, done=stop.done))
    await listener.hand.answers(SONGS)
    for arrived in itertools.count(1):
        await server.until(lambda arrived=arrived: hold.arrived >= arrived)  # type: ignore[misc]
        posted = [message for message in server.messages(listener.channel) if message is not progress]
        if (len(posted), "Done" in text_of(progress)) == (stop.posted, stop.ended):
            return progress, posted
        hold.release()
    raise AssertionError("the count has no end")


async def test_the_gateway_comes_and_goes(scene: Scene) -> None:
    """A broken connection, Discord's wish to reconnect, a session that is gone: in between answers are posted."""
    gateway, world = scene.server.gateway, scene.server.world

    def sessions() -> int:
        return len(world.sessions)

    def resumed() -> int:
        return sum(event["t"] == "RESUMED" for session in world.sessions.values() for event in session.log)

    async def cut() -> None:
        gateway.cut()

    troubles = ((cut, resumed), (gateway.reconnect, resumed), (gateway.invalidate, sessions))
    for listener, (trouble, back) in zip(scene.listeners[1:], troubles, strict=True):
        progress = await listener.asks()
        before = back()
        await trouble()
        await listener.hand.answers(SONGS)
        await listener.delivered()
        await scene.server.until(lambda back=back, before=before: back() > before)  # type: ignore[misc]
        head, *picks = listener.answer(progress, *SONGS)
        await listener.rates(picks)
        await listener.presses(head, Verb.MORE)
