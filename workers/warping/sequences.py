"""Sequences of frames: many songs of different lengths in one piece of memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.model import Vector
from core.said import said

#: Steps of the grid per unit: where frames are standardised it is as fine as float16 between 1 and 2.
GRID = 512
#: Longer songs would overflow the band's sums.
LONGEST = 32_767
_MOST_DIMS = 512
_AT_ONCE = 500

Frames = NDArray[np.int16] | NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sequences:
    """N songs. ``frames`` is (all frames, D), float32 or int16; song s has the rows ``starts[s]`` to ``starts[s + 1]``.

    int16 means fixed point, ``GRID`` steps per unit (:func:`fixed`): sums of products are then exact, and twice as
    many fit into an instruction. ``frames`` may be mapped from a file.
    """

    frames: Frames
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, songs: Sequence[Frames]) -> Sequences:
        """Songs (T, D) of one D and one type, float32 or int16. Raises BadInput for NaN, infinity or an empty song."""
        if not songs:
            raise BadInput(problem=said("there is no song to compare"))
        frames: Frames = np.concatenate(songs)  # type: ignore[assignment]
        lengths = [len(song) for song in songs]
        if not 0 < min(lengths) <= max(lengths) <= LONGEST:
            raise BadInput(problem=said("a song has 1 to {most} frames", most=str(LONGEST)))
        if not 0 < frames.shape[1] <= _MOST_DIMS:
            raise BadInput(problem=said("a frame has 1 to {most} numbers", most=str(_MOST_DIMS)))
        if frames.dtype != np.int16:
            frames = np.ascontiguousarray(frames, np.float32)
            if not np.isfinite(frames).all():
                raise BadInput(problem=said("a frame holds NaN or infinity"))
        return cls(frames, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, song: int) -> Frames:
        return self.frames[self.starts[song] : self.starts[song + 1]]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Frames of each song, (N,)."""
        return np.diff(self.starts)

    def over_frames(self, ufunc: np.ufunc) -> Vector:
        """``ufunc`` reduced over the frames of each song, (N, D)."""
        reduced = np.empty((len(self), self.dims), np.float32)
        for first in range(0, len(self), _AT_ONCE):  # NumPy makes a float32 copy of what it is given
            starts = self.starts[first : first + _AT_ONCE + 1]
            frames = self.frames[starts[0] : starts[-1]]
            ufunc.reduceat(
                frames, starts[:-1] - starts[0], axis=0, dtype=np.float32, out=reduced[first : first + _AT_ONCE]
            )
        return reduced

    @property
    def step(self) -> np.float32:
        """What one step of the numbers stands for."""
        return np.float32(1 / GRID if self.fixed else 1)

    @property
    def dims(self) -> int:
        """D."""
        return int(self.frames.shape[1])

    @property
    def fixed(self) -> bool:
        """In fixed point."""
        return self.frames.dtype == np.int16


def limit(dims: int) -> int:
    """The largest number in fixed point with which the squared distance of two frames still fits into 31 bits.

    Twice the number must fit into 16 as well.
    """
    return min(2**14 - 1, int(np.sqrt((2**31 - 1) / (4 * dims))))


def fixed(frames: Vector) -> NDArray[np.int16]:
    """Standardised frames (T, D) in fixed point; what is further out than the grid (12 at D = 13) is cut off."""
    most = limit(frames.shape[1])
    whole: NDArray[np.int16] = np.rint(frames * np.float32(GRID)).clip(-most, most).astype(np.int16)
    return whole


def unfixed(frames: Frames) -> Vector:
    """Fixed point → float32."""
    plain: Vector = frames.astype(np.float32) / np.float32(GRID)
    return plain
