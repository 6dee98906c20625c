"""Telegram's limits on a clock that runs only when somebody waits: what leaves, when, and in which order."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections import defaultdict
from collections.abc import Coroutine
from itertools import count
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.fronts.telegram.limits import Lane, Limits, Skipped

GROUP, ADA, BEN = -7, 1, 2


class Time:
    """Sleepers are woken one after the other when nobody has anything else to do."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        wake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), wake))
        await wake

    async def run(self, *work: Coroutine[Any, Any, Any]) -> list[Any]:
        """Until all is done."""
        tasks = [asyncio.ensure_future(one) for one in work]
        while not all(task.done() for task in tasks):
            for _ in range(20):  # whoever can go on does
                await asyncio.sleep(0)
            if self._sleepers and not all(task.done() for task in tasks):
                self.now, _, wake = heapq.heappop(self._sleepers)
                if not wake.done():
                    wake.set_result(None)
        return await asyncio.gather(*tasks, return_exceptions=True)


class Server:
    """What leaves, as Telegram would see it; ``floods`` are refused first."""

    def __init__(self) -> None:
        self.time = Time()
        self.limits = Limits(self.time, self.time.sleep)
        self.seen: list[tuple[float, Any, str]] = []
        self.floods: dict[Any, list[int]] = defaultdict(list)

    async def call(
        self, chat: int | None, what: str = "", endpoint: str = "sendMessage", lane: Lane | None = None, at: float = 0.0
    ) -> None:
        async def callback() -> None:
            self.seen.append((self.time.now, chat, what))
            if self.floods[chat]:
                raise RetryAfter(self.floods[chat].pop(0))

        if at:
            await self.time.sleep(at)
        data = {} if chat is None else {"chat_id": chat}
        await self.limits.process_request(callback, (), {}, endpoint, data, lane)

    def times(self, what: str = "") -> list[float]:
        return [round(at, 2) for at, _, said in self.seen if said == what]

    def most(self, seconds: float, chat: int | None = None) -> int:
        """The most that was seen in any time of that length."""
        at = [moment for moment, where, _ in self.seen if chat in (None, where)]
        return max((sum(begin <= one < begin + seconds for one in at) for begin in at), default=0)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.mark.parametrize("seed", range(5))
async def test_no_limit_is_ever_broken_and_every_chat_hears_in_order(server: Server, seed: int) -> None:
    rng = random.Random(seed)
    chats = [*range(1, 60), -1, -2, -3]
    calls = [
        server.call(chat, f"{chat}/{number}", rng.choice(["sendMessage", "sendPhoto"]), rng.choice([*Lane][:2]), at=0.0)
        for number in range(6)
        for chat in chats
        for _ in range(1 if chat > 0 else 5)
    ]
    await server.time.run(*calls)
    assert len(server.seen) == len(calls)
    assert server.most(1.0) <= 30
    assert max(server.most(1.0, chat) for chat in chats if chat > 0) == 1
    assert max(server.most(60.0, chat) for chat in chats if chat < 0) <= 20
    for chat in chats:
        said = [int(what.partition("/")[2]) for _, where, what in server.seen if where == chat]
        assert said == sorted(said)


async def test_what_answers_somebody_goes_before_what_was_found_for_them(server: Server) -> None:
    answers = [server.call(100 + number, "answer", lane=Lane.ANSWER) for number in range(60)]
    replies = [server.call(number + 1, "reply", at=0.1) for number in range(10)]
    await server.time.run(*answers, *replies)
    assert max(server.times("reply")) < 0.6
    assert max(server.times("answer")) > 2


async def test_progress_waits_for_nobody_and_holds_up_nobody(server: Server) -> None:
    answers = [server.call(100 + number, "answer", lane=Lane.ANSWER) for number in range(30)]
    edits = [server.call(1 + number, "edit", "editMessageText", Lane.PROGRESS) for number in range(30)]
    results = await server.time.run(*answers, *edits)
    assert server.times("edit") == []
    assert sum(isinstance(result, Skipped) for result in results) == 30
    alone = Server()
    await alone.time.run(*(alone.call(100 + number, "answer", lane=Lane.ANSWER) for number in range(30)))
    assert server.times("answer") == alone.times("answer")


