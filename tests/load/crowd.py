"""Many people who ask at once, the answers they get, and how fast and how often the bot speaks meanwhile."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.model import Request
from tests.conversations.discord import text_of
from tests.conversations.table import LINK
from tests.fakes.discord import Channel, Interaction, Person
from tests.load.house import PATIENCE_S, House

PICKS = 3
_IDS = re.compile(r"/(\d+|interaction-token-\d+)(?=/|$)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One person's question."""

    person: Person
    channel: Channel
    interaction: Interaction

    @property
    def wait_s(self) -> float:
        """From the event to the first acknowledgement."""
        return self.interaction.answered - self.interaction.sent

    @property
    def shown(self) -> bool:
        """Whether the progress message is there."""
        original = self.interaction.original
        return original is not None and not original.loading


async def ask(house: House, people: list[tuple[Person, Channel]]) -> list[Asked]:
    """Everybody asks at once; returns when all see their progress message."""
    asked = [Asked(one, channel, await one.command(channel, "recommend", link=LINK)) for one, channel in people]
    await house.server.until(lambda: all(one.shown for one in asked), PATIENCE_S)
    callbacks = [told for told in house.server.requests if told.startswith("POST /interactions/")]
    acknowledged = Counter(told.split("/")[2] for told in callbacks)
    assert [acknowledged[one.interaction.id] for one in asked] == [1] * len(asked), "acknowledged once each"
    return asked


async def answer(house: House, asked: list[Asked]) -> float:
    """Makes all answers ready; the seconds until all are posted, each message once."""
    requests = [await _request(house, one) for one in asked]
    titles = [[f"Song {n} of {one.person.id}" for n in range(PICKS)] for one in asked]
    began = time.perf_counter()
    for request, songs in zip(requests, titles, strict=True):
        house.queue.ids.append(request.id)
        await house.hand.answers(songs)
    total = len(asked) * (2 + PICKS)  # the progress message, the head, the picks
    await house.server.until(lambda: _count(house, asked) >= total, PATIENCE_S)
    posted_s = time.perf_counter() - began
    async with asyncio.timeout(PATIENCE_S):
        while await house.store.requests.undelivered("discord"):
            await asyncio.sleep(0.1)
    assert _count(house, asked) == total, f"{_count(house, asked)} messages, not {total}"
    for one, songs in zip(asked, titles, strict=True):
        texts = [text_of(message) for message in house.server.messages(one.channel)]
        assert [sum(said in text for text in texts) for said in (f"<@{one.person.id}>", *songs)] == [1] * (1 + PICKS)
    return posted_s


async def _request(house: House, one: Asked) -> Request:
    (request,) = await house.store.requests.of(await house.store.listeners.find("discord", one.person.id), 2)
    return request


def _count(house: House, asked: list[Asked]) -> int:
    """The messages about the questions, in all their channels; the early birds' are seen by themselves alone."""
    channels = {one.channel.id: one.channel for one in asked}.values()
    return sum(len(house.server.messages(channel)) for channel in channels)


@asynccontextmanager
async def busiest(house: House) -> AsyncIterator[Counter[str]]:
    """For each route the most requests that came within one second, while this lasts."""
    most: Counter[str] = Counter()

    async def watch() -> None:
        requests = house.server.requests
        seen = len(requests)
        while True:
            try:
                await asyncio.sleep(1)
            finally:  # the last second may be a short one
                for route, count in Counter(map(_route, requests[seen:])).items():
                    most[route] = max(most[route], count)
                seen = len(requests)

    watching = asyncio.create_task(watch())
    try:
        yield most
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def _route(told: str) -> str:
    return _IDS.sub("/…", told)
