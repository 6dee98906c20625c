"""Pictures are ordered once, drawn once, tried again later, and go with whose they are."""

from __future__ import annotations

from core.orders import Sheet
from core.store.pictures import AGAIN, Picture
from core.store.store import Store
from tests.core.store.conftest import Clock

SHEET = Sheet("Your taste", "", ())


async def ordered(store: Store, name: str = "ada") -> str:
    return await store.pictures.order(await store.listeners.find("discord", name), SHEET)


async def test_it_is_due_until_it_is_drawn(store: Store) -> None:
    key = await ordered(store)
    assert await store.pictures.due(key) == SHEET
    assert await store.pictures.get(key) == Picture(None, "", "")
    await store.pictures.keep(key, b"a png", "A radar.")
    assert await store.pictures.due(key) is None
    assert await ordered(store) == key
    assert await store.pictures.get(key) == Picture(b"a png", "A radar.", "")


async def test_what_failed_is_tried_again_after_an_hour_and_not_before(store: Store, clock: Clock) -> None:
    key = await ordered(store)
    await store.pictures.fail(key, "no_sound")
    clock.turn(AGAIN.total_seconds() - 1)
    await ordered(store)
    assert await store.pictures.due(key) is None
    clock.turn(1)
    await ordered(store)
    assert await store.pictures.due(key) == SHEET


async def test_two_listeners_have_a_picture_each(store: Store) -> None:
    mine, theirs = await ordered(store), await ordered(store, "ben")
    assert mine != theirs
    await store.personal.forget(await store.listeners.find("discord", "ada"))
    assert await store.pictures.get(mine) is None
    assert await store.pictures.get(theirs) is not None


async def test_a_picture_whose_listener_has_gone_is_drawn_for_nobody(store: Store) -> None:
    key = await ordered(store)
    await store.personal.forget(await store.listeners.find("discord", "ada"))
    await store.pictures.keep(key, b"a png")
    assert await store.pictures.get(key) is None
    assert await store.pictures.due("never ordered") is None
