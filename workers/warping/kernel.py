"""The kernel for processors: one query against as many candidates at once as a vector has lanes.

A lane is a candidate: the recurrence has no dependency inside a vector, and the query's numbers are the same for all.
``rows`` query frames at a time sweep over the candidates' frames; their costs and their running sums stay in registers,
and only one row per sweep, the ``edge``, goes through memory. Vectors are written as LLVM's own (Lattner & Adve 2004),
because numba's loop vectoriser gives up on this loop; a machine without such wide registers runs them in pieces.

In fixed point a register holds two numbers per lane, multiplied and added by one instruction (``vpdpwssd``, or
``vpmaddwd`` and an addition), with costs by |a|² + |b|² - 2ab, exact in whole numbers. In float32 the same form would
lose its digits where songs are alike, so there it is Σ (a - b)².

Everything is in one file, because numba's cache on disk looks only at the file of the function it compiles.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from core.model import Vector
from workers.warping.jit import compiled
from workers.warping.packing import Blocks, Query

#: Larger than any distance, and far from overflow.
FAR = np.float32(1e30)
#: So many times per block it is asked whether any lane can still come under the threshold.
_CHECKS = 8


class Terms(NamedTuple):
    """What is asked of a kernel: the :class:`workers.warping.rule.Rule`, and more.

    A block is given up, its results infinite, when none of its candidates can be as near as ``threshold``. ``free``:
    the candidate may be entered and left in any column.
    """

    diagonal: int
    band: float
    normalised: bool
    free: bool
    threshold: np.float32


class _State(NamedTuple):
    """Memory that a query uses again for every block; see :func:`_sweep`. ``share`` scales each lane's distance."""

    edge: Vector
    left: Vector
    centre: NDArray[np.int32]
    reach: NDArray[np.int32]
    low: Vector
    share: Vector


_I32, _I64, _F32 = ir.IntType(32), ir.IntType(64), ir.FloatType()
_MULTIPLY_PAIRS = {16: "llvm.x86.avx512.pmaddw.d.512", 8: "llvm.x86.avx2.pmadd.wd", 4: "llvm.x86.sse2.pmadd.wd"}


class _Vectors:
    """Shorthand for vector code in one function: ``lanes`` numbers of 32 bits each."""

    def __init__(self, builder: Any, lanes: int, *, fixed: bool) -> None:
        self.b = builder
        self.lanes = lanes
        self.fixed = fixed
        self.float = ir.VectorType(_F32, lanes)
        self.whole = ir.VectorType(_I32, lanes)
        self.number = self.whole if fixed else self.float
        self.far = ir.Constant(self.float, [float(FAR)] * lanes)

    def load(self, pointer: Any, index: Any, kind: Any) -> Any:
        return self.b.load(self.b.bitcast(self.b.gep(pointer, [index]), kind.as_pointer()), align=4)

    def store(self, value: Any, pointer: Any, index: Any) -> None:
        self.b.store(value, self.b.bitcast(self.b.gep(pointer, [index]), value.type.as_pointer()), align=4)

    def splat(self, value: Any) -> Any:
        kind = ir.VectorType(value.type, self.lanes)
        first = self.b.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(_I32, 0))
        return self.b.shuffle_vector(first, first, ir.Constant(self.whole, [0] * self.lanes))

    def least(self, x: Any, y: Any) -> Any:
        return self.b.select(self.b.fcmp_ordered("<", x, y, flags=("nnan", "nsz")), x, y)

    def grown(self, total: Any, query: Any, frame: Any) -> Any:
        """The cost, grown by what one number (float) or two (fixed) add to it."""
        if not self.fixed:
            apart = self.b.fsub(frame, query)
            fused = self._function(f"llvm.fma.v{self.lanes}f32", self.float, [self.float] * 3)
            return self.b.call(fused, [apart, apart, total])
        halves = ir.VectorType(ir.IntType(16), 2 * self.lanes)
        multiply = self._function(_MULTIPLY_PAIRS[self.lanes], self.whole, [halves] * 2)
        return self.b.add(total, self.b.call(multiply, [self.b.bitcast(query, halves), self.b.bitcast(frame, halves)]))

    def near(self, column: Any, centre: Any, reach: Any) -> Any:
        """Whether \\|column - centre\\| ≤ reach, for each lane."""
        away = self.b.sub(column, centre)
        absolute = self._function(f"llvm.abs.v{self.lanes}i32", self.whole, [self.whole, ir.IntType(1)])
        return self.b.icmp_signed("<=", self.b.call(absolute, [away, ir.Constant(ir.IntType(1), 0)]), reach)

    def _function(self, name: str, returns: Any, arguments: list[Any]) -> Any:
        kind = ir.FunctionType(returns, arguments)
        return cgutils.get_or_insert_function(self.b.module, kind, name)  # type: ignore[no-untyped-call]


