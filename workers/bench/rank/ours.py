"""Our models, the student project's way, and what the memory allows, each measured in a process of its own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.bench.rank.rows import Row, row
from workers.models.cosine import Cosine
from workers.models.features import LearnedFeatures
from workers.models.nearest import Nearest
from workers.models.timbre import Timbre
from workers.together import places

#: One ranking of the candidates, for a set of seeds' rows.
Rank = Callable[[NDArray[np.intp]], object]


def _features(numbers: Vector, _: Vector) -> Rank:
    model = LearnedFeatures()
    return lambda seeds: model.rank(numbers[seeds], numbers)


def _timbre(_: Vector, vectors: Vector) -> Rank:
    model = Timbre()
    return lambda seeds: model.rank(vectors[seeds], vectors)


def _nearest(_: Vector, vectors: Vector) -> Rank:
    return lambda seeds: Nearest().rank(vectors[seeds], vectors)


def _cosine(numbers: Vector, _: Vector) -> Rank:
    return lambda seeds: Cosine().rank(numbers[seeds], numbers)


def _placed(numbers: Vector, _: Vector) -> Rank:
    scores = Cosine().rank(numbers[:1], numbers).scores
    return lambda _: places(scores)


def _memory(numbers: Vector, width: int) -> Rank:
    """Reads so many floats a candidate once, by a sum of squares, for which nothing but reading takes time."""
    matrix = np.ones(len(numbers) * width, np.float32)
    return lambda _: matrix @ matrix


#: By name: what is made ready from numbers and vectors, the seeds, and a note.
CONTESTANTS: dict[str, tuple[Callable[[Vector, Vector], Rank], str, str]] = {
    "features": (_features, "one", "ours, of Spotify's numbers; one taste"),
    "features, three tastes": (_features, "three", "ours, a mixture of three tastes"),
    "timbre": (_timbre, "one", "ours, of sound; mutual proximity of every pair"),
    "nearest": (_nearest, "one", "ours, of any vectors; standardised anew"),
    "cosine": (_cosine, "one", "the student project's: ten raw numbers"),
    "places": (_placed, "one", "from scores to shares below, whatever the model"),
    "memory, 128 numbers": (
        lambda numbers, _: _memory(numbers, 128), "one", "reading as much as `features` and `timbre` must"),
}  # fmt: skip


def measured(name: str, folder: Path, size: int, rounds: int) -> Row:
    """In a fresh process: what is held before anything is loaded does not count."""
    make, which, note = CONTESTANTS[name]
    before = _peak_mb()
    numbers, vectors = np.load(folder / "numbers.npy"), np.empty((0, 0), np.float32)
    if make in (_timbre, _nearest):
        vectors = np.load(folder / "vectors.npy")
    sets = np.load(folder / f"{which}.npy")
    started = time.perf_counter()
    rank = make(numbers, vectors)
    rank(sets[0])
    loading = time.perf_counter() - started
    seconds = [_timed(partial(rank, sets[turn % len(sets)])) for turn in range(rounds + 1)]
    return row(name, size, seconds, loading, _peak_mb() - before, note)


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _peak_mb() -> int:
    """0 where the system does not tell. What getrusage tells is inherited from whoever started the process."""
    status = Path("/proc/self/status")
    peak = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return int(peak[1]) // 1024 if peak else 0
