"""Short songs of twenty timbres, as mp3."""

from __future__ import annotations

import io
from functools import cache

import av
import numpy as np

from core.model import Vector

TIMBRES, _RATE, _SOUND_S = 20, 44_100, 4


@cache
def sounds() -> tuple[bytes, ...]:
    """Short songs as mp3, each with a timbre, a tempo and a melody of its own."""
    return tuple(_mp3(_melody(np.random.default_rng(number))) for number in range(TIMBRES))


def _melody(rng: np.random.Generator) -> Vector:
    """Plucked notes of a scale over a little noise; mono, shape (N,), at 44,100 Hz."""
    time = np.arange(_SOUND_S * _RATE) / _RATE
    note_s, root = rng.uniform(0.15, 0.6), rng.uniform(80, 500)
    notes = rng.choice([0, 3, 5, 7, 10, 12], int(_SOUND_S / note_s) + 1)
    place = (time / note_s).astype(int)
    pitch = root * 2 ** (notes[place] / 12)
    decay = np.exp(-rng.uniform(1, 12) * (time - place * note_s))
    strengths = rng.uniform(0, 1, 8) / np.arange(1, 9) ** rng.uniform(0.5, 2)
    phase = 2 * np.pi * np.cumsum(pitch) / _RATE
    tone = strengths @ np.sin(np.outer(np.arange(1, 9), phase))
    sound = decay * tone + rng.uniform(0, 0.1) * rng.standard_normal(time.size)
    return np.float32(0.5) * np.asarray(sound / np.abs(sound).max(), np.float32)


def _mp3(samples: Vector) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=_RATE, bit_rate=64_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = _RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return file.getvalue()
