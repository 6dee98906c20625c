"""Distances of songs by warping on a graphics card: what :mod:`workers.warping.distances` finds, for whole catalogues.

The candidates stay on the card for any number of queries. They go there in portions, on two streams in turn: while one
portion is copied or computed the next is packed, and where one has fewer pairs left than the card has room for, the
next one begins. numba.cuda is only imported when there is something to do.

No candidate is given up early here: a warp waits for its slowest lane, and to ask costs more than it would save.
"""

from __future__ import annotations

import importlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.model import Vector
from core.said import said
from workers.warping.packing import pack, portions
from workers.warping.rule import RULE, Rule
from workers.warping.sequences import GRID, Frames, Sequences

_LANES = 32
#: Threads of a multiprocessor that hide each other's waiting; more would have too few registers.
_RESIDENT = 384
#: Every card has room for so many.
_MOST_RESIDENT = 1024
#: Registers of a thread for all but the query's numbers.
_OTHERS = 56
_MOST_ROWS = 8
#: Distances that are on the card at a time.
_RESULTS = 2**24

_config: Any = numba.config


def available() -> bool:
    """Whether there is a graphics card that numba can use; the simulator is none. Never raises."""
    try:
        return not _config.ENABLE_CUDASIM and bool(_cuda().is_available())
    except (ImportError, OSError, RuntimeError):
        return False


def _cuda() -> Any:
    return importlib.import_module("numba.cuda")


