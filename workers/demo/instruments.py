"""Synthesizer voices and drums, described as data and sounded by three short functions.

A pitched voice is either a wavetable whose brightness closes after the attack (a cheap stand-in for a filter envelope),
or a two-operator FM tone (Chowning, "The Synthesis of Complex Audio Spectra by Means of Frequency Modulation", 1973).
A drum is a falling sine and a band of noise, each dying away exponentially.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.demo.theory import hertz

RATE = 32_000
_TABLE = 2048
_TOP_HZ = 0.45 * RATE

Wave = Literal["saw", "square", "pulse", "triangle", "sine", "organ", "string"]


@dataclass(frozen=True, slots=True)
class Voice:
    """A pitched sound. Times in seconds; ``decay_s`` is the time constant towards ``sustain`` (0..1).

    A table voice starts with harmonics up to ``open_hz`` and settles at ``closed_hz`` with time constant ``close_s``.
    An FM voice has ``ratio`` above 0 and a modulation index that falls from ``index`` with time constant ``close_s``.
    ``detune`` are cents of each unison copy; ``vibrato`` is the depth in cents at 5.3 Hz.
    """

    wave: Wave = "saw"
    open_hz: float = 2500
    closed_hz: float = 900
    close_s: float = 0.3
    attack_s: float = 0.008
    decay_s: float = 0.4
    sustain: float = 0.6
    release_s: float = 0.12
    detune: tuple[float, ...] = (0.0,)
    vibrato: float = 0.0
    ratio: float = 0.0
    index: float = 0.0


@dataclass(frozen=True, slots=True)
class Drum:
    """A sine falling from ``start_hz`` to ``end_hz``, and noise between ``low_hz`` and ``high_hz``."""

    start_hz: float = 0.0
    end_hz: float = 0.0
    sweep_s: float = 0.02
    tone: float = 0.0
    tone_s: float = 0.1
    noise: float = 0.0
    noise_s: float = 0.05
    low_hz: float = 200.0
    high_hz: float = 8000.0


VOICES: dict[str, Voice] = {
    "warm pad": Voice("saw", 700, 1100, 1.5, 0.5, 1.0, 0.9, 0.9, (-8.0, 0.0, 9.0)),
    "glass pad": Voice("triangle", 2500, 3500, 1.0, 0.7, 1.0, 0.9, 1.1, (-6.0, 5.0), 4.0),
    "choir pad": Voice("organ", 900, 1500, 1.2, 0.6, 1.0, 0.9, 1.0, (-10.0, 2.0, 11.0), 9.0),
    "saw stack": Voice("saw", 4200, 2200, 0.5, 0.02, 0.8, 0.75, 0.25, (-13.0, 0.0, 12.0)),
    "poly brass": Voice("saw", 900, 2600, 0.18, 0.06, 0.6, 0.7, 0.2, (-6.0, 7.0)),
    "electric piano": Voice(
        ratio=1.0, index=1.6, close_s=0.35, attack_s=0.004, decay_s=0.7, sustain=0.15, release_s=0.2
    ),
    "tine piano": Voice(ratio=3.0, index=0.7, close_s=0.15, attack_s=0.004, decay_s=0.8, sustain=0.1, release_s=0.2),
    "soft keys": Voice("triangle", 1600, 600, 0.25, 0.01, 0.5, 0.2, 0.2, (-3.0, 3.0)),
    "felt piano": Voice("string", 1800, 500, 0.35, 0.006, 0.9, 0.08, 0.35, (-1.2, 1.0)),
    "grand piano": Voice("string", 4500, 1100, 0.4, 0.003, 1.1, 0.08, 0.4, (-0.9, 0.0, 1.1)),
    "bells": Voice(ratio=4.0, index=0.9, close_s=0.5, attack_s=0.003, decay_s=0.9, sustain=0.0, release_s=0.6),
    "marimba": Voice("sine", 900, 400, 0.1, 0.003, 0.18, 0.0, 0.1),
    "nylon guitar": Voice("string", 2600, 700, 0.12, 0.004, 0.45, 0.0, 0.15),
    "steel guitar": Voice("string", 5500, 1500, 0.2, 0.003, 0.6, 0.0, 0.2, (-1.5, 1.5)),
    "harp": Voice("triangle", 3500, 900, 0.3, 0.003, 0.8, 0.0, 0.4),
    "picked electric": Voice("pulse", 3200, 1300, 0.15, 0.003, 0.5, 0.15, 0.2, (-4.0, 4.0)),
    "swell guitar": Voice("saw", 1200, 2400, 0.6, 0.15, 1.0, 0.9, 0.5, (-7.0, 0.0, 6.0), 5.0),
    "tonewheel organ": Voice("organ", 3500, 3000, 0.2, 0.006, 0.3, 0.85, 0.06, (0.0,), 6.0),
    "bubble organ": Voice("organ", 1600, 1300, 0.1, 0.004, 0.12, 0.35, 0.05),
    "skank guitar": Voice("pulse", 3800, 1800, 0.05, 0.003, 0.07, 0.0, 0.04),
    "house stab": Voice("saw", 3500, 900, 0.12, 0.004, 0.2, 0.2, 0.08, (-9.0, 8.0)),
    "square lead": Voice("square", 9000, 9000, 1.0, 0.003, 0.5, 0.7, 0.03, (0.0,), 10.0),
    "pulse lead": Voice("pulse", 10000, 10000, 1.0, 0.003, 0.3, 0.6, 0.03, (0.0,), 6.0),
    "square arp": Voice("square", 7000, 7000, 1.0, 0.002, 0.12, 0.3, 0.02),
    "soft lead": Voice("triangle", 3000, 2000, 0.5, 0.02, 0.6, 0.7, 0.15, (-4.0, 4.0), 12.0),
    "neon lead": Voice("saw", 5000, 2800, 0.4, 0.01, 0.6, 0.7, 0.2, (-9.0, 8.0), 10.0),
    "flute": Voice("sine", 2200, 1600, 0.2, 0.05, 0.5, 0.8, 0.1, (0.0,), 14.0),
    "melodica": Voice("square", 2600, 2200, 0.3, 0.03, 0.5, 0.85, 0.08, (-3.0, 3.0), 9.0),
    "sub bass": Voice("sine", 260, 180, 0.2, 0.008, 0.6, 0.8, 0.08),
    "round bass": Voice("triangle", 700, 300, 0.15, 0.006, 0.4, 0.5, 0.08),
    "upright bass": Voice("string", 900, 280, 0.12, 0.008, 0.45, 0.15, 0.1),
    "analog bass": Voice("saw", 1500, 450, 0.1, 0.004, 0.3, 0.5, 0.05, (-5.0, 5.0)),
    "reese bass": Voice("saw", 500, 750, 0.4, 0.01, 0.6, 0.9, 0.06, (-17.0, 0.0, 16.0)),
    "triangle bass": Voice("triangle", 6000, 6000, 1.0, 0.002, 0.4, 0.8, 0.02),
}

KITS: dict[str, dict[str, Drum]] = {
    "dusty": {
        "kick": Drum(110, 48, 0.03, 1.0, 0.16, 0.1, 0.01, 200, 2500),
        "snare": Drum(190, 170, 0.02, 0.35, 0.08, 0.6, 0.09, 500, 5000),
        "hat": Drum(noise=0.3, noise_s=0.03, low_hz=4500, high_hz=9000),
    },
    "machine": {
        "kick": Drum(160, 50, 0.025, 1.0, 0.2, 0.15, 0.006, 1000, 6000),
        "snare": Drum(210, 180, 0.02, 0.4, 0.1, 0.9, 0.2, 400, 10000),
        "clap": Drum(noise=0.9, noise_s=0.12, low_hz=800, high_hz=7000),
        "hat": Drum(noise=0.35, noise_s=0.035, low_hz=6500, high_hz=14000),
        "open hat": Drum(noise=0.4, noise_s=0.14, low_hz=6000, high_hz=14000),
    },
    "break": {
        "kick": Drum(170, 60, 0.02, 1.0, 0.1, 0.3, 0.01, 500, 6000),
        "snare": Drum(240, 190, 0.02, 0.5, 0.07, 0.9, 0.1, 700, 11000),
        "hat": Drum(noise=0.4, noise_s=0.03, low_hz=6000, high_hz=14000),
        "ride": Drum(noise=0.25, noise_s=0.2, low_hz=7000, high_hz=13000),
    },
    "chip": {
        "kick": Drum(320, 60, 0.03, 0.9, 0.07),
        "snare": Drum(noise=0.7, noise_s=0.06, low_hz=300, high_hz=14000),
        "hat": Drum(noise=0.3, noise_s=0.015, low_hz=5000, high_hz=15000),
    },
    "hand": {
        "kick": Drum(120, 75, 0.03, 0.8, 0.1, 0.1, 0.02, 200, 1500),
        "shaker": Drum(noise=0.3, noise_s=0.045, low_hz=3500, high_hz=9500),
    },
    "roots": {
        "kick": Drum(105, 52, 0.03, 1.0, 0.14, 0.15, 0.01, 200, 3000),
        "rim": Drum(1150, 900, 0.005, 0.5, 0.025, 0.35, 0.02, 1500, 6000),
        "hat": Drum(noise=0.28, noise_s=0.035, low_hz=5500, high_hz=11000),
    },
    "hall": {
        "kick": Drum(130, 50, 0.03, 1.0, 0.22, 0.2, 0.015, 200, 4000),
        "snare": Drum(200, 160, 0.03, 0.5, 0.14, 0.8, 0.18, 300, 9000),
        "ride": Drum(noise=0.35, noise_s=0.35, low_hz=4000, high_hz=13000),
    },
}


def _harmonics(wave: Wave, count: int) -> NDArray[np.float64]:
    """Amplitudes of harmonics 1..``count``."""
    k = np.arange(1, count + 1, dtype=np.float64)
    odd = k % 2
    match wave:
        case "saw":
            return 1 / k
        case "square":
            return odd / k
        case "pulse":
            return np.abs(np.sin(np.pi * k * 0.25)) / k
        case "triangle":
            return odd / k**2
        case "organ":
            return np.isin(k, (1, 2, 3, 4, 6, 8)) / np.sqrt(k)
        case "string":  # plucked at one seventh of its length
            return np.abs(np.sin(np.pi * k / 7)) / k**1.2
        case "sine":
            return 1 / k**3


def _table(wave: Wave, pitch_hz: float, cutoff_hz: float) -> Vector:
    """One period, band-limited, through a 12 dB/octave low-pass."""
    count = min(_TABLE // 4, max(1, int(_TOP_HZ / pitch_hz)))
    k = np.arange(1, count + 1)
    spectrum = np.zeros(_TABLE // 2 + 1, dtype=np.complex128)
    spectrum[1 : count + 1] = -1j * _harmonics(wave, count) / (1 + (k * pitch_hz / cutoff_hz) ** 2)
    period = np.fft.irfft(spectrum)
    # Equal energy: otherwise a voice that closes would fade as well.
    return np.asarray(0.35 * period / np.sqrt(np.mean(period**2)), dtype=np.float32)


def _envelope(voice: Voice, held: int) -> Vector:
    """Attack, decay to the sustain level, and release after ``held`` samples; starts and ends at zero."""
    total = held + int(voice.release_s * RATE)
    t = np.arange(total, dtype=np.float32) / RATE
    level = voice.sustain + (1 - voice.sustain) * np.exp(-t / voice.decay_s)
    level *= np.minimum(1, t / voice.attack_s)
    level[held:] *= np.linspace(1, 0, total - held, dtype=np.float32) ** 2
    return level.astype(np.float32)


def sound(voice: Voice, pitch: int, seconds: float, brightness: float = 1.0) -> Vector:
    """One note of ``pitch`` (MIDI) held for ``seconds``, with its release: float32 (N,), peak near 1."""
    envelope = _envelope(voice, max(1, int(seconds * RATE)))
    t = np.arange(len(envelope), dtype=np.float32) / RATE
    closing = np.exp(-t / voice.close_s)
    if voice.ratio:
        turn = np.float32(2 * np.pi * hertz(pitch)) * t
        modulator = voice.index * brightness * closing * np.sin(voice.ratio * turn)
        return np.asarray(np.sin(turn + modulator) * envelope * np.float32(0.6), dtype=np.float32)
    bright = _table(voice.wave, hertz(pitch), voice.open_hz * brightness)
    dull = _table(voice.wave, hertz(pitch), voice.closed_hz * brightness)
    out = np.zeros_like(t)
    # Depth in cents of a sinusoidal pitch deviation, as a phase deviation in periods.
    sway = voice.vibrato * np.log(2) / 1200 / (2 * np.pi * 5.3) * np.sin(np.float32(2 * np.pi * 5.3) * t)
    for copy, cents in enumerate(voice.detune):
        phase = (t + sway) * np.float64(hertz(pitch + cents / 100)) + copy * 0.37
        at = (phase * _TABLE).astype(np.int32) & (_TABLE - 1)
        out += dull[at] + (bright[at] - dull[at]) * closing
    return np.asarray(out * envelope / np.sqrt(len(voice.detune)), dtype=np.float32)


def noise_band(length: int, low_hz: float, high_hz: float, rng: np.random.Generator) -> Vector:
    """White noise between two frequencies with soft edges, RMS 0.3: float32 (``length``,)."""
    spectrum = np.fft.rfft(rng.standard_normal(length).astype(np.float32))
    f = np.fft.rfftfreq(length, 1 / RATE) + 1e-9
    spectrum *= 1 / np.sqrt((1 + (low_hz / f) ** 6) * (1 + (f / high_hz) ** 6))
    band = np.fft.irfft(spectrum, length)
    return np.asarray(0.3 * band / np.sqrt(np.mean(band**2)), dtype=np.float32)


def strike(drum: Drum, rng: np.random.Generator) -> Vector:
    """One hit of ``drum``: float32 (N,), ended by a short fade."""
    length = int(5 * max(drum.tone_s * (drum.tone > 0), drum.noise_s * (drum.noise > 0)) * RATE)
    t = np.arange(length, dtype=np.float32) / RATE
    out = np.zeros(length, dtype=np.float32)
    if drum.tone:
        # The integral of a frequency that falls exponentially from start to end.
        periods = drum.end_hz * t + (drum.start_hz - drum.end_hz) * drum.sweep_s * (1 - np.exp(-t / drum.sweep_s))
        out += drum.tone * np.sin(2 * np.pi * periods) * np.exp(-t / drum.tone_s)
    if drum.noise:
        out += drum.noise * noise_band(length, drum.low_hz, drum.high_hz, rng) * np.exp(-t / drum.noise_s)
    return np.asarray(out * np.minimum(1, t / 0.001) * np.minimum(1, (length / RATE - t) / 0.01), np.float32)
