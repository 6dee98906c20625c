from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import stamina

from core.services._http import Http, Manners
from core.services.deezer import http_for
from core.settings import Deezer as Settings
from tests.fakes.deezer import FakeDeezer

FAST = Manners(requests=100_000, per_s=1, timeout_s=5)


@pytest.fixture(autouse=True)
def without_waiting() -> Iterator[None]:
    """Retries happen as often as ever, without the waits between them."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
async def fake() -> AsyncIterator[FakeDeezer]:
    async with FakeDeezer() as server:
        yield server


@pytest.fixture
async def http(fake: FakeDeezer) -> AsyncIterator[Http]:
    async with http_for(Settings(base_url=fake.base_url), FAST) as client:
        yield client
