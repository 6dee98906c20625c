"""Effects on whole songs, mono (N,) or stereo (2, N) float32 in, the same shape out unless said otherwise."""

from __future__ import annotations

import numpy as np

from core.model import Vector
from workers.demo.instruments import RATE


def panned(mono: Vector, pan: float) -> Vector:
    """(N,) to (2, N) at equal power; ``pan`` is -1 (left) to 1 (right)."""
    angle = (pan + 1) * np.pi / 4
    return np.outer(np.array([np.cos(angle), np.sin(angle)], dtype=np.float32), mono)


def echoed(mono: Vector, delay_s: float, level: float) -> Vector:
    """The repeats alone, (2, N): each ``level`` times as loud as the one before, from side to side."""
    delay = int(delay_s * RATE)
    out = np.zeros((2, len(mono)), dtype=np.float32)
    for repeat in range(1, 6):
        if repeat * delay < len(mono):
            out[repeat % 2, repeat * delay :] += np.float32(level**repeat) * mono[: -repeat * delay]
    return out


def reverberated(mono: Vector, decay_s: float, rng: np.random.Generator) -> Vector:
    """The reverberation alone, (2, N): convolution with decaying noise, 60 dB down after ``decay_s`` (Moorer, 1979)."""
    length = int(decay_s * RATE)
    t = np.arange(length, dtype=np.float32) / RATE
    response = rng.standard_normal((2, length)).astype(np.float32) * np.exp(-6.9 * t / decay_s)
    response *= np.minimum(1, t / 0.012)
    size = fast_size(len(mono) + length)
    spectrum = np.fft.rfft(response, size)
    # Walls swallow treble.
    spectrum /= 1 + (np.fft.rfftfreq(size, 1 / RATE).astype(np.float32) / 3500) ** 2
    spectrum /= np.sqrt(np.sum(response**2, axis=1, keepdims=True))
    return np.fft.irfft(spectrum * np.fft.rfft(mono, size), size)[:, : len(mono)].astype(np.float32)


def fast_size(length: int) -> int:
    """The next multiple of a power of two that is cheap for an FFT."""
    block = 1 << max(0, length.bit_length() - 4)
    return -(-length // block) * block


def filtered(stereo: Vector, low_hz: float, high_hz: float) -> Vector:
    """A gentle band: 12 dB/octave below ``low_hz`` (no rumble), 24 dB/octave above ``high_hz``."""
    size = fast_size(stereo.shape[1] + RATE // 8)
    f = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32) + np.float32(1e-6)
    gain = 1 / ((1 + (low_hz / f) ** 2) * np.sqrt(1 + (f / high_hz) ** 8))
    return np.fft.irfft(np.fft.rfft(stereo, size) * gain, size)[:, : stereo.shape[1]].astype(np.float32)


def pumping(length: int, at: list[int], depth: float) -> Vector:
    """A gain curve (N,) that dips by ``depth`` at each sample of ``at`` and recovers within a fifth of a second."""
    gain = np.ones(length, dtype=np.float32)
    dip = np.float32(1) - np.float32(depth) * np.exp(-np.arange(int(0.25 * RATE), dtype=np.float32) / (0.08 * RATE))
    for start in at:
        window = gain[start : start + len(dip)]
        np.minimum(window, dip[: len(window)], out=window)
    smooth = int(0.004 * RATE)
    return np.convolve(gain, np.full(smooth, 1 / smooth, dtype=np.float32), "same").astype(np.float32)


def limited(stereo: Vector, level: float) -> Vector:
    """Brought to RMS ``level`` and bent softly into -0.95..0.95."""
    loud = stereo * np.float32(level / np.sqrt(np.mean(stereo**2)))
    return (0.95 * np.tanh(loud / 0.95)).astype(np.float32)
