"""Every service, every use of it, every way to fail: what a listener reads, and how often the service is asked."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from datetime import date

import pytest

from core.errors import (
    AccessRefused,
    PrivateOrEmpty,
    QuotaReached,
    ServiceDown,
    UnexpectedAnswer,
    YasrError,
)
from core.services._http import Manners
from tests.core.services.cases import CASES
from tests.core.services.cases._case import TODAY, Ask, Call, Case, is_error, method_of
from tests.fakes.replay import Replay


@dataclass(frozen=True, slots=True)
class Fault:
    """What the network or the service does; ``kind`` and ``headers`` are :meth:`Replay.fail`'s."""

    kind: str
    error: type[YasrError]
    tries: int = 1
    retry_after: str = ""


FAULTS = {
    "401": Fault("401", AccessRefused),
    "403": Fault("403", AccessRefused),
    "404": Fault("404", PrivateOrEmpty),
    "429": Fault("429", QuotaReached, 3),
    "429 for a second": Fault("429", QuotaReached, 3, "1"),
    "429 for a day": Fault("429", QuotaReached, 1, "86400"),
    "500": Fault("500", ServiceDown, 3),
    "503": Fault("503", ServiceDown, 3),
    "timeout": Fault("timeout", ServiceDown, 3),
    "reset": Fault("reset", ServiceDown, 3),
    "half": Fault("half", ServiceDown, 3),
    "html": Fault("html", UnexpectedAnswer),
    "too large": Fault("huge", UnexpectedAnswer),
}

#: What a method makes of an error, where that is no error to its caller; "given" is the artist as it came.
FORGIVEN: dict[str, dict[type[YasrError], object]] = {
    "preview": dict.fromkeys((AccessRefused, PrivateOrEmpty, UnexpectedAnswer)),  # a song without sound
    "audience": {PrivateOrEmpty: "given"},
    "career": {PrivateOrEmpty: None},
}

#: What each method makes of lists without rows; the others read none.
EMPTY: dict[str, object] = {
    "read": PrivateOrEmpty,
    "find": None,
    "similar_artists": [],
    "releases_of": [],
    "new_releases": [],
    "releases": [],
    "songs_of": [],
    "features_of": {},
    "links": {},
}

ALL = [
    pytest.param(case, call, id=f"{name}, {call.name}")
    for name, case in CASES.items()
    for call in case.calls
    if not case.exempt
]


def served(replay: Replay, case: Case, rows: int = 1, following: str = "") -> None:
    for path, answer in case.answers.items():
        ask = Ask(replay.base_url, rows, f"{replay.base_url}{path}{following}" if following else "")
        replay.answer(path, lambda _, answer=answer, ask=ask: answer(ask))


async def outcome(replay: Replay, case: Case, call: Call, timeout_s: float = 5, today: date = TODAY) -> object:
    """The result, or the error: checked to say nothing secret."""
    service = case.build(replay.base_url, Manners(requests=100_000, per_s=1, timeout_s=timeout_s), today)
    try:
        return await call.do(service)
    except YasrError as error:
        told = f"{error!s} {error!r} {error.__cause__!r}"
        assert not case.secret or case.secret not in told
        assert "?" not in str(error) and "{" not in str(error)
        return error
    finally:
        await service.close()


def same(found: object, expected: object, call: Call) -> bool:
    if is_error(expected):
        return type(found) is expected
    if expected == "fine":
        return not isinstance(found, YasrError)
    return bool(found == (call.given if expected == "given" else expected))


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize(("case", "call"), ALL)
async def test_a_fault(case: Case, call: Call, name: str) -> None:
    fault = FAULTS[name]
    async with Replay() as replay:
        served(replay, case)
        replay.fail(call.breaks, fault.kind, **({"Retry_After": fault.retry_after} if fault.retry_after else {}))
        found = await outcome(replay, case, call, timeout_s=0.05 if fault.kind == "timeout" else 5)
        asked = sum(path.startswith(call.breaks) for path in replay.seen)
    expected = FORGIVEN.get(method_of(call), {}).get(fault.error, fault.error)
    expected = case.forgiven.get((call.name, name), expected)
    assert same(found, expected, call), repr(found)
    if isinstance(found, QuotaReached) and fault.retry_after:
        assert found.seconds == float(fault.retry_after)
    tries = case.tries.get((call.name, name), fault.tries)
    # aiohttp itself repeats a GET once when the connection breaks.
    assert tries <= asked <= (2 * tries if name == "reset" else tries)


@pytest.mark.parametrize(("case", "call"), ALL)
async def test_lists_without_rows(case: Case, call: Call) -> None:
    async with Replay() as replay:
        served(replay, case, rows=0)
        found = await outcome(replay, case, call)
    expected = case.forgiven.get((call.name, "empty"), EMPTY.get(method_of(call), "fine"))
    assert same(found, expected, call), repr(found)


@pytest.mark.parametrize(("rows", "following"), [(200, "?again=1"), (10_000, "")], ids=["a loop", "10,000 rows"])
@pytest.mark.parametrize(("case", "call"), ALL)
async def test_pages_without_an_end(case: Case, call: Call, rows: int, following: str) -> None:
    async with Replay() as replay:
        served(replay, case, rows, following)
        found = await outcome(replay, case, call)
        assert len(replay.seen) <= case.most_requests
    assert not isinstance(found, YasrError), found
    assert not isinstance(found, Sized) or len(found) <= 10_000 or isinstance(found, bytes)
