"""How the Telegram front end bears a crowd: ``python -m tests.load.telegram``.

Many people send a link within ten seconds, some of them two; groups have requests under way; and somebody rates songs
all the while. Telegram is the fake on loopback, which refuses what breaks a limit, in this process: what it needs is
counted as the bot's time. It fails when somebody is not acknowledged, when a chat's order is lost, when a limit is
broken, or when half of the ratings are not answered within a second: those of the rush itself wait for their turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import numpy as np
import psutil
import typer
from rich.console import Console
from rich.table import Table

from core.model import State
from core.store.store import Store
from tests.conversations.table import LINK, SONGS
from tests.conversations.world import Hand
from tests.fakes.queue import FakeQueue
from tests.fakes.telegram import Chat, Message, Person, Telegram
from tests.processes.bots import TelegramBot

#: The bar: the median rating is answered within this (milliseconds).
BAR_MS = 1000.0
#: Within this they all send their links; one in so many sends two; between two ratings (seconds).
RUSH_S, TWICE, RATING_S = 10.0, 20, 0.5
_LOOK_S, _PATIENCE_S = 0.05, 300.0


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured. ``overall`` is the most in a second, ``private`` in a chat, ``group`` in a group's minute."""

    people: int
    links: int
    acknowledged: int
    in_order: bool
    ack_p50_s: float
    ack_p95_s: float
    ack_p99_s: float
    ack_max_s: float
    overall: int
    private: int
    group: int
    refused: int
    ratings: int
    toast_p50_ms: float
    toast_p99_ms: float
    memory_mib: float
    cpu_s: float

    @property
    def good(self) -> bool:
        """Whether every bar is met."""
        limits = self.overall <= 30 and self.private <= 1 and self.group <= 20 and not self.refused
        return limits and self.acknowledged == self.links and self.in_order and self.toast_p50_ms < BAR_MS


@dataclass(slots=True)
class House:
    """A bot process in front of a Telegram, and the work of a worker."""

    server: Telegram
    store: Store
    process: psutil.Process
    queue: FakeQueue = field(default_factory=FakeQueue)

    @property
    def hand(self) -> Hand:
        return Hand(self.store, self.queue)

    async def request(self, person: Person) -> str:
        """The latest request of somebody."""
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                listener = await self.store.listeners.find("telegram", str(person.id))
                if found := await self.store.requests.of(listener, 1):
                    return found[0].id
                await asyncio.sleep(_LOOK_S)

    def said(self, chat: Chat) -> list[Message]:
        """What the bot said in a chat."""
        return [message for message in chat.messages.values() if message.author is self.server.bot]


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    """A bot that listens; Telegram keeps its limits."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yasr-load-")))
        server = await stack.enter_async_context(Telegram())
        server.enforce_limits()
        store = await Store.open(f"sqlite+aiosqlite:///{folder / 'yasr.db'}")
        stack.push_async_callback(store.close)
        bot = await stack.enter_async_context(TelegramBot(server, folder))
        yield House(server, store, psutil.Process(bot.pid))


async def crowded(people: int, groups: int, rush_s: float = RUSH_S) -> Report:
    """The rush, and all that goes on beside it."""
    async with house() as built:
        rater, picks = await _answered(built)
        crowd = [built.server.person(f"Listener {number}") for number in range(people)]
        toasts: list[float] = []
        before = built.process.cpu_times()
        beside = [asyncio.create_task(_rate(rater, picks, toasts)), asyncio.create_task(_progress(built, groups))]
        sent: dict[Person, list[float]] = {person: [] for person in crowd}
        seen, _ = await asyncio.gather(_watch(built, sent), _rush(sent, rush_s))
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        return _report(built, sent, seen, toasts, before)


async def _answered(built: House) -> tuple[Person, list[Message]]:
    """Somebody whose answer is there."""
    rater = built.server.person("Rater")
    await rater.says(rater.private, LINK)
    built.queue.ids.append(await built.request(rater))
    await built.hand.answers(SONGS)
    await built.server.until(lambda: len(built.said(rater.private)) == 2 + len(SONGS), _PATIENCE_S)
    while await built.hand.state() is not State.DELIVERED:
        await asyncio.sleep(_LOOK_S)
    return rater, built.said(rater.private)[2:]


async def _rate(rater: Person, picks: list[Message], toasts: list[float]) -> None:
    """One rating after the other, each another value."""
    number = 0
    while True:
        number += 1
        pick = picks[number % len(picks)]
        data = pick.buttons.get(str(number % 10)) or pick.buttons["10"]  # the one that is marked has another label
        began = time.perf_counter()
        pressed = await rater.press(pick, data)
        with contextlib.suppress(TimeoutError):  # counted all the same
            await pressed.answered()
        toasts.append(time.perf_counter() - began)
        await asyncio.sleep(RATING_S)


async def _progress(built: House, groups: int) -> None:
    """Requests in groups that get on all the time."""
    jobs: list[Hand] = []
    for number in range(groups):
        person = built.server.person(f"Member {number}")
        await person.says(built.server.group(f"Group {number}", person), f"/recommend {LINK}")
        queue = FakeQueue()
        queue.ids.append(await built.request(person))
        jobs.append(Hand(built.store, queue))
    done = 0
    while True:
        done += 1
        for job in jobs:
            await job.reports("listening", done % 40, 40)
        await asyncio.sleep(1)


async def _rush(sent: dict[Person, list[float]], rush_s: float) -> None:
    """Everybody sends a link, evenly over the time, and some another one at once; notes when they did."""
    began = time.perf_counter()
    for number, person in enumerate(sent):
        await asyncio.sleep(max(0.0, began + rush_s * number / len(sent) - time.perf_counter()))
        for link in _links(number):
            await person.says(person.private, link)
            sent[person].append(time.perf_counter())


def _links(number: int) -> tuple[str, ...]:
    """What somebody sends."""
    return (LINK, f"{LINK}0")[: 1 + (number % TWICE == 0)]


async def _watch(built: House, sent: dict[Person, list[float]]) -> dict[Person, list[float]]:
    """When each person's acknowledgements came, to a twentieth of a second."""
    seen: dict[Person, list[float]] = {person: [] for person in sent}
    waiting = {person: len(_links(number)) for number, person in enumerate(sent)}
    end = time.perf_counter() + _PATIENCE_S
    while waiting and time.perf_counter() < end:
        await asyncio.sleep(_LOOK_S)
        for person in list(waiting):
            new = len(built.said(person.private)) - len(seen[person])
            seen[person] += [time.perf_counter()] * new
            if len(seen[person]) >= waiting[person]:
                del waiting[person]
    return seen


