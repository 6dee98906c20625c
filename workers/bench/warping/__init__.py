"""Warping beside the packages that do it: one table, the same songs, in turn, checked for equal results."""

from __future__ import annotations

import asyncio
import json

from core.settings import Settings
from workers.bench.warping import measuring, table
from workers.bench.warping.rows import SAME


async def run(settings: Settings, *, as_json: bool, peers: str = "", effort: measuring.Effort | None = None) -> None:
    """Measures and prints a table, or JSON. ``peers``: the Python whose packages take part, "" for this one.

    Raises NoSuchPath where there is none, and ends with status 1 where somebody's distances are wrong.
    """
    measured = await asyncio.to_thread(measuring.measure, peers, effort or measuring.Effort())
    if as_json:
        print(json.dumps(measured.document))  # noqa: T201
    else:
        table.show(measured)
    if wrong := sorted({row.name for row in measured.rows if row.wrong}):
        raise SystemExit(f"yasr: more than {SAME} off the right distances: {'; '.join(wrong)}.")