async def test_in_a_group_progress_leaves_room_for_the_answer(server: Server) -> None:
    edits = [server.call(GROUP, "edit", "editMessageText", Lane.PROGRESS, at=1.0 + number) for number in range(30)]
    answer = [server.call(GROUP, "answer", lane=Lane.ANSWER, at=32.0) for _ in range(11)]
    await server.time.run(*edits, *answer)
    assert len(server.times("edit")) == 6
    assert max(server.times("answer")) < 33


async def test_an_edit_in_a_private_chat_need_not_wait_for_the_second(server: Server) -> None:
    calls = [server.call(ADA, "sent"), server.call(ADA, "edited", "editMessageReplyMarkup"), server.call(ADA, "sent")]
    await server.time.run(*calls)
    assert server.times("edited") == [0.04]
    assert server.times("sent") == [0.0, 1.08]


@pytest.mark.parametrize("endpoint", ["answerCallbackQuery", "getMe", "setMyCommands", "answerInlineQuery"])
async def test_what_is_no_message_does_not_wait(server: Server, endpoint: str) -> None:
    await server.time.run(*(server.call(None, "call", endpoint) for _ in range(50)))
    assert server.times("call") == [0.0] * 50


async def test_a_chat_that_is_told_to_wait_waits_and_no_other_does(server: Server) -> None:
    server.floods[ADA] = [5]
    results = await server.time.run(server.call(ADA, "ada"), server.call(BEN, "ben"), server.call(ADA, "ada"))
    assert results == [None] * 3
    assert server.times("ada") == [0.0, 5.0, 6.08]
    assert server.times("ben") == [0.04]


async def test_when_two_are_told_to_wait_all_do(server: Server) -> None:
    server.floods[ADA], server.floods[BEN] = [9], [5]
    later = server.call(3, "others", at=1.0)
    await server.time.run(server.call(ADA, "ada"), server.call(BEN, "ben"), later)
    assert min(server.times("others")) >= 9


async def test_progress_that_is_refused_is_left_out(server: Server) -> None:
    server.floods[ADA] = [5]
    (result,) = await server.time.run(server.call(ADA, "edit", "editMessageText", Lane.PROGRESS))
    assert isinstance(result, Skipped)
    server.time.now = 1.0
    with pytest.raises(Skipped):
        await server.call(ADA, "typing", "sendChatAction", Lane.PROGRESS)
    await server.call(BEN, "typing", "sendChatAction", Lane.PROGRESS)
    assert server.times("typing") == [1.0]


@pytest.mark.parametrize(("endpoint", "chat"), [("sendMessage", ADA), ("deleteMessage", ADA), ("setMyCommands", None)])
async def test_nobody_is_asked_for_ever(server: Server, endpoint: str, chat: int | None) -> None:
    server.floods[chat] = [7] * 9
    (result,) = await server.time.run(server.call(chat, "call", endpoint))
    assert isinstance(result, RetryAfter)
    assert server.times("call") == [0.0, 7.0, 14.0, 21.0, 28.0]


async def test_one_who_gives_up_leaves_their_place(server: Server) -> None:
    tasks = [asyncio.create_task(server.call(number + 1, str(number))) for number in range(4)]
    for _ in range(5):
        await asyncio.sleep(0)
    tasks[1].cancel()
    await server.time.run(*(_done(task) for task in tasks))
    assert [what for _, _, what in server.seen] == ["0", "2", "3"]
    assert server.seen[-1][0] < 0.1


async def _done(task: asyncio.Task[None]) -> None:
    await asyncio.wait([task])


async def test_at_the_end_nobody_waits(server: Server) -> None:
    tasks = [asyncio.create_task(server.call(number + 1)) for number in range(4)]
    for _ in range(5):
        await asyncio.sleep(0)
    await server.limits.shutdown()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), *[asyncio.CancelledError] * 3]


async def test_silent_chats_are_forgotten(server: Server) -> None:
    for number in range(1200):
        server.time.now += 1
        await server.call(number + 1)
    assert len(server.limits._chats) <= 1001
