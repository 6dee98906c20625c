"""Everybody in turn, in the same rounds: what the machine's other users take, they take from all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workers.bench.warping.contestants import Contestant, Ours, Peer, Together, Unpacked
from workers.bench.warping.machine import Peak, Peaks, machine
from workers.bench.warping.peers import Child, Failed, interpreter
from workers.bench.warping.problems import BANDS, LENGTHS, Problem, for_peers, make
from workers.bench.warping.rows import Row, best_package, quartiles, rows
from workers.warping.distances import fastest, paths, threads_here


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured; ``span_s`` is about how long one measurement takes."""

    lengths: Sequence[int] = LENGTHS
    bands: Sequence[float] = BANDS
    songs: int = 256
    queries: int = 4
    rounds: int = 9
    span_s: float = Contestant.span_s


@dataclass(frozen=True, slots=True)
class Measured:
    """``peaks`` and their shares are those of the first problem; ``headline`` are sentences."""

    rows: Sequence[Row]
    peaks: Sequence[Peak]
    machine: dict[str, Any]
    headline: Sequence[str]

    @property
    def document(self) -> dict[str, Any]:
        """As JSON."""
        peak = {f"{peak.path}, {peak.numbers}": asdict(peak) for peak in self.peaks}
        return {"rows": [asdict(row) for row in self.rows], "peak": peak, "machine": self.machine}


def measure(python: str, effort: Effort) -> Measured:
    """``python`` has the peers' packages, "" for this one. Raises NoSuchPath where there is no such interpreter."""
    found = interpreter(python)
    problems = [make(length, band, effort.songs, effort.queries) for length in effort.lengths for band in effort.bands]
    with tempfile.TemporaryDirectory(prefix="yasr-bench-") as folder, ExitStack() as children:
        songs = Path(folder) / "songs.npz"
        count = for_peers(problems, songs)

        def child() -> Child:
            return children.enter_context(Child(found, songs))

        peers = child().ask()["peers"]
        # A process each, so that one that fails takes nobody with it.
        started = {name: child() for name in peers}
        parties: list[list[Contestant]] = [
            [*_ours(problem), *(Peer(name, problem, started[name], about, count) for name, about in peers.items()
                                if about["bands"] or not problem.band)]
            for problem in problems
        ]  # fmt: skip
        peaks = Peaks()
        for party in parties:
            for each in party:
                each.span_s = effort.span_s
            _in_turn(party, lambda each: each.prepare())
        for number in range(effort.rounds):
            peaks.measure()
            for party in parties:
                _in_turn(party[:: -1 if number % 2 else 1], lambda each: each.measure())
    first = [each for each in parties[0] if type(each) is Ours]
    return Measured(
        [row for party in parties for row in rows(party)],
        peaks.told(first),
        machine(peers),
        [sentence for party in parties for sentence in _headline(party)],
    )


def _ours(problem: Problem) -> Iterator[Ours]:
    """Every path in both kinds of numbers, the fastest first."""
    kinds = [(path, fixed) for fixed in (True, False) for path in paths().values() if path.fixed or not fixed]
    names = [f"ours, {'fixed point' if fixed else 'float32'}, {path.name}" for path, fixed in kinds]
    for name, (path, fixed) in zip(names, kinds, strict=True):
        yield Ours(name, problem, path, fixed=fixed)
        if path == fastest() and fixed == path.fixed:
            yield Unpacked(f"{name}, packing too", problem, path, fixed=fixed, note="packed for one query alone")
    if threads_here() > 1:
        for name, (path, fixed) in zip(names, kinds, strict=True):
            yield Together(name, problem, path, fixed=fixed)


def _in_turn(party: Sequence[Contestant], act: Callable[[Contestant], None]) -> None:
    """Who fails is out, and says why."""
    for each in party:
        if each.failed:
            continue
        try:
            act(each)
        except Failed as error:
            each.failed = f"failed: {error}"


def _headline(party: Sequence[Contestant]) -> Iterator[str]:
    """How fast the fastest path is beside the best package, and beside the textbook's loop."""
    best = best_package(party)
    problem = party[0].problem
    what = f"{problem.length} frames, {f'{problem.band:.0%} band' if problem.band else 'no band'}"
    others = [each for each in party if each is best or (not each.ours and not each.package and not each.failed)]
    for fixed in (True, False):
        mine = [each for each in party if type(each) is Ours and each.fixed == fixed]
        if not mine or not others:
            continue
        chosen = max(mine, key=lambda each: each.gcells_per_s)
        ratios = [(*quartiles(chosen, other), other.full_name) for other in others]
        told = " and ".join(
            f"{middle:.1f} times as fast as {name} ({low:.1f}–{high:.1f})" for low, middle, high, name in ratios
        )
        yield f"{what}, one thread: {chosen.name}, is {told}."
