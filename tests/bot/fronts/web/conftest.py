"""The chat page on a loopback port, over commands that a test moves along by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp.test_utils import TestServer

from bot.fronts.web import events, strip
from bot.fronts.web.security import Identity
from bot.fronts.web.server import WebFront
from core.settings import Web
from tests.bot.fronts.web.visitor import SAME_ORIGIN, Browser, Visitor
from tests.fakes.commands import FakeCommands

KEY = b"a key for tests"


@pytest.fixture
def commands() -> FakeCommands:
    return FakeCommands()


@pytest.fixture
def front(commands: FakeCommands) -> WebFront:
    return WebFront(Web(port=0, max_upload_mb=1), commands, commands, Identity(KEY))  # type: ignore[arg-type]


@pytest.fixture
async def server(front: WebFront) -> AsyncIterator[TestServer]:
    server = TestServer(front.app())
    async with server:
        yield server


@pytest.fixture
async def client(server: TestServer) -> AsyncIterator[Visitor]:
    """A browser that is on the page: it keeps cookies and marks its writes as the page's own."""
    async with Browser(server, headers=SAME_ORIGIN) as client:
        yield client


@pytest.fixture
async def stranger(server: TestServer) -> AsyncIterator[Visitor]:
    """Another browser."""
    async with Browser(server, headers=SAME_ORIGIN) as client:
        yield client


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Polls without a pause worth mentioning."""
    monkeypatch.setattr(events, "POLL_S", 0.001)
    monkeypatch.setattr(strip, "POLL_S", 0.001)
    yield
