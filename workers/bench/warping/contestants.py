"""Who takes part: our paths on one thread and on two, and the peers; each knows how fast and how right it is."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.bench.warping.peers import Child
from workers.bench.warping.problems import Problem
from workers.warping.distances import Path, Ready, distances
from workers.warping.sequences import Sequences, unfixed

#: How wrong an answer is that is no number.
_NONSENSE = 1e9


class Contestant:
    """One row: ``name``, and what is measured of it.

    ``measure`` adds to ``rates``, 10⁹ cells per second; ``error`` is the largest relative deviation so far from the
    right distances. ``same_problem``: it must be right. ``note`` and ``failed`` are for people.
    """

    threads = 1
    same_problem = True
    ours = True
    #: Somebody's, not 15 lines of ours.
    package = False
    #: Seconds that one measurement should take, where the songs suffice.
    span_s = 0.08

    def __init__(self, name: str, problem: Problem, note: str = "") -> None:
        self.name = name
        self.problem = problem
        self.note = note
        self.failed = ""
        self.rates: list[float] = []
        self.error = 0.0

    def prepare(self) -> None:
        """Compiles and loads what is needed, and finds out how much fits into one measurement."""
        raise NotImplementedError

    def measure(self) -> None:
        """Once more."""
        raise NotImplementedError

    @property
    def gcells_per_s(self) -> float:
        """The median of the rounds."""
        return float(np.median(self.rates))

    @property
    def full_name(self) -> str:
        """With the version, where there is one."""
        return self.name

    def took(self, seconds: float, cells: float) -> None:
        """Notes a rate."""
        self.rates.append(cells / seconds / 1e9)

    def check(self, found: Any, right: NDArray[np.float64]) -> None:
        """Notes how far from right the distances are."""
        deviation = np.abs(np.asarray(found, np.float64) / right - 1)
        self.error = max(self.error, float(np.nan_to_num(deviation, nan=_NONSENSE, posinf=_NONSENSE).max()))


class Ours(Contestant):
    """One query at a time against all candidates, packed before as for any number of queries."""

    def __init__(self, name: str, problem: Problem, path: Path, *, fixed: bool, note: str = "") -> None:
        super().__init__(name, problem, note)
        self.path = path
        self.fixed = fixed
        self._queries, self._songs = (_as(songs, fixed) for songs in (problem.queries, problem.songs))
        self._times = 1

    def prepare(self) -> None:
        self.ready = Ready(self._songs, self.path)
        self._one(0)
        began = time.process_time()
        self._one(0)
        self._times = max(1, round(self.span_s / (time.process_time() - began)))

    def measure(self) -> None:
        began = time.process_time()
        for _ in range(self._times):
            found = self._one(0)
        self.took(time.process_time() - began, self._times * self.problem.cells.sum())
        self.check(found, self.problem.expected[0])

    def _one(self, query: int) -> Vector:
        return self.ready.to_all(self._queries[query], self.problem.rule)[0]


class Unpacked(Ours):
    """One query, for which alone the candidates are packed."""

    def _one(self, query: int) -> Vector:
        alone = Sequences.of([self._queries[query]])
        found: Vector = distances(alone, self._songs, self.problem.rule, path=self.path)[0]
        return found


class Together(Ours):
    """Many queries, each a task of a pool, on the clock: processor time says nothing of two threads.

    Others use the machine too, so the best of the rounds counts; ``alone`` are the rates of the same tasks with a pool
    of one thread, in the same rounds.
    """

    threads = 2

    def prepare(self) -> None:
        super().prepare()
        self.alone: list[float] = []
        count = -(-max(self._times, 2) // self.threads) * self.threads
        self._tasks = list(islice(cycle(range(len(self.problem.queries))), count))

    def measure(self) -> None:
        cells = len(self._tasks) * self.problem.cells.sum()
        self.alone.append(cells / self._clocked(1) / 1e9)
        self.took(self._clocked(self.threads), cells)

    @property
    def gcells_per_s(self) -> float:
        """The best of the rounds."""
        return max(self.rates)

    @property
    def factor(self) -> float:
        """Times one thread, the best of the rounds each."""
        return max(self.rates) / max(self.alone)

    def _clocked(self, threads: int) -> float:
        with ThreadPoolExecutor(threads) as pool:
            began = time.perf_counter()
            found = list(pool.map(self._one, self._tasks))
            seconds = time.perf_counter() - began
        self.check(found, self.problem.expected[self._tasks])
        return seconds


class Peer(Contestant):
    """What a child process measures; ``about`` is what it says of the peer, ``songs`` how many candidates it has."""

    ours = False

    def __init__(self, name: str, problem: Problem, child: Child, about: dict[str, Any], songs: int) -> None:
        super().__init__(name, problem, about["note"])
        self.same_problem = about["exact"]
        self.package = about["package"]
        self.version = about["version"]
        self._child = child
        self._songs = songs
        self._pairs = 1

    def prepare(self) -> None:
        self._ask()
        # What a call takes before its first pair must not be taken for what a pair takes.
        while self._pairs < self._songs and self._ask()["seconds"] < self.span_s / 2:
            self._pairs = min(self._songs, 2 * self._pairs)

    def measure(self) -> None:
        answer = self._ask()
        self.took(answer["seconds"], self.problem.cells[: self._pairs].sum())
        self.check(answer["values"], self.problem.expected[0, : self._pairs])

    @property
    def full_name(self) -> str:
        return f"{self.name} {self.version}" if self.package else f"the {self.name}"

    def _ask(self) -> Any:
        return self._child.ask(peer=self.name, length=self.problem.length, band=self.problem.band, pairs=self._pairs)


def _as(songs: Sequences, fixed: bool) -> Sequences:
    return songs if fixed else Sequences(unfixed(songs.frames), songs.starts)
