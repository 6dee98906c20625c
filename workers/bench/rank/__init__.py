"""How long a ranking takes: 50 songs against a catalogue, beside peers and what memory allows, on one core."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from core.settings import Settings
from workers.bench.rank import ours, peers, problems
from workers.bench.rank.rows import Row

_ROUNDS = 20
_WIDTH = 140


async def run(settings: Settings, *, as_json: bool, peers: str = "", sizes: tuple[int, ...] = problems.SIZES) -> None:
    """Measures and prints a table, or JSON. ``peers``: the Python whose packages take part, "" for this one.

    Raises NoSuchPath where there is no such interpreter.
    """
    rows = await asyncio.to_thread(_measure, peers, sizes)
    if as_json:
        print(json.dumps({"seeds": problems.SEEDS, "rounds": _ROUNDS, "rows": [asdict(row) for row in rows]}))  # noqa: T201
        return
    table = Table(title=f"{problems.SEEDS} songs against a catalogue, one core", title_justify="left")
    for heading in ("", "Candidates", "p50", "p95", "Loading", "Memory", ""):
        table.add_column(heading, justify="left" if not heading else "right")
    for row in rows:
        table.add_row(
            row.who, f"{row.candidates:,}", f"{row.p50_ms:,.1f} ms", f"{row.p95_ms:,.1f} ms",
            f"{row.loading_s:,.2f} s", f"{row.memory_mb:,} MiB", row.note,
        )  # fmt: skip
    console = Console(soft_wrap=True)
    console.width = max(console.width, _WIDTH)
    console.print(table)


def _measure(python: str, sizes: tuple[int, ...]) -> list[Row]:
    rows: list[Row] = []
    # Libraries ask for their number of threads when they are loaded: in the child, after this.
    kept = {name: os.environ.get(name) for name in problems.THREADS}
    os.environ.update(dict.fromkeys(problems.THREADS, "1"))
    try:
        with tempfile.TemporaryDirectory() as folder:
            for size in sizes:
                problems.write(Path(folder), size)
                for name in ours.CONTESTANTS:
                    with get_context("spawn").Pool(1) as pool:
                        rows.append(pool.apply(ours.measured, (name, Path(folder), size, _ROUNDS)))
                rows += peers.measured(python, Path(folder), size, _ROUNDS)
    finally:
        for name, value in kept.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
    return rows
