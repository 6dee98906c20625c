"""Serving a request: every way in which it can end leaves the row in an honest state."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from core.errors import NoCandidates, QuotaReached
from core.model import Address, Options, Progress, Request, Source, SourceKind, State
from core.said import said
from core.settings import Settings, Worker
from core.store.store import Store
from workers.house import House
from workers.serve import serve

Work = Callable[[Request, str, Any], Awaitable[bool]]


@pytest.fixture
async def store(settings: Settings) -> Any:
    store = await Store.open(settings.store_url)
    yield store
    await store.close()


def house(store: Store, work: Work, **limits: float) -> House:
    """A house whose only work is ``work``."""
    settings = SimpleNamespace(worker=Worker(lease_s=0.2, **limits))  # type: ignore[arg-type] # numbers only
    return cast("House", SimpleNamespace(store=store, name="w", settings=settings, recommend=work))


async def asked(store: Store) -> str:
    listener = await store.listeners.find("web", "x")
    return (await store.requests.ask(listener, Address("web", "h"), Source(SourceKind.SAMPLE), Options(), "t")).id


async def state(store: Store, request_id: str) -> tuple[State, str]:
    request = await store.requests.get(request_id)
    assert request is not None
    return request.state, request.error


async def for_ever(request: Request, worker: str, report: Any) -> bool:
    await report(Progress("listening", 1, 2, (said("so far"),)))
    await asyncio.Event().wait()
    return True


async def test_an_answer(store: Store) -> None:
    async def work(request: Request, worker: str, report: Any) -> bool:
        return await store.slates.finish(request.id, worker, "m", "1", [], ())

    request_id = await asked(store)
    assert await serve(house(store, work), request_id)
    assert await state(store, request_id) == (State.READY, "")
    assert not await serve(house(store, work), request_id), "a second nudge finds nothing to do"
    assert not await serve(house(store, work), "no such request")


async def test_an_honest_refusal_also_out_of_a_group(store: Store) -> None:
    async def work(*_: Any) -> bool:
        async with asyncio.TaskGroup() as group:
            group.create_task(_refuse())
        return True

    request_id = await asked(store)
    assert not await serve(house(store, work), request_id)
    assert await state(store, request_id) == (State.REFUSED, "NoCandidates")


async def _refuse() -> None:
    raise NoCandidates()


async def test_a_service_that_asks_to_wait_saves_the_request(settings: Settings) -> None:
    clock = [datetime(2026, 11, 20, tzinfo=UTC)]
    store = await Store.open(settings.store_url, lambda: clock[0])

    async def work(*_: Any) -> bool:
        raise QuotaReached(service="Spotify", seconds=86400)

    request_id = await asked(store)
    assert not await serve(house(store, work), request_id)
    saved = await store.requests.get(request_id)
    assert saved is not None
    assert (saved.state, saved.not_before) == (State.ASKED, clock[0] + timedelta(days=1))
    assert [str(note) for note in saved.progress.note] == [
        "Spotify asks me to wait about 24 hours. Your request is saved."
    ]
    assert not await serve(house(store, work), request_id), "nobody may take it before"
    assert await store.requests.lost(0) == []
    assert await store.requests.waiting(clock[0] + timedelta(days=2)) == 0, "and it is in nobody's way"
    clock[0] += timedelta(days=1)
    assert await store.requests.lost(0) == [request_id]
    for _ in range(2):
        await serve(house(store, work), request_id)
        clock[0] += timedelta(days=1)
    await serve(house(store, work), request_id)
    assert await state(store, request_id) == (State.REFUSED, "QuotaReached"), "three times are enough"
    await store.close()


async def test_a_wait_of_a_week_is_no_wait(store: Store) -> None:
    async def work(*_: Any) -> bool:
        raise QuotaReached(service="Spotify", seconds=7 * 86400)

    request_id = await asked(store)
    await serve(house(store, work), request_id)
    assert await state(store, request_id) == (State.REFUSED, "QuotaReached")


async def test_a_bug_is_said_and_the_worker_goes_on(store: Store) -> None:
    async def work(*_: Any) -> bool:
        raise ZeroDivisionError

    request_id = await asked(store)
    await serve(house(store, work), request_id)
    assert await state(store, request_id) == (State.REFUSED, "YasrError")


async def test_what_takes_too_long_is_refused(store: Store) -> None:
    limited = house(store, for_ever)
    limited.settings.worker.__dict__["job_timeout_s"] = 0.05
    request_id = await asked(store)
    await serve(limited, request_id)
    assert await state(store, request_id) == (State.REFUSED, "TookTooLong")


async def test_a_cancelled_request_stops_its_work(store: Store) -> None:
    request_id = await asked(store)
    serving = asyncio.create_task(serve(house(store, for_ever), request_id))
    await _working(store, request_id)
    await store.requests.cancel(request_id)
    async with asyncio.timeout(5):
        assert not await serving
    assert (await state(store, request_id))[0] is State.CANCELLED


async def test_a_worker_that_stops_gives_the_request_back(store: Store) -> None:
    request_id = await asked(store)
    serving = asyncio.create_task(serve(house(store, for_ever), request_id))
    await _working(store, request_id)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert (await state(store, request_id))[0] is State.ASKED
    assert await store.requests.claim(request_id, "another", 1) is not None


async def test_the_lease_outlives_long_work(settings: Settings) -> None:
    """The work takes many times the lease, by a clock that the test turns, and nobody else can take it meanwhile."""
    clock = [datetime(2026, 11, 20, tzinfo=UTC)]
    store = await Store.open(settings.store_url, lambda: clock[0])
    request_id = await asked(store)
    serving = asyncio.create_task(serve(house(store, for_ever), request_id))
    await _working(store, request_id)
    for _ in range(5):
        clock[0] += timedelta(seconds=0.19)
        assert await store.requests.claim(request_id, "thief", 1) is None
        await _renewed(settings, clock[0])
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await store.close()


async def _renewed(settings: Settings, now: datetime) -> None:
    """Waits until the heartbeat has moved the lease on from ``now``."""
    with closing(sqlite3.connect(settings.state_dir / "yasr.db")) as connection:
        async with asyncio.timeout(5):
            until = (now + timedelta(seconds=0.2)).strftime("%Y-%m-%d %H:%M:%S.%f")
            while connection.execute("SELECT lease_until FROM requests").fetchone()[0] < until:
                await asyncio.sleep(0.01)


async def _working(store: Store, request_id: str) -> None:
    async with asyncio.timeout(5):
        while True:
            request = await store.requests.get(request_id)
            if request is not None and request.progress.stage == "listening":
                assert request.progress == Progress("listening", 1, 2, (said("so far"),))
                return
            await asyncio.sleep(0.01)
