"""Distances of songs by warping: one to many and many to many, on the processor's widest path."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
from llvmlite import binding
from numpy.typing import NDArray

from core.errors import BadInput
from core.model import Vector
from core.said import said
from workers.warping import kernel, plain
from workers.warping.packing import Packed, pack, portions, query
from workers.warping.rule import RULE, Rule
from workers.warping.sequences import GRID, Frames, Sequences, unfixed

#: (queries, songs) → their distances, (Q, N), however they are computed.
Warp = Callable[[Sequences, Sequences], Vector]


@dataclass(frozen=True, slots=True)
class Path:
    """A way to compute on a processor: ``lanes`` candidates at a time, ``rows`` query frames a sweep.

    ``fixed``: it knows fixed point; else such songs are turned into float32, which is as exact and half as fast.
    """

    name: str
    lanes: int
    rows: int
    fixed: bool
    run: Callable[..., int]


@cache
def paths() -> dict[str, Path]:
    """The paths this machine can take, the fastest first; "plain" is numba without vectors, for any machine."""
    x86 = platform.machine().lower() in ("x86_64", "amd64")
    able = {name for name, has in binding.get_host_cpu_features().items() if has} if x86 else set()
    found = [Path("avx512", 16, 8, True, kernel.sixteen)] if "avx512bw" in able else []
    found += [Path("avx2", 8, 6, True, kernel.eight)] if "avx2" in able else []
    if x86 or platform.machine().lower() in ("aarch64", "arm64"):
        found.append(Path("sse2" if x86 else "neon", 4, 4, x86, kernel.four))
    return {path.name: path for path in [*found, Path("plain", 16, 1, False, plain.sixteen)]}


def fastest() -> Path:
    """The one that is taken unless another is asked for."""
    return next(iter(paths().values()))


def threads_here() -> int:
    """As many as this process may use at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Ready:
    """Candidates, packed once for any number of queries on one path."""

    def __init__(self, songs: Sequences, path: Path | None = None, which: NDArray[np.int64] | None = None) -> None:
        self.path = path or fastest()
        self.songs = songs
        self.fixed = songs.fixed and self.path.fixed
        self.scale = np.float32(GRID**-2.0 if self.fixed else 1)
        plain_songs = songs if self.fixed or not songs.fixed else Sequences(unfixed(songs.frames), songs.starts)
        self.packed: Packed = pack(plain_songs, self.path.lanes, which)

    def against(
        self,
        song: Frames,
        rule: Rule,
        blocks: NDArray[np.int64],
        result: Vector,
        ends: NDArray[np.int64],
        threshold: float | np.float32 = np.inf,
        *,
        free: bool = False,
    ) -> int:
        """Warps one song (n, D) against some blocks, without Python's lock; returns how many rows were computed.

        ``result`` (slots,) gets the distances, infinite where all of a block are beyond ``threshold``. ``free``: the
        song is a passage that may lie anywhere in the candidate, and ``ends`` (slots,) gets its last column there.
        """
        if song.shape[1] != self.songs.dims or (song.dtype == np.int16) != self.songs.fixed:
            raise BadInput(problem=said("the songs to compare are not of one kind"))
        mine = song if self.fixed or song.dtype != np.int16 else unfixed(song)
        threshold = np.float32(min(threshold / self.scale, kernel.FAR))
        terms = kernel.Terms(rule.diagonal, rule.band, rule.normalised, free, threshold)
        rows = self.path.run(query(mine, self.path.rows), self.packed.blocks, blocks, terms, result, ends)
        slots = (blocks[:, None] * self.path.lanes + np.arange(self.path.lanes)).ravel()
        result[slots] *= self.scale
        return rows

    def to_all(self, song: Frames, rule: Rule, *, free: bool = False) -> tuple[Vector, NDArray[np.int64]]:
        """One song against all: distances and ends, each (N,), in the candidates' own order."""
        result = np.empty(len(self.packed.order), np.float32)
        ends = np.zeros(len(self.packed.order), np.int64)
        self.against(song, rule, np.arange(len(self.packed)), result, ends, free=free)
        taken = self.packed.order >= 0
        in_order = np.argsort(self.packed.order[taken])
        return result[taken][in_order], ends[taken][in_order]


def distances(
    queries: Sequences,
    songs: Sequences,
    rule: Rule = RULE,
    *,
    threads: int = 1,
    memory_mb: int = 512,
    path: Path | None = None,
) -> Vector:
    """Every query against every song, (Q, N) float32. Raises BadInput for songs that cannot be compared.

    At most about ``memory_mb`` MiB are held beside the songs and the result.
    """
    result = np.empty((len(queries), len(songs)), np.float32)
    with ThreadPoolExecutor(threads) as pool:
        for some in portions(songs, memory_mb):
            ready = Ready(songs, path, some)

            def one(number: int, ready: Ready = ready, some: NDArray[np.int64] = some) -> None:
                result[number, some], _ = ready.to_all(queries[number], rule)

            list(pool.map(one, range(len(queries))))
    return result
