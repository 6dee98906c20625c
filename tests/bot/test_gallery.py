"""Pictures are waited for, but not for ever; who waits for the same one orders it once."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from bot.gallery import Gallery
from core.orders import Sheet
from core.store.store import Store
from tests.fakes.painter import paint
from tests.fakes.queue import FakeQueue

SHEET = Sheet("Your taste", "", ())


@pytest.fixture
def queue(store: Store) -> FakeQueue:
    queue = FakeQueue()
    queue.painter = partial(paint, store)
    return queue


async def picture(store: Store, queue: FakeQueue, patience_s: float = 60) -> bytes | None:
    ada = await store.listeners.find("web", "ada")
    found = await Gallery(store.pictures, queue, patience_s).picture(ada, SHEET)
    return found.image if found else None


async def test_a_picture_is_drawn_once(store: Store, queue: FakeQueue) -> None:
    first = await picture(store, queue)
    assert first is not None and first.startswith(b"\x89PNG")
    assert await picture(store, queue) == first
    assert len(queue.painted) == 1


async def test_one_that_is_drawn_later_is_waited_for(store: Store, queue: FakeQueue) -> None:
    queue.painter = None
    waiting = asyncio.create_task(picture(store, queue))
    while not queue.painted:
        await asyncio.sleep(0)
    await paint(store, queue.painted[0])
    assert await waiting


async def test_one_that_is_not_drawn_in_time_is_done_without(store: Store, queue: FakeQueue) -> None:
    queue.painter = None
    assert await picture(store, queue, patience_s=0) is None
    assert await picture(store, queue, patience_s=0) is None
    queue.painter = partial(paint, store)
    assert await picture(store, queue), "it is ordered again"


@pytest.mark.parametrize("away", ["refused", "silent"])
async def test_without_a_queue_words_must_do(store: Store, queue: FakeQueue, away: str) -> None:
    queue.away = away
    assert await picture(store, queue, patience_s=0.01) is None


async def test_one_that_cannot_be_drawn_is_not_ordered_again_and_again(store: Store, queue: FakeQueue) -> None:
    queue.painter = lambda key: store.pictures.fail(key, "broken")
    assert await picture(store, queue) is None
    assert await picture(store, queue) is None
    assert len(queue.painted) == 1


async def test_nobody_keeps_the_workers_busy_alone(store: Store, queue: FakeQueue) -> None:
    queue.painter = None
    ada, ben = [await store.listeners.find("web", name) for name in ("ada", "ben")]
    gallery = Gallery(store.pictures, queue)
    waiting = [asyncio.create_task(gallery.picture(ada, Sheet(f"{number}", "", ()))) for number in range(6)]
    while len(queue.painted) < 6:
        await asyncio.sleep(0)
    assert await gallery.picture(ada, SHEET) is None, "she has six under way"
    queue.painter = partial(paint, store)
    assert await gallery.picture(ben, SHEET), "which is nothing to him"
    for key in queue.painted[:6]:
        await paint(store, key)
    assert all(await asyncio.gather(*waiting))
    assert await gallery.picture(ada, SHEET)
