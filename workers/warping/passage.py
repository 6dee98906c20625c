"""Which passage of one song is most like which passage of another.

A passage of the one may begin and end anywhere in the other: subsequence warping (Müller, "Information Retrieval for
Music and Motion", 2007, §4.4). Its steps are Sakoe's and Chiba's symmetric ones with the slope constraint P = 1 (IEEE
Trans. ASSP 26, 1978, table I): a step to the next row alone, or to the next column alone, comes only right after one to
both, so that nowhere does one song run more than twice as fast as the other. No frame of either is skipped, and all
paths through r rows and c columns have the weight r + c, the first cell's being 2. The cost of a cell is the one of
:class:`workers.warping.rule.Rule`.

The passage that fits best is the one of the least cost for its weight, and longer ones weigh more. That ratio is
minimised exactly (Dinkelbach, Management Science 13, 1967): a passage of a smaller ratio than ρ is there if and only if
some path costs less than nothing once ρ is taken from the cost of every cell; its ratio becomes the next ρ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.model import Vector
from core.said import said
from workers.warping.jit import compiled
from workers.warping.path import Doubles, doubles
from workers.warping.sequences import GRID, Frames

#: Frames. Shorter songs have no passages.
SHORTEST = 8

#: How a cell is reached: by the next row and column, or by that and then the next row, or the next column.
_BOTH, _ROW, _COLUMN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Passage:
    """Frames of two songs that belong together: the first, and one past the last. See the module for ``distance``."""

    mine: tuple[int, int]
    theirs: tuple[int, int]
    distance: float


def best(mine: Frames, theirs: Frames, rows: int = 30, hop: int = 4) -> Passage | None:
    """The closest passage of two songs, (n, D) and (m, D), among those of ``rows`` frames of mine.

    They begin at every ``hop``-th frame of mine, the last one at its end; where a song is shorter, ``rows`` is its
    length. Theirs has more than half as many frames and less than twice as many. Of equally close frames of mine they
    are the first. None where a song is shorter than ``SHORTEST``. Raises BadInput for songs that cannot be compared.
    """
    one, other = doubles(mine, theirs)
    if min(len(one), len(other)) < SHORTEST:
        return None
    rows = max(1, min(rows, len(one), len(other)))
    window, begin, end, distance = _best(one, np.ascontiguousarray(other.T), rows, max(1, hop))
    return Passage((window, window + rows), (begin, end), distance * _unit(mine) ** 2)


def closer_than(distance: float, background: Vector) -> float:
    """The share of the ``background`` of distances that lie above this one, never quite 0 or 1.

    With k of n above it, (k + 0.5) / (n + 1). Infinite ones are not counted: such songs are too short to tell.
    """
    finite = background[np.isfinite(background)]
    return (int((finite > np.float32(distance)).sum()) + 0.5) / (len(finite) + 1)


def alignment(mine: Frames, theirs: Frames, passage: Passage) -> NDArray[np.int64]:
    """The path inside a passage, (L, 2) frames of both songs; of equally cheap steps it takes the diagonal.

    Raises BadInput where the passage lies outside the songs, or has one more than twice as fast as the other.
    """
    one, other = doubles(mine, theirs)
    (top, bottom), (begin, end) = passage.mine, passage.theirs
    rows, columns = bottom - top, end - begin
    inside = 0 <= top < bottom <= len(one) and 0 <= begin < end <= len(other)
    if not inside or max(rows, columns) - 1 > 2 * (min(rows, columns) - 1):
        raise BadInput(problem=said("the passage is not one of these songs"))
    path, _ = _path(_all_costs(one[top:bottom], np.ascontiguousarray(other[begin:end].T)), 0.0, False)
    path += np.array([top, begin])
    return path


def _unit(song: Frames) -> float:
    return 1 / GRID if song.dtype == np.int16 else 1.0


@compiled
def _best(mine: Doubles, theirs: Doubles, rows: int, hop: int) -> tuple[int, int, int, float]:
    """(n, D) and (D, m) → the window's first frame, the first of theirs, one past its last, and the distance."""
    last, m = len(mine) - rows, theirs.shape[1]
    costs, memory = np.empty((rows, m)), np.empty((3, m + 1))
    found = (0, 0, 0, np.inf)
    window = done = 0
    while True:
        for row in range(done, window + rows):
            _costs(mine[row], theirs, costs[row % rows])
        done = window + rows
        begin, end, distance = _closest(costs, window, found[3], memory)
        if end:
            found = (window, begin, end, distance)
        if window == last:
            return found
        window = min(window + hop, last)