def _code_of_sweep(
    _context: Any, query: Any, query_norms: Any, frames: Any, frame_norms: Any, edge: Any, left: Any, centre: Any,
    reach: Any, first: Any, last: Any, stride: Any, words: Any, closed: Any, lanes: Any, rows: Any, diagonal: Any,
    masked: Any,
) -> Any:  # fmt: skip
    """``rows`` query frames over the candidates' columns ``first`` to ``last``.

    ``query`` (words, rows) and ``frames`` (columns, words, lanes) hold float32, or int32 of two int16 each, the query's
    then times -2; the norms are theirs. ``edge`` (1 + columns, lanes) float32 is the row above, from column -1 on, and
    becomes the last row. ``left`` (rows + 1, lanes) are the cells left of ``first``, the edge's last, and become those
    left of ``last``. Where ``masked``, row r is open in column j for a lane if \\|j · stride - centre[r]\\| ≤ reach[r];
    ``closed`` stands in the other cells.
    """
    literals = (lanes, rows, diagonal, masked)
    if not all(isinstance(each, types.IntegerLiteral) for each in literals):
        return None
    lanes_, rows_, diagonal_, masked_ = (each.literal_value for each in literals)
    arguments = (query, query_norms, frames, frame_norms, edge, left, centre, reach, first, last, stride, words, closed)
    signature = types.void(*arguments, *literals)
    fixed = query.dtype == types.int32

    def generate(context: Any, b: Any, signature: Any, values: Any) -> Any:
        pointers = [context.make_array(kind)(context, b, value).data
                    for kind, value in zip(signature.args[:8], values[:8], strict=True)]  # fmt: skip
        query, query_norms, frames, frame_norms, edge, left, centre, reach = pointers
        first, last, stride, words, closed = values[8:13]
        v = _Vectors(b, lanes_, fixed=fixed)
        every = range(rows_)

        def at(number: int) -> Any:
            return ir.Constant(_I64, number)

        def phis(kind: Any, count: int) -> list[Any]:
            return [b.phi(kind) for _ in range(count)]

        before = b.block
        start = [v.load(left, at(row * lanes_), v.float) for row in range(rows_ + 1)]
        head, body, dot, after, done = (b.append_basic_block(name) for name in ("head", "body", "dot", "after", "done"))
        b.branch(head)

        b.position_at_end(head)
        column = b.phi(_I64)
        west = phis(v.float, rows_ + 1)  # the last of them is the edge's
        b.cbranch(b.icmp_signed("<", column, last), body, done)

        b.position_at_end(body)
        offset = b.mul(column, at(lanes_))
        zero = v.load(frame_norms, offset, v.number) if fixed else ir.Constant(v.float, None)
        b.branch(dot)

        b.position_at_end(dot)
        word = b.phi(_I64)
        costs = phis(v.number, rows_)
        frame = v.load(frames, b.add(b.mul(offset, words), b.mul(word, at(lanes_))), v.number)
        grown = []
        for row in every:
            number = b.load(b.gep(query, [b.add(b.mul(word, at(rows_)), at(row))]))
            grown.append(v.grown(costs[row], v.splat(number), frame))
        next_word = b.add(word, at(1))
        b.cbranch(b.icmp_signed("<", next_word, words), dot, after)
        for phi, initial, following in [(word, at(0), next_word), *((costs[row], zero, grown[row]) for row in every)]:
            phi.add_incoming(initial, body)
            phi.add_incoming(following, dot)

        b.position_at_end(after)
        place = v.splat(b.trunc(b.mul(column, stride), _I32)) if masked_ else None
        next_offset = b.add(offset, at(lanes_))
        north = above = v.load(edge, next_offset, v.float)
        corner = west[rows_]
        east = []
        for row in every:
            cost = grown[row]
            if fixed:
                cost = b.sitofp(b.add(cost, v.splat(b.load(b.gep(query_norms, [at(row)])))), v.float)
            by_corner = b.fadd(corner, cost) if diagonal_ == 2 else corner
            cell = b.fadd(cost, v.least(v.least(west[row], by_corner), north))
            if masked_:
                mine = at(row * lanes_)
                is_open = v.near(place, v.load(centre, mine, v.whole), v.load(reach, mine, v.whole))
                cell = b.select(is_open, cell, v.splat(closed))
            corner, north = west[row], cell
            east.append(cell)
        v.store(north, edge, next_offset)
        next_column = b.add(column, at(1))
        b.branch(head)
        for phi, initial, following in zip([column, *west], [first, *start], [next_column, *east, above], strict=True):
            phi.add_incoming(initial, before)
            phi.add_incoming(following, after)

        b.position_at_end(done)
        for row in range(rows_ + 1):
            v.store(west[row], left, at(row * lanes_))
        return context.get_dummy_value()

    return signature, generate