class _Card(NamedTuple):
    """A card: its ``registers`` are those of one multiprocessor, ``memory`` are bytes that were free."""

    multiprocessors: int
    registers: int
    threads: int
    memory: int

    @property
    def each(self) -> int:
        """Registers that a thread may have."""
        return min(255, self.registers // _RESIDENT) // 8 * 8

    def blocks(self, kernel: Any, longest: int) -> int:
        """How many blocks of ``threads`` run together, their edges taking a sixteenth of the memory at most."""
        together = 2
        if not _config.ENABLE_CUDASIM:
            taken = -(-kernel.get_regs_per_thread() // 8) * 8
            together = self.multiprocessors * max(1, min(self.registers // taken, _MOST_RESIDENT) // self.threads)
        return max(1, min(together, self.memory // 16 // (4 * longest * self.threads)))

    def rows(self, dims: int) -> int:
        """Query frames of a sweep: as many as fit into the registers. One of over 100 numbers does not, and is slow."""
        return max(1, min(_MOST_ROWS, (self.each - _OTHERS) // dims))


@cache
def _card() -> _Card:
    cuda = _cuda()
    if _config.ENABLE_CUDASIM:
        return _Card(1, 2**16, _LANES, 2**30)
    card, memory = cuda.get_current_device(), cuda.current_context().get_memory_info()
    return _Card(card.MULTIPROCESSOR_COUNT, card.MAX_REGISTERS_PER_MULTIPROCESSOR, 128, int(memory.free))


def distances(queries: Sequences, songs: Sequences, rule: Rule = RULE) -> Vector:
    """Every query against every song, (Q, N), as :func:`workers.warping.distances.distances` has it."""
    return Resident(songs).to_many(queries, rule)


class _Line:
    """A stream with its own memory: pinned, through which songs are sent, and the edges of the kernels in it."""

    def __init__(self) -> None:
        self.stream = _cuda().stream()
        self._pinned: Any = np.empty(0, np.uint8)
        self._edge: Any = None
        self._sent: list[Any] = []

    def send(self, arrays: Sequence[NDArray[Any]]) -> list[Any]:
        """Begins to copy the arrays to the card, once all that was asked of this line before is done."""
        cuda = _cuda()
        self.stream.synchronize()
        sizes = [-(-array.nbytes // 256) * 256 for array in arrays]
        if len(self._pinned) < sum(sizes):
            self._pinned = cuda.pinned_array(sum(sizes), np.uint8)
        self._sent = []
        for array, begin in zip(arrays, np.cumsum([0, *sizes[:-1]]), strict=True):
            staged = self._pinned[begin : begin + array.nbytes].view(array.dtype)
            staged[:] = array
            self._sent.append(cuda.device_array(array.shape, array.dtype, stream=self.stream))
            self._sent[-1].copy_to_device(staged, stream=self.stream)
        return self._sent

    def edge(self, size: int) -> Any:
        """Room for so many numbers."""
        if self._edge is None or self._edge.size < size:
            self._edge = _cuda().device_array(size, np.float32, stream=self.stream)
        return self._edge


@dataclass(frozen=True, slots=True)
class _Part:
    """A portion of the songs: ``order`` (slots,) is the song in each slot; ``arrays`` are on the card if ``stays``."""

    order: NDArray[np.int64]
    arrays: Sequence[Any]
    stays: bool


class Resident:
    """Candidates on the card. Songs beyond ``memory_mb`` MiB (without it: half of what is free) are sent there again
    for every question. Only where there is a card: see :func:`available`.
    """

    def __init__(self, songs: Sequences, *, memory_mb: float | None = None, portion_mb: int = 128) -> None:
        self._lengths, self._dims, self._fixed = songs.lengths, songs.dims, songs.fixed
        self._lines = (_Line(), _Line())
        self._parts: list[_Part] = []
        left = _card().memory // 2 if memory_mb is None else int(memory_mb * 2**20)
        for number, some in enumerate(portions(songs, portion_mb)):
            packed = pack(songs, _LANES, some)
            frames, norms, starts, lengths, _ = packed.blocks
            arrays = (frames, norms if songs.fixed else np.zeros(1, np.int32), starts, lengths)
            left -= sum(array.nbytes for array in arrays)
            sent = arrays if left < 0 else self._lines[number % 2].send(arrays)
            self._parts.append(_Part(packed.order, sent, stays=left >= 0))

    def to_all(self, song: Frames, rule: Rule, *, free: bool = False) -> tuple[Vector, NDArray[np.int64]]:
        """One song (n, D) against all: distances and the columns where the paths end, each (N,), in the songs' order.

        ``free``: the song is a passage that may lie anywhere in the candidate; a band then means the whole candidate's.
        """
        distances, ends = self._against(Sequences(song, np.array([0, len(song)])), rule, free=free)
        return distances[0], ends[0] if free else self._lengths - 1

    def to_many(self, queries: Sequences, rule: Rule) -> Vector:
        """Every query against every song, (Q, N). Raises BadInput for songs that cannot be compared."""
        return self._against(queries, rule, free=False)[0]

    def _against(self, queries: Sequences, rule: Rule, *, free: bool) -> tuple[Vector, NDArray[np.int64]]:
        """Distances and, if they are free, ends, each (Q, N)."""
        if (queries.dims, queries.fixed) != (self._dims, self._fixed):
            raise BadInput(problem=said("the songs to compare are not of one kind"))
        result = np.empty((len(queries), len(self._lengths)), np.float32)
        ends = np.zeros(result.shape if free else (0, 0), np.int64)
        at_once = max(1, _RESULTS // sum(len(part.order) for part in self._parts))
        for first in range(0, len(queries), at_once):
            some = slice(first, first + at_once)
            several = Sequences(queries.frames, queries.starts[first : first + at_once + 1])
            for part, line, distances, last in self.launch(several, rule, free=free):
                taken = part.order >= 0
                result[some, part.order[taken]] = _fetched(distances, line, part)[:, taken]
                if free:
                    ends[some, part.order[taken]] = _fetched(last, line, part)[:, taken]
        return result, ends

    def launch(self, queries: Sequences, rule: Rule, *, free: bool) -> list[tuple[_Part, _Line, Any, Any]]:
        """Has the kernels begin, one for each part; distances and ends are on the card when its line is done."""
        from workers.warping.gpu_kernel import Kind, compiled_for, laid_out

        cuda, card = _cuda(), _card()
        kind = Kind(self._dims, card.rows(self._dims), self._fixed, rule.diagonal, rule.band > 0, free)
        kernel = compiled_for(kind, card.each)
        longest, scale = int(self._lengths.max()), np.float32(GRID**-2.0 if self._fixed else 1)
        blocks = card.blocks(kernel, longest)
        asked = [cuda.to_device(array) for array in laid_out(queries, kind.rows)]
        cuda.synchronize()  # the streams do not wait for each other
        running = []
        for number, part in enumerate(self._parts):
            line = self._lines[number % 2]
            arrays = part.arrays if part.stays else line.send(part.arrays)
            size = len(queries) * len(part.order)
            distances = cuda.device_array(size, np.float32, stream=line.stream)
            ends = cuda.device_array(size if free else 1, np.int32, stream=line.stream)
            kernel[blocks, card.threads, line.stream](
                *asked, *arrays, line.edge(blocks * card.threads * longest), longest, rule.band, int(rule.normalised),
                scale, distances, ends,
            )  # fmt: skip
            running.append((part, line, distances, ends))
        return running


def _fetched(array: Any, line: _Line, part: _Part) -> NDArray[Any]:
    """What is on the card, (Q, slots), when the line is done."""
    found: NDArray[Any] = array.copy_to_host(stream=line.stream)
    line.stream.synchronize()
    return found.reshape(-1, len(part.order))


def bench(queries: Sequences, songs: Sequences, rule: Rule) -> dict[str, float]:
    """Seconds to pack and send the songs and to warp, 10⁹ cells a second, and the shares of the card's limits.

    ``issue_share`` is of SMs · 128 lanes · clock / (2 D + c) cells. Float32 takes D subtractions, D multiplications
    and c = 9.75 others, counted in the code for sm_90 at D = 13: 4 for the recurrence, the rest once a column of 8
    rows. In fixed point D + 2 instructions multiply whole numbers, for which only half of the lanes are built, so that
    c = 4.5, and what else there is runs beside them. ``memory_share`` is what is read and written for all cells, from
    the caches too, of what the memory can move; above 1 the caches are at work.
    """
    cuda = _cuda()
    began = time.perf_counter()
    resident = Resident(songs)
    cuda.synchronize()
    upload_s = time.perf_counter() - began
    resident.to_many(queries, rule)  # compiles
    took = []
    for _ in range(5):
        began = time.perf_counter()
        resident.launch(queries, rule, free=False)
        cuda.synchronize()
        took.append(time.perf_counter() - began)
    kernel_s = float(np.median(took))
    card, rows, dims = cuda.get_current_device(), _card().rows(songs.dims), songs.dims
    pairs = Counter(product(queries.lengths.tolist(), songs.lengths.tolist()))
    per_s = sum(often * _cells(n, m, rule.band) for (n, m), often in pairs.items()) / kernel_s
    issued = card.MULTIPROCESSOR_COUNT * 128 * card.CLOCK_RATE * 1e3 / (2 * dims + (4.5 if songs.fixed else 9.75))
    bytes_a_cell = (4 * (-(-dims // 2) + 1 if songs.fixed else dims) + 8) / rows
    moved = 2 * card.MEMORY_CLOCK_RATE * 1e3 * card.GLOBAL_MEMORY_BUS_WIDTH / 8
    return {"upload_s": upload_s, "kernel_s": kernel_s, "gcells_per_s": per_s / 1e9,
            "issue_share": per_s / issued, "memory_share": per_s * bytes_a_cell / moved}  # fmt: skip


def _cells(n: int, m: int, band: float) -> int:
    """How many cells of two songs are open."""
    reach = max(1, int(band * max(n, m))) * (max(n, m) - 1) if band else n * m
    line, slope = np.arange(n) * (m - 1), max(1, n - 1)
    last = np.minimum((line + reach) // slope, m - 1)
    return int((last - np.maximum(-((reach - line) // slope), 0) + 1).sum())
