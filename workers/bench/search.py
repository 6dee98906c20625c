"""The question that the project began with: whole songs against all new releases, by exact warping."""

from __future__ import annotations

import json
import re
import tempfile
import time
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread

import numpy as np
from rich.console import Console
from rich.table import Table

from core.settings import Settings
from workers.warping.distances import distances
from workers.warping.rule import Rule
from workers.warping.search import nearest
from workers.warping.sequences import Sequences, fixed

_QUERIES = 50
_SIZES = (1_000, 5_000, 20_000, 50_000)
_FRAMES = 360
_DIMS = 13
_K = 10
#: An RTX 3090 warped one song against a week's releases in an hour.
_SEED_HOURS = _QUERIES
_STYLES = 200
_SEED = 20_261_123


@dataclass(frozen=True, slots=True)
class Row:
    """One size of the catalogue. ``memory_mb`` is what the process held of its own at most, the mapped songs aside."""

    songs: int
    threads: int
    seconds: float
    gcells_per_s: float
    rows_left_out: float
    memory_mb: int
    same_as_brute_force: bool | None = None


async def run(settings: Settings, *, as_json: bool) -> None:
    """Measures and prints a table, or JSON."""
    with tempfile.TemporaryDirectory() as folder:
        songs = Path(folder) / "songs"
        _write(songs, max(_SIZES))
        rows = []
        for size in _SIZES:
            with get_context("spawn").Pool(1) as pool:
                rows.append(pool.apply(_measured, (songs, size, settings.worker.processes, settings.worker.warp_mb)))
    if as_json:
        document = {"rows": [asdict(row) for row in rows], "queries": _QUERIES, "frames": _FRAMES, "k": _K}
        print(json.dumps({**document, "the_seed_took_hours": _SEED_HOURS}))  # noqa: T201
        return
    title = f"The {_K} nearest of each of {_QUERIES} songs by exact warping, {_FRAMES} frames"
    table = Table(title=title, title_justify="left")
    for heading in ("Candidates", "Threads", "Seconds", "Gcells/s", "Rows left out", "Memory", "As brute force"):
        table.add_column(heading, justify="right")
    for row in rows:
        same = {None: "–", True: "yes", False: "NO"}[row.same_as_brute_force]
        table.add_row(
            f"{row.songs:,}", str(row.threads), f"{row.seconds:,.1f}", f"{row.gcells_per_s:.1f}",
            f"{row.rows_left_out:.1%}", f"{row.memory_mb:,} MiB", same,
        )  # fmt: skip
    console = Console()
    console.print(table)
    console.print(
        f"The project that YASR grew out of took an hour a song on an RTX 3090: {_SEED_HOURS} hours for these. "
        f"Memory is bounded by YASR_WORKER__WARP_MB ({settings.worker.warp_mb} MiB)."
    )


def _write(file: Path, count: int) -> None:
    """Songs one after the other, as in the library: each near its style, wandering from frame to frame."""
    from scipy.signal import lfilter

    random = np.random.default_rng(_SEED)
    styles = random.normal(size=(_STYLES, _DIMS)) * 0.6
    with file.open("wb") as out:
        for start in range(0, count, 500):
            size = min(500, count - start)
            centre = styles[random.integers(_STYLES, size=size)] + random.normal(size=(size, _DIMS)) * 0.4
            steps = random.normal(size=(size, _FRAMES, _DIMS)) * 0.35
            frames = lfilter([1.0], [1.0, -0.85], steps, axis=1) + centre[:, None]
            out.write(fixed(frames.reshape(-1, _DIMS).astype(np.float32)).tobytes())


def _measured(file: Path, size: int, threads: int, memory_mb: int) -> Row:
    frames = np.memmap(file, np.int16, "r", shape=(size * _FRAMES, _DIMS))
    songs = Sequences(frames, np.arange(size + 1, dtype=np.int64) * _FRAMES)
    queries = Sequences.of([songs[number] for number in np.linspace(0, size - 1, _QUERIES).astype(int)])
    nearest(
        Sequences.of([queries[0][:20]]), Sequences.of([queries[0]]), 1, Rule()
    )  # compiled, or fetched from the disk
    before = _own_mb()
    with _Peak() as peak:
        began = time.perf_counter()
        found, work = nearest(queries, songs, _K, Rule(), threads=threads, memory_mb=memory_mb)
        seconds = time.perf_counter() - began
    same = None
    if size == min(_SIZES):
        by_force = distances(queries, songs, threads=threads).argsort(axis=1, kind="stable")[:, :_K]
        same = all((mine.songs == best).all() for mine, best in zip(found, by_force, strict=True))
    cells = _QUERIES * size * _FRAMES**2
    left_out = 1 - work.computed / work.rows
    return Row(size, threads, round(seconds, 2), round(cells / seconds / 1e9, 2), round(left_out, 4),
               round(peak.most - before), same)  # fmt: skip


def _own_mb() -> float:
    """MiB of this process that are no file's (Linux)."""
    status = Path("/proc/self/status")
    found = re.search(r"RssAnon:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0


class _Peak:
    """Watches the memory while it is open."""

    def __init__(self) -> None:
        self.most = 0.0
        self._done = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.most = max(self.most, _own_mb())

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
