"""The kernel for graphics cards: a thread is one candidate, and a warp is a block of 32 of them.

``rows`` query frames at a time sweep over the candidate's frames. The query's numbers, their costs and their running
sums stay in registers; only one row per sweep, the ``edge``, goes through memory. In shared memory the query would be
slower: a cell would read D words, which takes twice as long as to compute with them. Threads never wait for each other:
each stops at its own candidate's end. The warps of a thread block take different queries and the same candidates,
which they find in the cache.

Fixed point is multiplied in whole numbers, |a|² + |b|² - 2ab as on the processor: that is exact, so both find the same
distances to the last bit. It takes no longer than Σ (a - b)², which float32 needs so as not to lose its digits where
songs are alike, because one multiplication of whole numbers takes as long as two operations on float32.

Local arrays become registers where their indices are known once the loops are unrolled. Indices are unsigned, because
numba tests signed ones. Numba widens what is computed with int32; casts make it narrow again. Only where there is a
card, or numba's simulator, can this be imported and run.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from workers.warping.sequences import Sequences

cuda: Any = importlib.import_module("numba.cuda")

#: Threads of a warp, and candidates in a block.
LANES = 32
_LANES = np.uint64(LANES)
_FAR = np.float32(1e30)
_ZERO = np.float32(0)
_config: Any = numba.config

F = TypeVar("F", bound=Callable[..., Any])


def _inlined(function: F) -> F:
    """A function that kernels call."""
    return cast(F, cuda.jit(device=True)(function))


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known when the kernel is compiled: D, the rows of a sweep, the numbers, and what is asked of it."""

    dims: int
    rows: int
    fixed: bool
    diagonal: int
    banded: bool
    free: bool

    @property
    def words(self) -> int:
        """Of 32 bits in a frame."""
        return -(-self.dims // 2) if self.fixed else self.dims


@cache
def compiled_for(kind: Kind, registers: int) -> Any:
    """The kernel as machine code for the current card, at most so many registers a thread; takes a second or two."""
    options = {} if _config.ENABLE_CUDASIM else {"max_registers": registers}
    return cuda.jit(signature(kind), **options)(sweeps(kind))


def signature(kind: Kind) -> str:
    """The types of what :func:`sweeps` takes."""
    songs = f"{'int32' if kind.fixed else 'float32'}[::1], int32[::1], int64[::1], int64[::1]"
    return f"void({songs}, {songs}, float32[::1], int64, float64, int64, float32, float32[::1], int32[::1])"


def laid_out(queries: Sequences, rows: int) -> Iterator[NDArray[Any]]:
    """The first four of what :func:`sweeps` takes."""
    counts = queries.lengths
    filled = -(-counts // rows) * rows
    begins = np.cumsum(filled) - filled
    frames = queries.frames[queries.starts[0] : queries.starts[-1]]
    places = np.arange(len(frames)) + np.repeat(begins - queries.starts[:-1] + queries.starts[0], counts)
    whole = np.zeros((filled.sum(), queries.dims), np.int32 if queries.fixed else np.float32)
    norms = np.zeros(len(whole) if queries.fixed else 1, np.int32)
    whole[places] = frames
    if queries.fixed:
        np.square(whole).sum(axis=1, out=norms)
        whole *= -2
    yield from (whole.reshape(-1), norms, begins, counts)


def _rows(kind: Kind) -> tuple[Any, Any]:
    """One function fetches the query's rows of a sweep, the other picks from its last sweep its last row."""
    dims, rows, fixed = kind.dims, kind.rows, kind.fixed

    @_inlined
    def load(queries: Any, query_norms: Any, first: Any, mine: Any, my_norms: Any) -> None:
        for row in range(rows):
            place = np.uint64(first + row)
            if fixed:
                my_norms[row] = query_norms[place]
            for part in range(dims):
                mine[row * dims + part] = queries[place * np.uint64(dims) + np.uint64(part)]

    @_inlined
    def pick(west: Any, n: Any) -> Any:
        total = _FAR
        for row in range(rows):
            if row == (n - 1) % rows:
                total = west[row]
        return total

    return load, pick


def _costing(kind: Kind) -> Any:
    """What the cells of one column cost."""
    dims, rows, words = kind.dims, kind.rows, kind.words

    @_inlined
    def whole(ahead: Any, norm: Any, mine: Any, my_norms: Any, costs: Any) -> None:
        for row in range(rows):
            costs[row] = np.int32(my_norms[row] + norm)
        for word in range(words):
            low, high = np.int32(np.int32(ahead[word] << 16) >> 16), np.int32(ahead[word] >> 16)
            for row in range(rows):
                costs[row] += np.int32(low * mine[row * dims + 2 * word])
                if 2 * word + 1 < dims:
                    costs[row] += np.int32(high * mine[row * dims + 2 * word + 1])

    @_inlined
    def single(ahead: Any, _norm: Any, mine: Any, _my_norms: Any, costs: Any) -> None:
        for row in range(rows):
            costs[row] = _ZERO
        for word in range(words):
            for row in range(rows):
                apart = ahead[word] - mine[row * dims + word]
                costs[row] = cuda.fma(apart, apart, costs[row])

    return whole if kind.fixed else single


def _summing(kind: Kind) -> Any:
    """The recurrence down one column: from the cell above and the one before that, to the cell below."""
    rows, diagonal, banded = kind.rows, kind.diagonal, kind.banded

    @_inlined
    def sums(costs: Any, west: Any, above: Any, corner: Any, place: Any, slope: Any, reach: Any) -> Any:
        north = above
        for row in range(rows):
            cost = np.float32(costs[row])
            by_corner = corner + cost if diagonal == 2 else corner
            cell = cost + min(min(west[row], by_corner), north)
            if banded and abs(np.int32(place - np.int32(row * slope))) > reach:
                cell = _FAR
            corner = west[row]
            west[row] = cell
            north = cell
        return north

    return sums


@_inlined
def _opening(top: Any, bottom: Any, n: Any, m: Any, reach: Any) -> Any:
    """From which column on to before which one the rows ``top`` to ``bottom`` have open cells."""
    if n == 1:
        return 0, m
    first = (top * (m - 1) - reach + n - 2) // (n - 1)
    last = (min(bottom, n - 1) * (m - 1) + reach) // (n - 1) + 1
    return max(first, 0), min(last, m)


def sweeps(kind: Kind) -> Callable[..., None]:
    """The kernel as numba's Python. Each warp takes every so many pairs of a query and a block, the longest first.

    ``queries`` (rows, D), flat, are the queries' frames, each query filled with zeros to whole sweeps, in fixed point
    times -2; ``query_norms`` (rows,) their squared lengths; ``begins`` and ``counts`` (queries,) where each begins and
    how many frames it has. ``frames`` to ``lengths`` are :class:`workers.warping.packing.Blocks`. ``edge`` (warps,
    ``longest``, lanes) is for the kernel's own use. ``distances`` are (queries, slots), and so are ``ends``, which only
    those get who are ``free`` to enter and leave the candidate in any column.
    """
    rows, words, fixed, banded, free = kind.rows, kind.words, kind.fixed, kind.banded, kind.free
    number, held, column_size = (np.int32 if fixed else np.float32), rows * kind.dims, np.uint64(words * LANES)
    (load, pick), costs_of, sums = _rows(kind), _costing(kind), _summing(kind)

    def kernel(
        queries: Any, query_norms: Any, begins: Any, counts: Any, frames: Any, norms: Any, starts: Any, lengths: Any,
        edge: Any, longest: Any, band: Any, normalised: Any, scale: Any, distances: Any, ends: Any,
    ) -> None:  # fmt: skip
        lane, warp = np.uint64(cuda.grid(1)) % _LANES, np.uint64(cuda.grid(1)) // _LANES
        mine, my_norms = cuda.local.array(held, number), cuda.local.array(rows, np.int32)
        ahead, costs, west = (cuda.local.array(words, number), cuda.local.array(rows, number),
                              cuda.local.array(rows, np.float32))  # fmt: skip
        blocks = len(starts) - 1
        for item in range(np.int64(warp), len(counts) * blocks, cuda.gridsize(1) // LANES):
            song = item % len(counts)
            block = blocks - 1 - item // len(counts)
            slot = np.uint64(block) * _LANES + lane
            n, m = counts[song], lengths[slot]
            if m == 0:
                continue
            reach = max(1, int(band * max(n, m))) * (max(n, m) - 1)
            begun, known, best, end = 0, 0, _FAR, 0
            for top in range(0, n, rows):
                load(queries, query_norms, begins[song] + top, mine, my_norms)
                for row in range(rows):
                    west[row] = _FAR
                first, last = _opening(top, top + rows - 1, n, m, reach) if banded else (0, m)
                corner = _FAR
                if top == 0:
                    corner = _ZERO
                elif begun < first <= known:
                    corner = edge[(warp * np.uint64(longest) + np.uint64(first - 1)) * _LANES + lane]
                column = np.uint64(starts[block] + first)
                place, spot = column * column_size + lane, column * _LANES + lane
                rim = (warp * np.uint64(longest) + np.uint64(first)) * _LANES + lane
                for word in range(words):
                    ahead[word] = frames[place + np.uint64(word * LANES)]
                for j in range(first, last):
                    above = _ZERO if free and top == 0 else _FAR
                    if j < known:
                        above = edge[rim]
                    costs_of(ahead, norms[spot] if fixed else 0, mine, my_norms, costs)
                    if j + 1 < last:
                        place += column_size
                    for word in range(words):
                        ahead[word] = frames[place + np.uint64(word * LANES)]
                    away = np.int32(j * (n - 1) - top * (m - 1))
                    edge[rim] = sums(costs, west, above, corner, away, np.int32(m - 1), reach)
                    if free and top + rows >= n and pick(west, n) < best:
                        best, end = pick(west, n), j
                    corner = above
                    spot += _LANES
                    rim += _LANES
                begun, known = first, last
            total = pick(west, n)
            if free:
                if best < total:
                    total = best
                else:
                    end = m - 1
                ends[song * len(lengths) + np.int64(slot)] = end
            share = np.float32(1) / np.float32(n + m) if normalised else np.float32(1)
            distances[song * len(lengths) + np.int64(slot)] = np.float32(total * share) * scale

    return kernel