_sweep: Any = intrinsic(prefer_literal=True)(_code_of_sweep)


def _code_of_lowest(_context: Any, edge: Any, low: Any, first: Any, last: Any, lanes: Any) -> Any:
    """The least of the columns ``first`` to ``last`` of the ``edge`` for each lane, into ``low`` (lanes,)."""
    if not isinstance(lanes, types.IntegerLiteral):
        return None
    signature = types.void(edge, low, types.int64, types.int64, lanes)

    def generate(context: Any, b: Any, signature: Any, values: Any) -> Any:
        edge, low = (context.make_array(kind)(context, b, value).data
                     for kind, value in zip(signature.args[:2], values[:2], strict=True))  # fmt: skip
        v = _Vectors(b, lanes.literal_value, fixed=False)
        before, head, body, done = b.block, *(b.append_basic_block(name) for name in ("head", "body", "done"))
        b.branch(head)
        b.position_at_end(head)
        column, least = b.phi(_I64), b.phi(v.float)
        b.cbranch(b.icmp_signed("<", column, values[3]), body, done)
        b.position_at_end(body)
        offset = b.mul(column, ir.Constant(_I64, v.lanes))
        less = v.least(least, v.load(edge, offset, v.float))
        following = b.add(column, ir.Constant(_I64, 1))
        b.branch(head)
        for phi, initial, next_one in ((column, values[2], following), (least, v.far, less)):
            phi.add_incoming(initial, before)
            phi.add_incoming(next_one, body)
        b.position_at_end(done)
        v.store(least, low, ir.Constant(_I64, 0))
        return context.get_dummy_value()

    return signature, generate


_lowest: Any = intrinsic(prefer_literal=True)(_code_of_lowest)


