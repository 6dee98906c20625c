"""A harvest of the simulated week, as a process that can be killed: every source in turn, without listening.

``python -m tests.simulation.harvesting STATE_DIR URLS`` takes the addresses as the servers print them.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from core.settings import Settings, Worker
from tests.simulation.limits import SimulatedLimits
from tests.simulation.serving import settings_for
from workers.house import House

#: A harvest whose worker was killed may be taken up again after this.
LEASE_S = 1.0


def quick(settings: Settings) -> Settings:
    """With a lease that does not keep tests waiting."""
    return settings.model_copy(update={"worker": Worker(processes=1, lease_s=LEASE_S)})


async def harvest(settings: Settings, limits: SimulatedLimits) -> dict[str, str]:
    """Harvests every source, each once its lease is free; the sentence of each."""
    said: dict[str, str] = {}
    async with House(quick(settings), limits) as house:
        for name in house.harvest.names:
            while (sentence := str(await house.harvest.source(name))).endswith("already."):
                await asyncio.sleep(LEASE_S / 5)
            said[name] = sentence
    return said


if __name__ == "__main__":
    asyncio.run(harvest(settings_for(json.loads(sys.argv[2]), Path(sys.argv[1])), SimulatedLimits()))
