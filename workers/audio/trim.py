"""Silence at both ends of a song taken away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.errors import Silent
from core.model import Vector
from workers.audio.decode import Sound

#: dB below the song's own level (the 95th percentile of its frames) that still counts as sound.
BELOW_DB = 45.0

#: dBFS. Below the noise of 16-bit sound nothing was recorded.
FLOOR_DB = -80.0

_FRAME_S = 0.02


def levels(sound: Sound) -> tuple[Vector, int]:
    """RMS level of successive 20-ms frames in dBFS, shape (frames,), and the samples in one frame."""
    size = max(1, round(_FRAME_S * sound.rate))
    padded = np.pad(sound.samples, (0, -len(sound.samples) % size))
    power = np.square(padded.reshape(-1, size), dtype=np.float64).mean(axis=1)
    return (10 * np.log10(power + 1e-20)).astype(np.float32), size


def trim(sound: Sound, name: str) -> Sound:
    """From the first to the last frame that is at most :data:`BELOW_DB` below the song's level. Raises Silent."""
    level, size = levels(sound)
    if not len(level) or level.max() < FLOOR_DB:
        raise Silent(name=name)
    heard = np.flatnonzero(level >= max(float(np.percentile(level, 95)) - BELOW_DB, FLOOR_DB))
    first, last = int(heard[0]) * size, int(heard[-1] + 1) * size
    return replace(sound, samples=sound.samples[first:last], start_s=sound.start_s + first / sound.rate)