def _in_order(built: House, person: Person) -> bool:
    """Whether the acknowledgements reply to the questions in their order."""
    replies = [message.reply_to.id for message in built.said(person.private) if message.reply_to]
    return replies == sorted(replies)


def _report(
    built: House, sent: dict[Person, list[float]], seen: dict[Person, list[float]], toasts: list[float], before: object
) -> Report:
    waits = [came - asked for person in sent for asked, came in zip(sent[person], seen[person], strict=False)]
    p50, p95, p99, last = np.percentile(waits, (50, 95, 99, 100)).round(1).tolist()
    toast50, toast99 = np.percentile(np.array(toasts) * 1000, (50, 99)).round().tolist()
    rates = built.server.rates()
    cpu = built.process.cpu_times()
    return Report(
        people=len(sent),
        links=sum(map(len, sent.values())),
        acknowledged=sum(len(built.said(person.private)) for person in sent),
        in_order=all(_in_order(built, person) for person in sent),
        ack_p50_s=p50,
        ack_p95_s=p95,
        ack_p99_s=p99,
        ack_max_s=last,
        overall=rates[None].second,
        private=max(rates[person.id].second for person in sent if person.id in rates),
        group=max((peak.minute for chat, peak in rates.items() if isinstance(chat, int) and chat < 0), default=0),
        refused=built.server.refused,
        ratings=len(toasts),
        toast_p50_ms=toast50,
        toast_p99_ms=toast99,
        memory_mib=round(built.process.memory_info().rss / 2**20, 1),
        cpu_s=round(cpu.user + cpu.system - before.user - before.system, 1),  # type: ignore[attr-defined] # psutil's
    )


def show(report: Report) -> None:
    """A table."""
    title = f"{report.people:,} private chats send {report.links:,} links within {RUSH_S:.0f} s"
    table = Table("What", title=title, title_justify="left")
    table.add_column("Figure", justify="right")
    rows = {
        "Acknowledged": f"{report.acknowledged:,}",
        "In order in every chat": "yes" if report.in_order else "NO",
        "Acknowledged after, p50": f"{report.ack_p50_s:.1f} s",
        "Acknowledged after, p95": f"{report.ack_p95_s:.1f} s",
        "Acknowledged after, p99": f"{report.ack_p99_s:.1f} s",
        "Acknowledged after, the last": f"{report.ack_max_s:.1f} s",
        "Most messages in a second (30)": str(report.overall),
        "Most messages in a private chat's second (1)": str(report.private),
        "Most messages in a group's minute (20)": str(report.group),
        "Refused as too many (429)": str(report.refused),
        "Ratings meanwhile": str(report.ratings),
        f"Ratings answered after, p50 (bar: {BAR_MS:,.0f} ms)": f"{report.toast_p50_ms:,.0f} ms",
        "Ratings answered after, p99": f"{report.toast_p99_ms:,.0f} ms",
        "The bot's memory": f"{report.memory_mib:.1f} MiB",
        "The bot's processor time": f"{report.cpu_s:.1f} s",
    }
    for what, figure in rows.items():
        table.add_row(what, figure)
    Console().print(table)


def main(
    people: Annotated[int, typer.Option(min=1, help="Private chats that send a link.")] = 2000,
    groups: Annotated[int, typer.Option(min=0, help="Groups with a request under way.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Measure; status 1 when a bar is not met."""
    report = asyncio.run(crowded(people, groups))
    if as_json:
        print(json.dumps(asdict(report)))  # noqa: T201 - the document
    else:
        show(report)
    raise SystemExit(not report.good)


if __name__ == "__main__":
    typer.run(main)
