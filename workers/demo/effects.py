"""Effects on whole songs: float32 (N,) in, the same shape out."""

from __future__ import annotations

import numpy as np

from core.model import Vector
from workers.demo.instruments import RATE


def echoed(dry: Vector, delay_s: float, level: float) -> Vector:
    """The repeats alone: each ``level`` times as loud as the one before."""
    delay = int(delay_s * RATE)
    out = np.zeros_like(dry)
    for repeat in range(1, 6):
        if repeat * delay < len(dry):
            out[repeat * delay :] += np.float32(level**repeat) * dry[: -repeat * delay]
    return out


def reverberated(dry: Vector, decay_s: float, rng: np.random.Generator) -> Vector:
    """The reverberation alone: convolution with decaying noise, 60 dB down after ``decay_s`` (Moorer, 1979)."""
    length = int(decay_s * RATE)
    t = np.arange(length, dtype=np.float32) / RATE
    response = rng.standard_normal(length, dtype=np.float32) * np.exp(-6.9 * t / decay_s)
    response *= np.minimum(1, t / 0.012)
    size = fast_size(len(dry) + length)
    spectrum = np.fft.rfft(response, size)
    # Walls swallow treble.
    spectrum /= 1 + (np.fft.rfftfreq(size, 1 / RATE).astype(np.float32) / 3500) ** 2
    spectrum /= np.sqrt(np.sum(response**2))
    return np.fft.irfft(spectrum * np.fft.rfft(dry, size), size)[: len(dry)].astype(np.float32)


def fast_size(length: int) -> int:
    """The next multiple of a power of two that is cheap for an FFT."""
    block = 1 << max(0, length.bit_length() - 4)
    return -(-length // block) * block


def filtered(mix: Vector, low_hz: float, high_hz: float) -> Vector:
    """A gentle band: 12 dB/octave below ``low_hz`` (no rumble), 24 dB/octave above ``high_hz``."""
    size = fast_size(len(mix) + RATE // 8)
    f = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32) + np.float32(1e-6)
    gain = 1 / ((1 + (low_hz / f) ** 2) * np.sqrt(1 + (f / high_hz) ** 8))
    return np.fft.irfft(np.fft.rfft(mix, size) * gain, size)[: len(mix)].astype(np.float32)


def pumping(length: int, at: list[int], depth: float) -> Vector:
    """A gain curve (``length``,) that dips by ``depth`` at each sample of ``at``, for about a fifth of a second."""
    gain = np.ones(length, dtype=np.float32)
    dip = np.float32(1) - np.float32(depth) * np.exp(-np.arange(int(0.25 * RATE), dtype=np.float32) / (0.08 * RATE))
    for start in at:
        window = gain[start : start + len(dip)]
        np.minimum(window, dip[: len(window)], out=window)
    smooth = int(0.004 * RATE)
    return np.convolve(gain, np.full(smooth, 1 / smooth, dtype=np.float32), "same").astype(np.float32)


def limited(mix: Vector, level: float) -> Vector:
    """Brought to RMS ``level`` and bent softly into -0.95..0.95."""
    loud = mix * np.float32(level / np.sqrt(np.mean(mix**2)))
    return np.asarray(0.95 * np.tanh(loud / 0.95), dtype=np.float32)
