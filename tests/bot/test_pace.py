"""How long a stage will still take."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.pace import Pace
from core.model import Address, Options, Progress, Request, Source, SourceKind, State

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ASKED = Request(
    "r", 1, Address("web", "1"), Source(SourceKind.SAMPLE), Options(), State.WORKING, Progress("reading"), "t", NOW
)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def at(stage: str, done: int, total: int = 40) -> Request:
    return replace(ASKED, progress=Progress(stage, done, total))


def test_the_rest_takes_as_long_as_the_songs_so_far() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.left(at("listening", 4)) is None
    clock.now += 10
    assert pace.left(at("listening", 14)) == pytest.approx(26)
    assert pace.left(at("listening", 40)) == 0


def test_nothing_is_said_too_early_or_without_a_total() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.left(at("listening", 0)) is None
    clock.now += 4
    assert pace.left(at("listening", 30)) is None  # four seconds tell nothing
    clock.now += 60
    assert pace.left(at("listening", 2)) is None  # it went back: another worker took over
    assert pace.left(at("comparing", 2)) is None
    assert pace.left(at("comparing", 2, total=0)) is None


def test_a_request_that_waits_has_no_pace() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.left(at("listening", 0))
    clock.now += 10
    assert pace.left(replace(at("listening", 20), state=State.ASKED)) is None


def test_only_so_many_are_remembered() -> None:
    pace = Pace(Clock())
    for number in range(1500):
        pace.left(replace(at("listening", 0), id=str(number)))
    assert len(pace._begun) == 1000
