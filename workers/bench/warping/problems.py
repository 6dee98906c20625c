"""What is to be solved: the same songs for everybody, and the right answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from core.model import Vector
from workers.warping import reference
from workers.warping.rule import Rule
from workers.warping.sequences import Frames, Sequences, fixed, unfixed

#: The benchmark's: a preview and half of it at 12 frames a second, or songs of 3 and of 1.5 minutes at 2.
LENGTHS = (360, 180)
BANDS = (0.0, 0.1)
_DIMS = 13
#: Peers are slow, and get no more candidates than these.
_FOR_PEERS = 64
_SEED = 20_261_123
#: How much of a frame is kept in the next one: the lower a coefficient, the slower it moves.
_KEPT = np.linspace(0.95, 0.7, _DIMS)
_BEFORE = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """Q queries of ``length`` frames against N songs: exact warping, squared Euclidean costs, symmetric1.

    Without a band songs are 5/6 to 7/6 of ``length``; with one as long as it, since packages disagree about the bands
    of other pairs. All are in fixed point, so that float64 stands for the same numbers. ``expected`` (Q, N) are the
    distances in float64; ``cells`` (N,) are those that our band leaves open, and are counted for everybody.
    """

    length: int
    band: float
    queries: Sequences
    songs: Sequences
    expected: NDArray[np.float64]
    cells: NDArray[np.int64]

    @property
    def rule(self) -> Rule:
        """Sums along the path as they are, as the packages give them."""
        return Rule("symmetric1", self.band, normalised=False)


def make(length: int, band: float, songs: int, queries: int) -> Problem:
    """A problem, the same one at every call."""
    random = np.random.default_rng([_SEED, length, int(100 * band)])
    least, most = (length, length) if band else (length * 5 // 6, length * 7 // 6)
    asked = Sequences.of([_song(random, length) for _ in range(queries)])
    offered = Sequences.of([_song(random, int(size)) for size in random.integers(least, most + 1, songs)])
    rule = Rule("symmetric1", band, normalised=False)
    expected = np.array([[reference.distance(unfixed(one), unfixed(other), rule) for other in _each(offered)]
                         for one in _each(asked)])  # fmt: skip
    cells = length * offered.lengths
    if band:
        cells = np.full(songs, np.isfinite(reference.cells(asked[0], offered[0], rule)).sum())
    return Problem(length, band, asked, offered, expected, cells)


def for_peers(problems: Sequence[Problem], file: Path) -> int:
    """Writes what :mod:`workers.bench.warping.child` reads; returns how many candidates of each problem there are."""
    arrays: dict[str, NDArray[Any]] = {}
    count = min([_FOR_PEERS, *(len(problem.songs) for problem in problems)])
    for problem in problems:
        name, starts = f"{problem.length} {problem.band}", problem.songs.starts[: count + 1]
        arrays[f"{name} query"] = unfixed(problem.queries[0]).astype(np.float64)
        arrays[f"{name} frames"] = unfixed(problem.songs.frames[: starts[-1]]).astype(np.float64)
        arrays[f"{name} starts"] = starts
    np.savez(file, allow_pickle=False, **arrays)
    return count


def _song(random: np.random.Generator, length: int) -> Frames:
    """Like standardised MFCC: each coefficient wanders about a place of the song's own (AR(1))."""
    noise = random.normal(size=(length + _BEFORE, _DIMS)) * np.sqrt(1 - _KEPT**2)
    wandering: Vector = np.stack(
        [lfilter([1.0], [1.0, -kept], noise[:, place])[_BEFORE:] for place, kept in enumerate(_KEPT)], axis=1
    )
    return fixed((0.8 * wandering + 0.6 * random.normal(size=_DIMS)).astype(np.float32))


def _each(songs: Sequences) -> Sequence[Frames]:
    return [songs[place] for place in range(len(songs))]
