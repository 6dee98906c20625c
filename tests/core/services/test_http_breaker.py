from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from core.errors import ServiceDown
from core.services._breaker import Breaker
from core.services._http import Http
from tests.core.services.conftest import FAST
from tests.fakes.deezer import FakeDeezer


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def attempt(breaker: Breaker, error: BaseException | None = None) -> None:
    with breaker.attempt(lambda failure: isinstance(failure, OSError)):
        if error:
            raise error


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        with pytest.raises(OSError):
            attempt(breaker, OSError())


def test_only_failures_in_a_row_count() -> None:
    breaker = Breaker(failures=5, clock=Clock())
    fail(breaker, 4)
    attempt(breaker)
    fail(breaker, 4)
    assert not breaker.open
    fail(breaker, 1)
    assert breaker.open


def test_another_error_is_an_answer() -> None:
    breaker = Breaker(failures=2, clock=Clock())
    fail(breaker, 1)
    with pytest.raises(ValueError, match="no such song"):
        attempt(breaker, ValueError("no such song"))
    fail(breaker, 1)
    assert not breaker.open


def test_after_the_pause_one_trial_decides() -> None:
    clock = Clock()
    breaker = Breaker(failures=5, pause_s=30, clock=clock)
    fail(breaker, 5)
    clock.now += 29.9
    assert breaker.open
    clock.now += 0.1
    assert not breaker.open
    fail(breaker, 1)
    assert breaker.open
    clock.now += 30
    attempt(breaker)
    fail(breaker, 4)
    assert not breaker.open


def test_during_the_trial_nobody_else_passes_and_a_cancelled_one_makes_room() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, pause_s=30, clock=clock)
    fail(breaker, 1)
    clock.now += 30
    with pytest.raises(asyncio.CancelledError), breaker.attempt(lambda _: True):
        assert breaker.open
        raise asyncio.CancelledError
    assert not breaker.open


async def test_a_host_that_is_down_is_left_alone_for_half_a_minute(fake: FakeDeezer) -> None:
    number = fake.artist("Nova Pine", fans=412)
    fake.fail("/artist", "500", times=6)
    clock = Clock()
    async with Http("Deezer", fake.base_url, set(), FAST, clock=clock) as http:

        async def ask() -> object:
            return await http.get_json(f"{fake.base_url}/artist/{number}")

        for asked in (3, 5, 5):  # the second call meets the open breaker between its tries
            with pytest.raises(ServiceDown):
                await ask()
            assert len(fake.seen) == asked
        clock.now += 30
        with pytest.raises(ServiceDown):
            await ask()
        assert len(fake.seen) == 6
        clock.now += 30
        assert await ask()
        assert await ask()
    assert len(fake.seen) == 8


async def test_two_hosts_have_two_breakers(fake: FakeDeezer) -> None:
    fake.fail("/artist", "500")
    async with FakeDeezer() as other, Http("Deezer", fake.base_url, set(), FAST) as http:
        for _ in range(2):
            with pytest.raises(ServiceDown):
                await http.get_json(f"{fake.base_url}/artist/1")
        async with Http("Deezer", other.base_url, set(), FAST) as second:
            assert await second.get_json(f"{other.base_url}/artist/1")
        assert http._wire._breakers.keys() == {fake.base_url.removeprefix("http://")}
