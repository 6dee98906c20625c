"""How candidates lie in memory for the kernels: in blocks of as many songs as there are lanes, frame by frame.

Songs of about the same length share a block, and among those the ones that sound alike, so that a whole block can be
given up at once. Where a song is shorter than its block's longest, nothing of what follows it is ever read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workers.warping.jit import compiled
from workers.warping.sequences import Frames, Sequences

#: Bytes that one number takes in a pack, and once more while it is made.
_BYTES = 2 * 4
#: Lengths in one bucket differ by less than this share.
_BUCKET = 0.02


class Query(NamedTuple):
    """A song as a kernel reads it: ``frames`` (sweeps, words, rows) and their squared lengths, flat; ``length`` frames.

    Rows of zeros come first where the song does not fill its sweeps. In fixed point the frames are times -2.
    """

    frames: NDArray[Any]
    norms: NDArray[Any]
    length: int


class Blocks(NamedTuple):
    """Candidates as a kernel reads them.

    ``lengths`` (slots,) are their frames, 0 for an empty slot. Block b has the columns ``starts[b]`` to
    ``starts[b + 1]``; ``frames`` (columns, words, lanes), flat, is float32, or pairs of int16 in an int32; ``norms``
    (columns, lanes), flat, their squared lengths in fixed point, else empty.
    """

    frames: NDArray[Any]
    norms: NDArray[Any]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    words: int


@dataclass(frozen=True, slots=True)
class Packed:
    """Candidates in blocks of ``lanes``; ``order`` (slots,) is the song in each slot, -1 for none."""

    lanes: int
    order: NDArray[np.int64]
    blocks: Blocks

    def __len__(self) -> int:
        """How many blocks."""
        return len(self.blocks.starts) - 1


def pack(songs: Sequences, lanes: int, which: NDArray[np.int64] | None = None) -> Packed:
    """The songs, or ``which`` of them, in blocks."""
    chosen = np.arange(len(songs)) if which is None else which
    chosen = chosen[_alike(songs, chosen, lanes)]
    order = np.full(-len(chosen) % lanes + len(chosen), -1, np.int64)
    order[: len(chosen)] = chosen
    lengths = np.where(order >= 0, songs.lengths[order], 0)
    starts = np.concatenate([[0], lengths.reshape(-1, lanes).max(axis=1).cumsum()]).astype(np.int64)
    per = 2 if songs.fixed else 1
    words = -(-songs.dims // per)
    number = np.int32 if songs.fixed else np.float32
    frames = np.zeros(starts[-1] * words * lanes, number)
    norms = np.zeros(starts[-1] * lanes if songs.fixed else 0, number)
    blocks = Blocks(frames, norms, starts, lengths, words)
    _fill(songs.frames, songs.starts, order, blocks, lanes, per)
    return Packed(lanes, order, blocks)


def portions(songs: Sequences, memory_mb: int) -> Iterator[NDArray[np.int64]]:
    """The songs in parts that take at most about so much memory when they are packed; one song at least in each."""
    costs = songs.lengths * (songs.dims + 1) * _BYTES
    part = (np.cumsum(costs) - costs) // (memory_mb * 2**20)
    for number in np.unique(part):
        yield np.flatnonzero(part == number)


def query(song: Frames, rows: int) -> Query:
    """A song (n, D) for a kernel that reads ``rows`` frames at a time."""
    n, dims = song.shape
    per = 2 if song.dtype == np.int16 else 1
    words = -(-dims // per)
    whole = np.zeros((-n % rows + n, words * per), song.dtype)
    whole[-n:, :dims] = song if per == 1 else -2 * song
    frames = np.ascontiguousarray(whole.reshape(-1, rows, words, per).swapaxes(1, 2)).reshape(-1)
    norms = np.zeros(len(whole), np.int32)
    if per == 1:
        return Query(frames, norms.view(np.float32), n)
    norms[-n:] = np.square(song, dtype=np.int32).sum(axis=1)
    return Query(frames.view(np.int32), norms, n)


def _alike(songs: Sequences, chosen: NDArray[np.int64], lanes: int) -> NDArray[np.intp]:
    """An order of the chosen: by length, in buckets, and in each bucket so that neighbours sound alike."""
    lengths = songs.lengths[chosen]
    bucket = np.floor(np.log(lengths) / np.log1p(_BUCKET)).astype(np.int64)
    means = np.divide(songs.over_frames(np.add), songs.lengths[:, None], dtype=np.float32)[chosen]
    by_length = np.lexsort((lengths, bucket))
    edges = np.flatnonzero(np.diff(bucket[by_length])) + 1
    return np.concatenate([_halved(means, part, lanes) for part in np.split(by_length, edges)])


def _halved(means: NDArray[np.float32], part: NDArray[np.intp], lanes: int) -> NDArray[np.intp]:
    """Halves again and again, each time across the widest dimension (a k-d tree: Bentley 1975), down to blocks."""
    if len(part) <= lanes:
        return part
    here = means[part]
    middle = -(-len(part) // (2 * lanes)) * lanes
    split = np.argpartition(here[:, here.var(axis=0).argmax()], middle)
    return np.concatenate([_halved(means, part[split[:middle]], lanes), _halved(means, part[split[middle:]], lanes)])


@compiled
def _fill(
    frames: NDArray[Any], firsts: NDArray[Any], order: NDArray[Any], blocks: Blocks, lanes: int, per: int
) -> None:
    """Writes the songs into ``blocks.frames``, ``per`` numbers a word, and their norms, a column after the other."""
    dims, words = frames.shape[1], blocks.words
    for block in range(len(blocks.starts) - 1):
        for frame in range(blocks.starts[block + 1] - blocks.starts[block]):
            column = blocks.starts[block] + frame
            for lane in range(lanes):
                slot = block * lanes + lane
                if frame >= blocks.lengths[slot]:
                    continue
                row = frames[firsts[order[slot]] + frame]
                if per == 1:
                    for number in range(dims):
                        blocks.frames[(column * words + number) * lanes + lane] = row[number]
                    continue
                norm = np.int32(0)
                for word in range(words):
                    low = np.int32(row[2 * word])
                    high = np.int32(row[2 * word + 1]) if 2 * word + 1 < dims else np.int32(0)
                    norm += low * low + high * high
                    blocks.frames[(column * words + word) * lanes + lane] = (low & 0xFFFF) | (high << 16)
                blocks.norms[column * lanes + lane] = norm
