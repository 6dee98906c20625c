"""How many multiply-adds this processor can do, whatever they are good for: the bound of every kernel.

Twelve chains that do not wait for each other keep the units busy (latency 4 to 6, two a cycle at most) and leave
registers free on a machine with sixteen. What is written here is what :mod:`workers.warping.kernel` computes with:
``float32`` fused multiply-adds, and in fixed point pairs of int16 multiplied and added to int32.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from workers.warping.distances import Path

_CHAINS = 12
_TIMES = 200_000
_I32, _I64, _F32 = ir.IntType(32), ir.IntType(64), ir.FloatType()
_PAIRS = {16: "llvm.x86.avx512.pmaddw.d.512", 8: "llvm.x86.avx2.pmadd.wd", 4: "llvm.x86.sse2.pmadd.wd"}
#: Instructions per cell of 13 numbers: one for each, and one for each two in fixed point.
PER_CELL = {False: 13, True: 7}


def _code_of_chains(_context: Any, out: Any, times: Any, lanes: Any) -> Any:
    """``times`` multiply-adds in each chain, of float32 or of pairs of int16 as ``out`` (chains, lanes) is."""
    if not isinstance(lanes, types.IntegerLiteral):
        return None
    fixed = out.dtype == types.int32

    def generate(context: Any, b: Any, signature: Any, values: Any) -> Any:
        data = context.make_array(signature.args[0])(context, b, values[0]).data
        width = lanes.literal_value
        kind = ir.VectorType(_I32 if fixed else _F32, width)
        halves = ir.VectorType(ir.IntType(16), 2 * width)
        name, argument = (_PAIRS[width], halves) if fixed else (f"llvm.fma.v{width}f32", kind)
        function = ir.FunctionType(kind, [argument] * (2 if fixed else 3))
        instruction = cgutils.get_or_insert_function(b.module, function, name)  # type: ignore[no-untyped-call]
        places = [b.bitcast(b.gep(data, [ir.Constant(_I64, width * chain)]), kind.as_pointer())
                  for chain in range(_CHAINS)]  # fmt: skip
        first = [b.load(place, align=4) for place in places]
        factor = b.bitcast(first[0], halves) if fixed else first[0]
        before, loop, done = b.block, b.append_basic_block("loop"), b.append_basic_block("done")
        b.branch(loop)
        b.position_at_end(loop)
        counter, chains = b.phi(_I64), [b.phi(kind) for _ in range(_CHAINS)]
        grown = [
            b.add(chain, b.call(instruction, [b.bitcast(chain, halves), factor]))
            if fixed
            else b.call(instruction, [chain, factor, factor])
            for chain in chains
        ]
        following = b.add(counter, ir.Constant(_I64, 1))
        b.cbranch(b.icmp_signed("<", following, values[1]), loop, done)
        for phi, initial, later in zip([counter, *chains], [ir.Constant(_I64, 0), *first], [following, *grown],
                                       strict=True):  # fmt: skip
            phi.add_incoming(initial, before)
            phi.add_incoming(later, loop)
        b.position_at_end(done)
        for value, place in zip(grown, places, strict=True):
            b.store(value, place, align=4)
        return context.get_dummy_value()

    return types.void(out, types.int64, lanes), generate


_chains: Any = intrinsic(prefer_literal=True)(_code_of_chains)


def meter(path: Path, *, fixed: bool) -> Callable[[], float]:
    """What measures the peak of a path's registers on one thread: 10⁹ instructions per second of the processor."""
    lanes = path.lanes

    @njit(nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
    def run(out: Any, times: int) -> None:
        _chains(out, times, lanes)

    out = np.arange(_CHAINS * lanes).astype(np.int32) if fixed else np.linspace(0.3, 0.4, _CHAINS * lanes, dtype="f")
    run(out.copy(), 1)

    def measured() -> float:
        numbers = out.copy()
        began = time.process_time()
        run(numbers, _TIMES)
        return _CHAINS * _TIMES / (time.process_time() - began) / 1e9

    return measured
