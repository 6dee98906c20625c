"""Who writes in a progress message, and who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import JobCard
from bot.people import Known
from bot.watch import Watch
from core.model import Address, Post, PostKind
from tests.conversations.table import LINK, SONGS
from tests.conversations.world import World, world


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as behind:
        yield behind


class Platform:
    """Takes its time with an edit."""

    def __init__(self) -> None:
        self.asked, self.free = asyncio.Event(), asyncio.Event()
        self.edits: list[JobCard] = []

    async def show(self, request_id: str, post: Post | None, card: JobCard, caller: Known) -> bool:
        self.asked.set()
        await self.free.wait()
        self.edits.append(card)
        return True


async def test_the_end_waits_for_an_edit_under_way(behind: World) -> None:
    caller = await behind.talk.people.meet("telegram", "1", "en")
    request_id = await behind.talk.commands.recommend(caller.listener, Address("telegram", "1"), LINK)
    await behind.talk.posts.keep("telegram", Post("1", "2", request_id, PostKind.JOB))
    platform = Platform()
    watch = Watch(behind.talk, "telegram", platform.show)
    await watch.look()
    await platform.asked.wait()
    await behind.hand.answers(SONGS)
    assert not await watch.look()  # nobody else writes meanwhile
    end = asyncio.create_task(watch.settle(request_id))
    await asyncio.wait({end}, timeout=0.1)
    assert not end.done()
    platform.free.set()
    await end
    assert platform.edits
    await asyncio.gather(*await watch.look())
    assert len(platform.edits) == 1  # what has ended is shown by whoever ends it


async def test_nobody_writes(behind: World) -> None:
    watch = Watch(behind.talk, "telegram", Platform().show)
    await watch.settle("anything")
    assert not watch.writes("anything")


async def test_what_is_being_written_is_given_up_at_the_end(behind: World) -> None:
    watch = Watch(behind.talk, "telegram", Platform().show)
    task = watch.write("r1", asyncio.sleep(3600))
    assert watch.writes("r1")
    await watch.rest()
    assert task.cancelled()
    assert not watch.writes("r1")
