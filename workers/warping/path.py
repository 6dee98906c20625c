"""The warping path of two songs, exactly, in memory that grows with the songs and not with their product.

Divide and conquer (Hirschberg, CACM 18, 1975; for warping Tralie & Dempsey, ISMIR 2020) in the form of Powell, Allison
& Dix (Information Processing Letters 70, 1999): on its one pass forward every cell remembers where the best path to it
left the middle row. Nothing is computed backwards, so ties are broken as a full table breaks them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.said import said
from workers.warping.jit import compiled
from workers.warping.rule import Rule
from workers.warping.sequences import Frames, Sequences

Doubles = NDArray[np.float64]

#: How a cell is reached: by the next row and column, the next row, or the next column.
_BOTH, _ROW, _COLUMN = 0, 1, 2


class _Pair(NamedTuple):
    """Two songs, ``first`` (n, D) and ``second`` (D, m), and their rule; ``reach`` is how far open cells may stray."""

    first: Doubles
    second: Doubles
    diagonal: int
    reach: int


class _Cell(NamedTuple):
    """A cell on the path, and the cost of the path up to it."""

    row: int
    column: int
    total: float


def path(first: Frames, second: Frames, rule: Rule, *, cells: int = 1_000_000) -> NDArray[np.int64]:
    """The cheapest path through (n, D) and (m, D), as (L, 2) rows and columns from (0, 0) to (n - 1, m - 1).

    Of equally cheap steps it takes the diagonal, then the one to the next row. A part of the table with at most
    ``cells`` is kept as it is, a byte for each; larger ones are halved, which takes twice the time and the same path.
    Raises BadInput for songs that cannot be compared.
    """
    one, other = doubles(first, second)
    n, m = len(one), len(other)
    most = max(n, m)
    reach = max(1, int(rule.band * most)) * (most - 1) if rule.band else n * m
    pair = _Pair(one, np.ascontiguousarray(other.T), rule.diagonal, reach)
    start = _Cell(0, 0, rule.diagonal * float(np.square(one[0] - other[0]).sum()))
    return np.concatenate([np.zeros((1, 2), np.int64), *_steps(pair, start, _Cell(n - 1, m - 1, np.inf), cells)])


def doubles(first: Frames, second: Frames) -> tuple[Doubles, Doubles]:
    """Two songs in float64, fixed point in its steps. Raises BadInput for songs that cannot be compared."""
    one, other = Sequences.of([first]), Sequences.of([second])
    if one.dims != other.dims or one.fixed != other.fixed:
        raise BadInput(problem=said("the songs to compare are not of one kind"))
    return one.frames.astype(np.float64), other.frames.astype(np.float64)


def _steps(pair: _Pair, begin: _Cell, end: _Cell, cells: int) -> list[NDArray[np.int64]]:
    """The path after ``begin`` up to ``end``, in pieces."""
    rows, columns = end.row - begin.row + 1, end.column - begin.column + 1
    if rows <= 2 or rows * columns <= cells:
        return [_table(pair, begin, end)]
    middle = _Cell(*_crossing(pair, begin, end, (begin.row + end.row) // 2))
    return _steps(pair, begin, middle, cells) + _steps(pair, middle, end, cells)


@compiled
def _table(pair: _Pair, begin: _Cell, end: _Cell) -> NDArray[np.int64]:
    """See :func:`_steps`: writes down how each cell is reached, and goes back from the end."""
    rows, columns = end.row - begin.row + 1, end.column - begin.column + 1
    came = np.empty((rows, columns), np.uint8)
    above, below, costs = np.empty(columns + 1), np.empty(columns + 1), np.empty(columns)
    for row in range(rows):
        _row(pair, begin, row, costs, above, below, came[row])
        above, below = below, above
    steps = np.empty((rows + columns, 2), np.int64)
    row, column, place = rows - 1, columns - 1, rows + columns
    while row or column:
        place -= 1
        steps[place, 0], steps[place, 1] = begin.row + row, begin.column + column
        step = came[row, column]
        row -= step != _COLUMN
        column -= step != _ROW
    return steps[place:]


@compiled
def _crossing(pair: _Pair, begin: _Cell, end: _Cell, middle: int) -> tuple[int, int, float]:
    """Where the path from ``begin`` to ``end`` leaves the row ``middle``, and what it costs up to there."""
    columns = end.column - begin.column + 1
    above, below, costs = np.empty(columns + 1), np.empty(columns + 1), np.empty(columns)
    came = np.empty(columns, np.uint8)
    totals, left = np.empty(columns + 1), np.arange(columns)
    for row in range(end.row - begin.row + 1):
        _row(pair, begin, row, costs, above, below, came)
        above, below = below, above
        if begin.row + row == middle:
            totals[:] = above
        elif begin.row + row > middle:
            corner = -1
            for column in range(columns):
                north = left[column]
                if came[column] == _BOTH:
                    left[column] = corner
                elif came[column] == _COLUMN:
                    left[column] = left[column - 1]
                corner = north
    column = left[columns - 1]
    return middle, begin.column + column, totals[column + 1]


@compiled
def _row(
    pair: _Pair, begin: _Cell, row: int, costs: Doubles, above: Doubles, below: Doubles, came: NDArray[Any]
) -> None:  # fmt: skip
    """One row, counted from ``begin``: from the row ``above``, with the column before the first in front, to ``below``.

    ``costs`` (columns,) is memory to work in; ``came`` (columns,) gets how each cell is reached.
    """
    n, m, columns = len(pair.first), pair.second.shape[1], len(costs)
    i = begin.row + row
    costs[:] = 0
    for dimension in range(len(pair.second)):
        number = pair.first[i, dimension]
        numbers = pair.second[dimension, begin.column : begin.column + columns]
        for column in range(columns):
            costs[column] += (numbers[column] - number) ** 2
    first, below[0] = 0, np.inf
    if row == 0:
        above[:] = np.inf
        first, below[1] = 1, begin.total
    for column in range(first, columns):
        best, step = above[column] + (pair.diagonal - 1) * costs[column], _BOTH
        if above[column + 1] < best:
            best, step = above[column + 1], _ROW
        if below[column] < best:
            best, step = below[column], _COLUMN
        is_open = abs((begin.column + column) * (n - 1) - i * (m - 1)) <= pair.reach
        below[column + 1] = best + costs[column] if is_open else np.inf
        came[column] = step