@compiled
def _segment(
    query: Query, row: int, blocks: Blocks, column: int, state: _State, first: int, last: int, closed: np.float32,
    diagonal: int, masked: bool, lanes: int, rows: int,
) -> None:  # fmt: skip
    """One sweep from query row ``row`` on, of the kind that is asked for, in the block that begins at ``column``."""
    if last <= first:
        return
    query_frames, query_norms = query.frames[row * blocks.words :], query.norms[row:]
    frames, norms = blocks.frames[column * lanes * blocks.words :], blocks.norms[column * lanes :]
    edge, left, centre, reach = state.edge, state.left, state.centre, state.reach
    stride, words = query.length - 1, blocks.words
    # Only written out are these numbers constants, of which each makes a loop of its own.
    if diagonal == 2 and masked:
        _sweep(query_frames, query_norms, frames, norms, edge, left, centre, reach, first, last, stride, words, closed,
               lanes, rows, 2, 1)  # fmt: skip
    elif diagonal == 2:
        _sweep(query_frames, query_norms, frames, norms, edge, left, centre, reach, first, last, stride, words, closed,
               lanes, rows, 2, 0)  # fmt: skip
    elif masked:
        _sweep(query_frames, query_norms, frames, norms, edge, left, centre, reach, first, last, stride, words, closed,
               lanes, rows, 1, 1)  # fmt: skip
    else:
        _sweep(query_frames, query_norms, frames, norms, edge, left, centre, reach, first, last, stride, words, closed,
               lanes, rows, 1, 0)  # fmt: skip


@compiled
def radius(band: float, n: int, m: int) -> int:
    """How far from the line a cell may be, |j (n - 1) - i (m - 1)|, as in :class:`workers.warping.rule.Rule`."""
    most = max(n, m)
    return max(1, int(band * most)) * (most - 1)


