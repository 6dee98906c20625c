"""The foreign server is opt-in: it needs node, npm, and a registry to install from."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from tests.twin.bridge import Twin
from tests.twin.install import install


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("YASR_TWIN") == "1":
        return
    skip = pytest.mark.skip(reason="the foreign Discord is only asked with YASR_TWIN=1 (needs node and npm)")
    for item in items:
        if item.get_closest_marker("twin"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def modules() -> None:
    """What the twin needs, installed; fails where that cannot be."""
    install()


@pytest.fixture
async def twin(modules: None) -> AsyncIterator[Twin]:
    """The foreign server, with discord.py pointed at it; at the end it must have known every request."""
    async with Twin() as started:
        yield started
    assert started.unanswered == []
