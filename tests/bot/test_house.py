"""What the bot says about itself in a chat: the public scorecard, and the listener's own record."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import house
from bot.conversation import Talk, talk
from core.model import Arm
from core.services import Services
from core.settings import Settings
from core.store.store import Store
from tests.core.store.test_scores import Song, answered
from tests.fakes.queue import FakeQueue


@pytest.fixture
def told(store: Store, services: Services, queue: FakeQueue, tmp_path: Path) -> Talk:
    return talk(store, queue, services, Settings(state_dir=tmp_path))


async def stats(told: Talk, handle: str) -> list[str]:
    return (await house.stats(told, await told.people.meet("web", handle)))[1:]


async def test_before_anybody_asked(told: Talk) -> None:
    assert await stats(told, "me") == [
        "Everybody: 0 answers; close songs not rated yet, wildcards not rated yet.",
        "Drawn by chance, to compare: not rated yet.",
        "The first version of this bot reached 5.66 with similar songs and 5.16 with dissimilar ones.",
        "You: 0 answers; close songs not rated yet, wildcards not rated yet.",
    ]


async def test_what_a_few_people_think_is_their_own_business(told: Talk, store: Store) -> None:
    await answered(store, "me", [Song("one", 8), Song("two", 3, Arm.WILDCARD)])
    everybody, *_, mine = await stats(told, "me")
    assert everybody == "Everybody: 1 answer; close songs rated by too few to tell, wildcards rated by too few to tell."
    assert mine == "You: 1 answer; close songs 8 of 10 in 1 rating, wildcards 3 of 10 in 1 rating."


async def test_what_everybody_thinks_with_its_range(told: Talk, store: Store) -> None:
    for number in range(6):
        songs = [Song(f"{number} close", 5 + number % 3), Song(f"{number} random", 2, Arm.WILDCARD, random=True)]
        await answered(store, f"listener {number}", songs)
    everybody, random, _, share, _ = await stats(told, "me")
    assert everybody.startswith("Everybody: 6 answers; close songs 6 of 10 in 6 ratings (95 %: 5.")
    assert random == "Drawn by chance, to compare: 2 of 10 in 6 ratings."
    assert share.endswith(" % of the songs shown are by little-known artists.")