@compiled
def _extent(top: int, bottom: int, n: int, shortest: int, longest: int, band: float) -> tuple[int, int, int, int]:
    """Columns of the rows ``top`` to ``bottom``: from the first that is open for any lane, those open for all in all
    rows, to the last that is open for any; a little too careful where the songs of a block differ in length.
    """
    if band == 0 or n == 1:
        return 0, 0, longest, longest
    # The radius grows with m: with both its extremes no length between them is missed.
    narrow, wide = radius(band, n, shortest), radius(band, n, longest)
    first, head, tail, last = longest, 0, longest, 0
    for m in (shortest, longest, min(max(n, shortest), longest)):
        first = min(first, (top * (m - 1) - wide) // (n - 1))
        head = max(head, -((narrow - bottom * (m - 1)) // (n - 1)))
        tail = min(tail, (top * (m - 1) + narrow) // (n - 1) + 1)
        last = max(last, (bottom * (m - 1) + wide) // (n - 1) + 1)
    first, last = max(0, first), min(longest, last)
    head = min(max(first, head), last)
    return first, head, max(head, min(tail, last)), last


@compiled
def _open(state: _State, top: int, n: int, lengths: NDArray[Any], band: float, lanes: int, rows: int) -> None:
    """Writes down which cells of the rows from ``top`` on are open; rows before the query's first are closed."""
    for row in range(rows):
        for lane in range(lanes):
            place = row * lanes + lane
            if top + row < 0:
                state.centre[place], state.reach[place] = 0, -1
            elif band == 0:
                state.centre[place], state.reach[place] = 0, 2**31 - 1
            else:
                state.centre[place] = (top + row) * (lengths[lane] - 1)
                state.reach[place] = radius(band, n, lengths[lane])


@compiled
def _hopeless(state: _State, first: int, last: int, lengths: NDArray[Any], terms: Terms, lanes: int) -> bool:
    """Whether no lane can come under the threshold any more: no path gets cheaper than where it is cheapest now."""
    _lowest(state.edge, state.low, first + 1, last + 1, lanes)
    hopeless = True
    for lane in range(lanes):
        hopeless &= not lengths[lane] or state.low[lane] * state.share[lane] > terms.threshold
    return hopeless


@compiled
def _block(query: Query, blocks: Blocks, block: int, terms: Terms, state: _State, lanes: int, rows: int) -> int:
    """The query against one block: leaves the last row in the edge. Returns how many rows were computed."""
    n, lengths = query.length, blocks.lengths[block * lanes : (block + 1) * lanes]
    longest = shortest = lengths.max()
    for length in lengths:
        if length:
            shortest = min(shortest, length)
    padding = -n % rows
    check = max(1, (n + padding) // rows // _CHECKS)
    closed = np.float32(0 if terms.free else FAR)
    edge, left = state.edge, state.left
    edge[: (longest + 1) * lanes] = closed
    if not padding:
        edge[:lanes] = 0
    for row in range(0, n + padding, rows):
        top = row - padding
        first, head, tail, last = _extent(max(0, top), top + rows - 1, n, shortest, longest, terms.band)
        left[:] = FAR
        left[rows * lanes :] = edge[first * lanes : (first + 1) * lanes]
        if top < 0:
            left[(padding - 1) * lanes : padding * lanes] = 0
            head, tail = last, last
        if terms.band or top < 0:
            _open(state, top, n, lengths, terms.band, lanes, rows)
        for begin, end, masked in ((first, head, True), (head, tail, False), (tail, last, True)):
            _segment(query, row, blocks, blocks.starts[block], state, begin, end, closed, terms.diagonal, masked,
                     lanes, rows)  # fmt: skip
        edge[first * lanes : (first + 1) * lanes] = FAR
        checking = terms.threshold < FAR and top + rows < n and row // rows % check == check - 1
        if checking and _hopeless(state, first, last, lengths, terms, lanes):
            return top + rows
    return n


@compiled
def _against(
    query: Query, blocks: Blocks, which: NDArray[Any], terms: Terms, result: Vector, ends: NDArray[Any], lanes: int,
    rows: int,
) -> int:  # fmt: skip
    """See :func:`sixteen`."""
    state = _State(
        np.empty((blocks.lengths.max() + 1) * lanes, np.float32),
        np.empty((rows + 1) * lanes, np.float32),
        np.empty(rows * lanes, np.int32),
        np.empty(rows * lanes, np.int32),
        np.empty(lanes, np.float32),
        np.ones(lanes, np.float32),
    )
    computed = 0
    for block in which:
        if terms.normalised:
            for lane in range(lanes):
                state.share[lane] = np.float32(1) / np.float32(query.length + blocks.lengths[block * lanes + lane])
        done = _block(query, blocks, block, terms, state, lanes, rows)
        computed += done
        for lane in range(lanes):
            slot = block * lanes + lane
            end = blocks.lengths[slot]
            result[slot] = np.inf
            if not end or done < query.length:
                continue
            if terms.free:
                for column in range(1, blocks.lengths[slot]):
                    if state.edge[column * lanes + lane] < state.edge[end * lanes + lane]:
                        end = column
            ends[slot] = end - 1
            result[slot] = state.edge[end * lanes + lane] * state.share[lane]
    return computed


@compiled
def sixteen(query: Query, blocks: Blocks, which: NDArray[Any], terms: Terms, result: Vector, ends: NDArray[Any]) -> int:
    """One query against some blocks, sixteen candidates at a time, eight query frames a sweep.

    ``result`` and ``ends`` have a place for each slot: the distance, and the candidate's column where the path ended.
    Returns how many rows of blocks were computed.
    """
    return _against(query, blocks, which, terms, result, ends, 16, 8)


@compiled
def eight(query: Query, blocks: Blocks, which: NDArray[Any], terms: Terms, result: Vector, ends: NDArray[Any]) -> int:
    """As :func:`sixteen`, eight candidates at a time and six frames a sweep: half as many registers, half as wide."""
    return _against(query, blocks, which, terms, result, ends, 8, 6)


@compiled
def four(query: Query, blocks: Blocks, which: NDArray[Any], terms: Terms, result: Vector, ends: NDArray[Any]) -> int:
    """As :func:`sixteen`, four candidates at a time and four frames a sweep."""
    return _against(query, blocks, which, terms, result, ends, 4, 4)
