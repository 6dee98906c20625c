"""The kernel for any processor: the same blocks as :mod:`workers.warping.kernel`, without vectors written by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.warping.jit import compiled
from workers.warping.kernel import FAR, Terms, radius
from workers.warping.packing import Blocks, Query

_LANES = 16


@compiled
def sixteen(query: Query, blocks: Blocks, which: NDArray[Any], terms: Terms, result: Vector, ends: NDArray[Any]) -> int:
    """As :func:`workers.warping.kernel.sixteen`, in float32 alone."""
    above = np.empty((blocks.lengths.max() + 1) * _LANES, np.float32)
    below = np.empty_like(above)
    share = np.ones(_LANES, np.float32)
    n = query.length
    computed = 0
    for block in which:
        lengths = blocks.lengths[block * _LANES : (block + 1) * _LANES]
        if terms.normalised:
            share[:] = 1 / (n + lengths)
        above[:] = 0 if terms.free else FAR
        above[:_LANES] = 0
        done = n
        for i in range(n):
            _row(query, i, blocks, blocks.starts[block], lengths, terms, above, below)
            above, below = below, above
            checking = i % 32 == 31 and terms.threshold < FAR and i + 1 < n
            if checking and _hopeless(above, lengths, share, terms.threshold):
                done = i + 1
                break
        computed += done
        for lane in range(_LANES):
            slot, end = block * _LANES + lane, lengths[lane]
            result[slot] = np.inf
            if not end or done < n:
                continue
            if terms.free:
                for column in range(1, lengths[lane]):
                    if above[column * _LANES + lane] < above[end * _LANES + lane]:
                        end = column
            ends[slot] = end - 1
            result[slot] = above[end * _LANES + lane] * share[lane]
    return computed


@compiled
def _row(
    query: Query, i: int, blocks: Blocks, first: int, lengths: NDArray[Any], terms: Terms, above: Vector, below: Vector
) -> None:  # fmt: skip
    """Query frame ``i``: from the row above, with the column before the first in front, to the row below."""
    words, n = blocks.words, query.length
    costs = np.empty(_LANES, np.float32)
    below[:_LANES] = FAR
    for column in range(lengths.max()):
        costs[:] = 0
        for word in range(words):
            number, place = query.frames[i * words + word], ((first + column) * words + word) * _LANES
            for lane in range(_LANES):
                costs[lane] += (blocks.frames[place + lane] - number) ** 2
        here = column * _LANES
        for lane in range(_LANES):
            corner = above[here + lane] + (terms.diagonal - 1) * costs[lane]
            best = min(corner, below[here + lane], above[here + _LANES + lane])
            m = lengths[lane]
            is_open = terms.band == 0 or abs(column * (n - 1) - i * (m - 1)) <= radius(terms.band, n, m)
            below[here + _LANES + lane] = costs[lane] + best if is_open else FAR


@compiled
def _hopeless(row: Vector, lengths: NDArray[Any], share: Vector, threshold: np.float32) -> bool:
    for lane in range(_LANES):
        for column in range(lengths[lane]):
            if row[(column + 1) * _LANES + lane] * share[lane] <= threshold:
                return False
    return True
