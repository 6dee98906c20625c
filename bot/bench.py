"""``yasr bench web``: how fast the pages are, one reader after the other and two hundred at once while a job runs.

The server is the real one, over a real SQLite state; the readers are a process of their own.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import aiohttp
import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from bot.conversation import talk
from bot.fronts.web.listing import ListingPages
from bot.fronts.web.portrait import PortraitPages
from bot.fronts.web.scorecard import ScorecardPage
from bot.fronts.web.security import Identity
from bot.fronts.web.server import Pages, WebFront
from core.model import (
    Address,
    Arm,
    Audience,
    Candidate,
    Features,
    Options,
    Progress,
    Source,
    SourceKind,
    Track,
    Verdict,
)  # fmt: skip
from core.said import said
from core.services import Services
from core.services._limits import LocalLimits
from core.settings import Settings, Web
from core.store.shortlists import Shortlist
from core.store.slates import Chosen
from core.store.store import Store

TRACKS, RATINGS, SHORTLIST, PICKS = 100_000, 1_000, 500, 10
#: How many answers are measured of each page; how many people read while a job runs, and how long each looks at a page
#: (seconds, on average).
ONE_BY_ONE, READERS, PAGES_EACH, LOOKS_S = 200, 200, 4, 10.0
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Row:
    """Of a page: its readers, answers a second, and quantiles of the time that an answer takes (milliseconds)."""

    page: str
    readers: int
    per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


def run(*, as_json: bool) -> None:
    """Measures and prints."""
    rows = asyncio.run(_measured())
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=2))
        return
    table = Table(title=f"Pages over {TRACKS:,} tracks and {RATINGS:,} ratings")
    for heading in ("Page", "Readers", "Answers/s", "p50 ms", "p95 ms", "p99 ms"):
        table.add_column(heading, justify="left" if heading == "Page" else "right")
    for row in rows:
        times = (row.per_s, row.p50_ms, row.p95_ms, row.p99_ms)
        table.add_row(row.page, str(row.readers), *(f"{value:.1f}" for value in times))
    Console().print(table)


async def _measured() -> list[Row]:
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="yasr-") as folder, ProcessPoolExecutor(2, spawn) as others:
        settings = Settings(state_dir=Path(folder), web=Web(port=0))
        async with _served(settings) as (url, path, taste, request_id):
            loop, rows = asyncio.get_running_loop(), []
            pages = {
                "a request's page": path,
                "the same, narrowed down": f"{path}?audience=small&weeks=8&slowest=80&fastest=140",
                "its page 7": f"{path}?page=7",
                "the page of a taste": taste,
                "the scorecard": "/scorecard",
                "the chat page": "/",
            }
            for name, at in pages.items():
                rows.append(await loop.run_in_executor(others, _read, name, f"{url}{at}", 1, ONE_BY_ONE))
            job = loop.run_in_executor(others, _work, settings, request_id, stop := spawn.Manager().Event())
            at = f"{url}{path}"
            rows.append(await loop.run_in_executor(others, _read, "beside a job", at, READERS, PAGES_EACH, LOOKS_S))
            rows.append(await loop.run_in_executor(others, _read, "beside a job, all at once", at, READERS, 1))
            stop.set()
            await job
            return rows


@asynccontextmanager
async def _served(settings: Settings) -> AsyncIterator[tuple[str, str, str, str]]:
    """The page over a full store: its address, the paths of a request's and of a taste's page, and the id
    of a request under way."""
    store = await Store.open(settings.store_url)
    async with Services(settings, LocalLimits()) as services:
        rooms = talk(store, _NoQueue(), services, settings)
        listener, answered, working = await _filled(store)
        identity = Identity(b"a key for this benchmark")
        pages: list[Pages] = [
            ScorecardPage(rooms.scorecards), ListingPages(rooms, identity), PortraitPages(rooms, identity),
        ]  # fmt: skip
        front = WebFront(settings.web, rooms.commands, rooms.picks, identity, pages)
        await front.start()
        try:
            passes = rooms.passes
            yield front.url, passes.slate(listener, answered), passes.taste(listener), working
        finally:
            await front.stop()
            await store.close()


class _NoQueue:
    """Nobody answers here."""

    async def paint(self, key: str) -> None:
        """Nothing is drawn."""

    async def put(self, request_id: str) -> None:
        """Lost."""


async def _filled(store: Store) -> tuple[int, str, str]:
    """A catalogue, a listener with an answer and ratings; their ids, and that of a request under way."""
    chance = np.random.default_rng(9)
    recordings: list[tuple[int, int]] = []
    with Bar(transient=True) as bar:
        task = bar.add_task("Filling the store", total=TRACKS)
        for start in range(0, TRACKS, _AT_ONCE):
            songs = [_song(number) for number in range(start, start + _AT_ONCE)]
            fans = chance.lognormal(5, 2, _AT_ONCE).astype(int).tolist()
            await store.catalogue.add(
                [Candidate(song, (Audience("fans on Deezer", count, date.today()),))
                 for song, count in zip(songs, fans, strict=True)]
            )  # fmt: skip
            places = await store.catalogue.record(songs)
            recordings += [(place.recording_id, place.track_id) for place in places]
            tempi = chance.uniform(60, 180, _AT_ONCE).tolist()
            await store.features.save_many({
                recording: Features("timbre", "1", np.zeros(128, np.float32), {"tempo": tempo, "key": 9.0, "mode": 0.0})
                for (recording, _), tempo in zip(recordings[start:], tempi, strict=True)
            })  # fmt: skip
            bar.advance(task, _AT_ONCE)
    listener = await store.listeners.find("telegram", "1")
    answered = await _answered(store, listener, recordings)
    for recording, _ in recordings[-RATINGS:]:
        await store.listeners.rate(Verdict(listener, recording, 7, "👍"), None)
    working = await _asked(store, listener)
    await store.requests.claim(working, "bench", 3600)
    return listener, answered, working


def _song(number: int) -> Track:
    return Track(
        f"Song {number}", (f"Artist {number // 3}",), "deezer", str(number), album=f"Album {number // 9}",
        duration_s=200.0, release_date=date.today() - timedelta(days=number % 180),
        url=f"https://www.deezer.com/track/{number}",
    )  # fmt: skip


async def _asked(store: Store, listener: int) -> str:
    address = Address("telegram", "1")
    return (await store.requests.ask(listener, address, Source(SourceKind.SAMPLE), Options(), "Rainy days")).id


async def _answered(store: Store, listener: int, recordings: Sequence[tuple[int, int]]) -> str:
    """A request with its picks and a shortlist."""
    request_id = await _asked(store, listener)
    await store.requests.claim(request_id, "bench", 60)
    best = recordings[:: TRACKS // (SHORTLIST + PICKS)]
    picks = [
        Chosen((Arm.CLOSE, Arm.WILDCARD)[place % 2], 7.0, recording, track, "A seed", said("Close to your list."))
        for place, (recording, track) in enumerate(best[:PICKS])
    ]
    more = np.array([track for _, track in best[PICKS:][:SHORTLIST]])
    lists = [Shortlist("timbre", more, np.linspace(1, 0.9, len(more), dtype=np.float32))]
    await store.slates.finish(request_id, "bench", "timbre", "1", picks, (), lists)
    return request_id


def _read(page: str, url: str, readers: int, each: int, looks_s: float = 0.0) -> Row:
    """In a process of its own: so many readers, who each read so many times, and look at a page for so long."""
    return asyncio.run(_reading(page, url, readers, each, looks_s))


async def _reading(page: str, url: str, readers: int, each: int, looks_s: float) -> Row:
    took: list[float] = []
    chance = np.random.default_rng(9)

    async def reader(session: aiohttp.ClientSession) -> None:
        for _ in range(each):
            await asyncio.sleep(chance.uniform(0, 2 * looks_s))
            began = time.perf_counter()
            async with session.get(url) as answer:
                answer.raise_for_status()
                await answer.read()
            took.append(1000 * (time.perf_counter() - began))

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=120)) as session:
        async with session.get(url) as warm:
            warm.raise_for_status()
        began = time.perf_counter()
        await asyncio.gather(*(reader(session) for _ in range(readers)))
        per_s = len(took) / (time.perf_counter() - began)
    p50, p95, p99 = np.quantile(took, (0.5, 0.95, 0.99)).tolist()
    return Row(page, readers, per_s, p50, p95, p99)


def _work(settings: Settings, request_id: str, stop: object) -> None:
    """A job beside: it computes on all cores, and writes how far it is twice a second, as a worker does; and it gives
    way as far as a worker does."""
    os.nice(settings.worker.nice)
    asyncio.run(_working(settings.store_url, request_id, stop))


async def _working(store_url: str, request_id: str, stop: object) -> None:
    store = await Store.open(store_url)
    matrix, done = np.ones((500, 500), np.float32), 0
    while not stop.is_set():  # type: ignore[attr-defined] # a manager's event
        until = time.perf_counter() + 0.5
        while time.perf_counter() < until:
            matrix = matrix @ matrix * 0.002
        await store.requests.renew(request_id, "bench", 3600, Progress("listening", done := done + 1, 100))
    await store.close()