@compiled
def _closest(costs: Doubles, first: int, limit: float, memory: Doubles) -> tuple[int, int, float]:
    """The passage of a window that is nearer than ``limit``: its columns and distance; else 0, 0 and the limit.

    ``costs`` (rows, m) are the window's, row i of mine in row i mod rows; its row ``first`` comes first. ``memory`` as
    in :func:`_cheapest`.
    """
    rows = len(costs)
    begin, end, distance = 0, 0, limit
    while True:
        shift = distance if distance < np.inf else 0.0
        last, total = _cheapest(costs, first, shift, memory)
        if total >= (0 if distance < np.inf else np.inf):
            return begin, end, distance
        left = max(0, last + 2 - 2 * rows)
        part = np.empty((rows, last + 1 - left))
        for row in range(rows):
            part[row] = costs[(first + row) % rows, left : last + 1]
        path, total = _path(part, shift, True)
        columns = last + 1 - left - path[0, 1]
        if total / (rows + columns) >= distance:
            return begin, end, distance
        begin, end, distance = last + 1 - columns, last + 1, total / (rows + columns)


@compiled
def _cheapest(costs: Doubles, first: int, shift: float, memory: Doubles) -> tuple[int, float]:
    """The column where the cheapest path through the window ends when every cell costs ``shift`` less, and its total.

    ``memory`` (3, m + 1 or more) is to work in: the totals of a row, and those of them that came by both, in the row
    before and in this one, each with the column before the first in front.
    """
    rows, m = costs.shape
    totals, above, here = memory[0, : m + 1], memory[1, : m + 1], memory[2, : m + 1]
    totals[0] = here[0] = np.inf
    above[:] = np.inf
    totals[1:] = 2 * (costs[first % rows] - shift)
    for row in range(first + 1, first + rows):
        _row(costs[row % rows], shift, totals[1:], totals[:-1], above[1:], here[1:], here[:-1])
        above, here = here, above
    last = int(np.argmin(totals[1:]))
    return last, totals[last + 1]


@compiled
def _row(
    costs: Doubles, shift: float, totals: Doubles, corner: Doubles, above: Doubles, here: Doubles, west: Doubles
) -> None:  # fmt: skip
    """The next row of the ``totals``; ``corner`` and ``west`` are they and ``here``, one column to the left.

    No cell needs another one's total of the same row, so that the processor takes several at once.
    """
    for column in range(len(costs)):
        here[column] = corner[column] + 2 * (costs[column] - shift)
    for column in range(len(costs)):
        before = west[column] if west[column] < above[column] else above[column]
        by_one = before + (costs[column] - shift)
        totals[column] = by_one if by_one < here[column] else here[column]


@compiled
def _path(costs: Doubles, shift: float, free: bool) -> tuple[NDArray[np.int64], float]:
    """The cheapest path to the last cell of (r, c) when every one costs ``shift`` less, and what it really costs.

    (L, 2) cells; there must be one. It begins in the first cell, or where it is ``free``, anywhere in the first row.
    """
    rows, columns = costs.shape
    came = np.full((rows, columns), _BOTH, np.uint8)
    totals, corners = np.full((rows, columns + 1), np.inf), np.full((rows, columns + 1), np.inf)
    for column in range(columns if free else 1):
        totals[0, column + 1] = 2 * (costs[0, column] - shift)
    for row in range(1, rows):
        for column in range(columns):
            cost = costs[row, column] - shift
            best = corners[row, column + 1] = totals[row - 1, column] + 2 * cost
            if corners[row - 1, column + 1] + cost < best:
                best, came[row, column] = corners[row - 1, column + 1] + cost, _ROW
            if corners[row, column] + cost < best:
                best, came[row, column] = corners[row, column] + cost, _COLUMN
            totals[row, column + 1] = best
    path = np.empty((2 * rows, 2), np.int64)
    row, column, place, total, weight = rows - 1, columns - 1, 2 * rows, 0.0, 0
    while row >= 0:
        step = came[row, column] if weight != 1 else _BOTH  # before one alone there is one to both
        weight = 2 if step == _BOTH else 1
        place -= 1
        path[place, 0], path[place, 1] = row, column
        total += weight * costs[row, column]
        row -= step != _COLUMN
        column -= step != _ROW
    return path[place:], total


@compiled
def _all_costs(window: Doubles, columns: Doubles) -> Doubles:
    """(r, D) and (D, m) → the cost of each cell, (r, m)."""
    costs = np.empty((len(window), columns.shape[1]))
    for row in range(len(window)):
        _costs(window[row], columns, costs[row])
    return costs


@compiled
def _costs(frame: Doubles, columns: Doubles, costs: Doubles) -> None:
    """(D,) and (D, m) → (m,)."""
    costs[:] = 0
    for dimension in range(len(columns)):
        number, numbers = frame[dimension], columns[dimension]
        for column in range(len(costs)):
            costs[column] += (numbers[column] - number) ** 2
