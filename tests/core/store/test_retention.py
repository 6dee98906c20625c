"""What is kept for a time is erased after it, and not before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.model import Account, Address, Options, Post, PostKind, Source, SourceKind, Verdict
from core.orders import Sheet
from core.store.grants import Begun
from core.store.retention import PICTURES, POSTS, REFUSED, TOKENS
from core.store.store import Store
from tests.core.store.conftest import Clock
from tests.core.store.test_personal import lived, rows

DAY = timedelta(days=1).total_seconds()
HERE = Address("discord", "7/8")


async def ask(store: Store, listener: int) -> str:
    return (await store.requests.ask(listener, HERE, Source(SourceKind.SAMPLE), Options(), "x")).id


async def kept(store: Store, clock: Clock, seconds: float, table: str, idle: int = 0) -> list[int]:
    """How many rows of a table there are just before its time, at its time, and after another look."""
    found = []
    clock.turn(seconds - 1)
    for _ in range(3):
        await store.retention.sweep(idle)
        found.append((await rows(store))[table])
        clock.turn(1)
    return found


async def test_a_link_that_was_begun_lasts_ten_minutes(store: Store, clock: Clock) -> None:
    me = await store.listeners.find("discord", "ada")
    await store.grants.begin("state", Begun(me, "spotify", "sealed"))
    assert await kept(store, clock, 600, "grants") == [1, 0, 0]


async def test_a_deep_link_lasts_as_long_as_it_is_opened(store: Store, clock: Clock) -> None:
    token = await store.tokens.keep("https://www.deezer.com/playlist/5")
    clock.turn(TOKENS.total_seconds() - 1)
    await store.retention.sweep(0)
    assert await store.tokens.words(token)
    assert await kept(store, clock, TOKENS.total_seconds(), "tokens") == [1, 0, 0]


async def test_a_request_that_came_to_nothing_is_erased_and_an_answer_is_not(store: Store, clock: Clock) -> None:
    me = await lived(store, "ada")
    await store.requests.cancel(await ask(store, me))
    before = await rows(store)
    assert await kept(store, clock, REFUSED.total_seconds(), "requests") == [2, 1, 1]
    after = await rows(store)
    assert {name: before[name] - after[name] for name in before if after[name] != before[name]} == {
        "requests": 1, "grants": 1, "pictures": 1,
    }  # fmt: skip


async def test_a_picture_is_kept_for_a_week(store: Store, clock: Clock) -> None:
    me = await store.listeners.find("discord", "ada")
    await store.pictures.order(me, Sheet("Your taste", "", ()))
    assert await kept(store, clock, PICTURES.total_seconds(), "pictures") == [1, 0, 0]


async def test_a_message_is_remembered_for_a_year(store: Store, clock: Clock) -> None:
    me = await store.listeners.find("discord", "ada")
    await store.posts.keep("discord", Post("7/8", "9", await ask(store, me), PostKind.HEAD))
    assert await kept(store, clock, POSTS.total_seconds(), "posts") == [1, 0, 0]


MONTHS_24 = 24 * 30.44 * DAY


async def test_who_does_nothing_for_two_years_is_erased(store: Store, clock: Clock) -> None:
    await lived(store, "ada")
    assert await kept(store, clock, MONTHS_24, "listeners", 24) == [2, 0, 0]
    assert {name for name, count in (await rows(store)).items() if count} == {"artists", "recordings", "tracks"}


async def test_nobody_is_erased_where_the_operator_says_so(store: Store, clock: Clock) -> None:
    await store.listeners.find("discord", "ada")
    assert await kept(store, clock, 3 * MONTHS_24, "listeners", 0) == [1, 1, 1]


@pytest.mark.parametrize("deed", ["ask", "rate", "link"])
async def test_who_did_something_lately_stays(store: Store, clock: Clock, deed: str) -> None:
    me = await lived(store, "ada")
    clock.turn(MONTHS_24 - DAY)
    if deed == "ask":
        await ask(store, me)
    elif deed == "rate":
        await store.listeners.rate(Verdict(me, 1, 3, "🥱"), 1)
    else:
        await store.accounts.link(me, Account("lastfm", "ada", "https://www.last.fm/user/ada"))
    clock.turn(2 * DAY)
    await store.retention.sweep(24)
    assert (await rows(store))["listeners"] == 1
    assert await store.listeners.known(me) != ("", None)
