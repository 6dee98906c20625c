"""A week of 20,000 releases: harvested whole, killed in the middle, and harvested again."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from tests.simulation.harvesting import harvest
from tests.simulation.limits import SimulatedLimits
from tests.simulation.serving import Serving
from tests.simulation.world import World

#: The real world's limits would make the week take so long, in seconds: it must fit between two harvests.
_A_DAY = 86400


def songs(state: Path) -> set[tuple[str, str]]:
    """The catalogue: title and source's own number of every song."""
    with closing(sqlite3.connect(f"file:{state / 'yasr.db'}?mode=ro", uri=True)) as connection:
        query = "SELECT title, source_id FROM tracks JOIN members ON members.track_id = tracks.id"
        return set(connection.execute(query))


def audiences(state: Path) -> set[tuple[str, str, int]]:
    with closing(sqlite3.connect(f"file:{state / 'yasr.db'}?mode=ro", uri=True)) as connection:
        query = "SELECT name, meter, count FROM audiences JOIN artists ON artists.id = artist_id"
        return set(connection.execute(query))


async def killed(serving: Serving, state: Path, at: int) -> None:
    """Harvests in a process of its own, and kills that as soon as it has added ``at`` songs."""
    arguments = [sys.executable, "-m", "tests.simulation.harvesting", str(state), json.dumps(serving.base_urls)]
    process = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.DEVNULL)
    while not (state / "yasr.db").exists() or len(_added(state)) < at:
        assert process.returncode is None, "it ended before it could be killed"
        await asyncio.sleep(0.05)
    process.kill()
    await process.wait()


def _added(state: Path) -> set[tuple[str, str]]:
    try:
        return songs(state)
    except sqlite3.OperationalError:  # the tables are still being made
        return set()


@pytest.mark.process
@pytest.mark.xdist_group("simulation")
@pytest.mark.timeout(900)
async def test_a_week(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = World(7, date.today())
    assert sum(world.announced.values()) == 20_000
    async with Serving(world) as serving:
        whole, limits = tmp_path / "whole", SimulatedLimits()
        said = await harvest(serving.settings(whole), limits)
        everything = songs(whole)
        assert not [sentence for sentence in said.values() if "stopped" in sentence or "reached" in sentence]
        assert len(everything) > 5_000
        assert limits.elapsed_s < _A_DAY
        asked = sum(serving.requests.values())

        again = await harvest(serving.settings(whole), SimulatedLimits())
        assert all(sentence.endswith(" 0 new.") for sentence in again.values()), again
        assert songs(whole) == everything
        assert sum(serving.requests.values()) - asked < asked / 10, "what is known is not asked for again"

        broken = tmp_path / "broken"
        await killed(serving, broken, len(everything) // 2)
        half = songs(broken)
        assert half < everything
        await harvest(serving.settings(broken), SimulatedLimits())
        assert songs(broken) == everything
        assert audiences(broken) == audiences(whole)
    with capsys.disabled():
        print("\n" + "\n".join(said.values()) + f"\nAt the services' real limits: {limits.elapsed_s / 3600:.1f} hours.")  # noqa: T201 - the figures
