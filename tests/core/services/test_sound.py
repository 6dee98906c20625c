from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from core.errors import ForbiddenLink, QuotaReached, ServiceDown, UnexpectedAnswer, YasrError
from core.services._sound import SoundFiles
from tests.core.services.test_http import Names
from tests.fakes.replay import Replay


@pytest.fixture
async def fake() -> AsyncIterator[Replay]:
    async with Replay() as server:
        yield server


@pytest.fixture
async def sounds(fake: Replay) -> AsyncIterator[SoundFiles]:
    files = SoundFiles("Audius", fake.base_url, timeout_s=0.5)
    yield files
    await files.close()


@pytest.mark.parametrize("size", [0, 1, 99_999, 100_000, 100_001, 3_000_000])
async def test_no_more_than_asked_for(fake: Replay, sounds: SoundFiles, size: int) -> None:
    body = bytes(range(250)) * (size // 250 + 1)
    fake.answer("/a.mp3", lambda _: web.Response(body=body[:size]))
    assert await sounds.beginning(f"{fake.base_url}/a.mp3", 100_000) == body[: min(size, 100_000)]
    assert fake.headers[0]["Range"] == "bytes=0-99999"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("404", UnexpectedAnswer),
        ("416", UnexpectedAnswer),
        ("429", QuotaReached),
        ("503", ServiceDown),
        ("timeout", ServiceDown),
        ("reset", ServiceDown),
        ("half", ServiceDown),
        ("redirect:/a.mp3", UnexpectedAnswer),
        ("redirect:http://node.example/", ForbiddenLink),
        ("redirect:https://192.168.1.1/", ForbiddenLink),
    ],
)
async def test_faults(fake: Replay, sounds: SoundFiles, kind: str, error: type[YasrError]) -> None:
    fake.fail("/a.mp3", kind)
    with pytest.raises(error):
        await sounds.beginning(f"{fake.base_url}/a.mp3", 1000)
    assert len(fake.seen) <= 8


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1"])
async def test_a_name_that_leads_into_the_private_network(address: str) -> None:
    names = Names(address)
    files = SoundFiles("Audius", "https://api.audius.co", resolver=names)
    with pytest.raises(ForbiddenLink):
        await files.beginning("https://node.example/a.mp3", 1000)
    assert names.asked == ["node.example"]
    await files.close()
