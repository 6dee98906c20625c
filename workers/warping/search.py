"""The nearest songs, exactly: the same as if every distance were computed, without computing all of every one.

Blocks are taken best first. One whose lower bound is beyond the k-th best so far is left out, and one is given up as
soon as no path of its songs can come under it. Both compare with what is certain, so that nothing is lost (Faloutsos,
Ranganathan & Manolopoulos, SIGMOD 1994). How much they save depends on how unlike the songs are; see the README.
"""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.warping.distances import Path, Ready
from workers.warping.packing import portions
from workers.warping.rule import Rule
from workers.warping.sequences import Frames, Sequences

#: The first round takes so many blocks per thread, each further one twice as many.
_ROUND = 4


@dataclass(frozen=True, slots=True)
class Nearest:
    """The ``k`` nearest, nearest first; equal ones in the candidates' order."""

    songs: NDArray[np.int64]
    distances: Vector


@dataclass(slots=True)
class Work:
    """What a search did: blocks left out by their bound, given up on the way, and of all rows those computed."""

    blocks: int = 0
    bounded: int = 0
    abandoned: int = 0
    rows: int = 0
    computed: int = 0


def nearest(
    queries: Sequences,
    songs: Sequences,
    k: int,
    rule: Rule,
    *,
    screen: Vector | None = None,
    threads: int = 1,
    memory_mb: int = 512,
    path: Path | None = None,
) -> tuple[list[Nearest], Work]:
    """The ``k`` songs nearest to each query. Raises BadInput for songs that cannot be compared.

    ``screen`` (Q, N), higher is closer: another model's scores, whose best are tried first; else songs of alike mean
    frames are. At most about ``memory_mb`` MiB are held beside the songs themselves.
    """
    found = [Nearest(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in range(len(queries))]
    work = Work()
    with ThreadPoolExecutor(threads) as pool:
        for some in portions(songs, memory_mb):
            search = _Search(Ready(songs, path, some), rule, k, pool, threads, work)
            for number in range(len(queries)):
                scores = None if screen is None else screen[number]
                found[number] = search(queries[number], scores, found[number])
    return found, work


class _Search:
    """Searches one portion of the songs."""

    def __init__(self, ready: Ready, rule: Rule, k: int, pool: Executor, threads: int, work: Work) -> None:
        self._ready = ready
        self._rule = rule
        self._k = k
        self._pool = pool
        self._threads = threads
        self._work = work
        self._boxes = _boxes(ready)

    def __call__(self, song: Frames, scores: Vector | None, best: Nearest) -> Nearest:
        """``best`` with what is nearer in this portion."""
        order, lanes = self._ready.packed.order, self._ready.path.lanes
        result = np.empty(len(order), np.float32)
        bounds = self._bounds(song)
        waiting = np.argsort(self._priority(song, scores), kind="stable")
        self._work.blocks += len(waiting)
        self._work.rows += len(waiting) * len(song)
        size = _ROUND * self._threads
        while len(waiting):
            limit = best.distances[-1] if len(best.songs) == self._k else np.inf
            hopeful = waiting[bounds[waiting] <= limit]
            self._work.bounded += len(waiting) - len(hopeful)
            taken, waiting = hopeful[:size], hopeful[size:]
            self._warp(song, taken, result, float(limit))
            slots = (taken[:, None] * lanes + np.arange(lanes)).ravel()
            best = self._merged(best, order[slots], result[slots])
            size *= 2
        return best

    def _warp(self, song: Frames, blocks: NDArray[np.int64], result: Vector, limit: float) -> None:
        ends = np.empty(len(result), np.int64)
        parts = [part for part in np.array_split(blocks, self._threads) if len(part)]
        rows = self._pool.map(lambda part: self._ready.against(song, self._rule, part, result, ends, limit), parts)
        self._work.computed += sum(rows)
        given_up = np.isinf(result.reshape(-1, self._ready.path.lanes)[blocks]).all(axis=1)
        self._work.abandoned += int(given_up.sum())

    def _merged(self, best: Nearest, songs: NDArray[np.int64], distances: Vector) -> Nearest:
        real = (songs >= 0) & np.isfinite(distances)
        songs = np.concatenate([best.songs, songs[real]])
        distances = np.concatenate([best.distances, distances[real]])
        first = np.lexsort((songs, distances))[: self._k]
        return Nearest(songs[first], distances[first])

    def _priority(self, song: Frames, scores: Vector | None) -> Vector:
        """For each block how far its most promising song seems; lower comes first."""
        order = self._ready.packed.order
        if scores is None:
            lowest, highest = self._boxes
            mean = self._ready.songs.step * song.mean(axis=0, dtype=np.float32)
            apart: Vector = np.square((lowest + highest) / 2 - mean).sum(axis=1)
            return apart
        best: Vector = np.where(order >= 0, -scores[order], np.inf).reshape(len(self._ready.packed), -1).min(axis=1)
        return best

    def _bounds(self, song: Frames) -> Vector:
        """What no song of each block can be nearer than: each frame of the query meets some frame in the block's box.

        LB_Yi (Yi, Jagadish & Faloutsos, ICDE 1998) the other way round, for a whole block at once.
        """
        lowest, highest = self._boxes
        bounds = np.zeros(len(lowest), np.float32)
        for start in range(0, len(song), 64):
            rows = self._ready.songs.step * song[start : start + 64, None].astype(np.float32)
            bounds += np.square(np.maximum(0, np.maximum(lowest - rows, rows - highest))).sum(axis=(0, 2))
        longest = self._ready.packed.blocks.lengths.reshape(len(lowest), -1).max(axis=1)
        # A little less, for the rounding of the sums.
        bounds *= np.float32(1 - 1e-5)
        return bounds / (len(song) + longest) if self._rule.normalised else bounds


def _boxes(ready: Ready) -> tuple[Vector, Vector]:
    """The least and the largest of each coefficient in each block, both (blocks, D)."""
    order = ready.packed.order
    starts = np.arange(0, len(order), ready.path.lanes)
    taken = order[order >= 0]  # the empty slots are the last ones
    lowest, highest = (ready.songs.step * ready.songs.over_frames(each)[taken] for each in (np.minimum, np.maximum))
    return np.minimum.reduceat(lowest, starts), np.maximum.reduceat(highest, starts)
