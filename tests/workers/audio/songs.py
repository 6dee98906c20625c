"""Synthetic music of known tempo, metre, key and tuning."""

from __future__ import annotations

import numpy as np

from tests.workers.audio.signals import RATE, Samples, noise

#: Positions in beats within a bar of four, and what is struck there; halves may swing.
_BACKBEAT = ((0, "kick"), (1, "snare"), (2, "kick"), (3, "snare"))
_EIGHTHS = tuple((step / 2, "hat") for step in range(8))
PATTERNS = {
    "clicks": tuple((beat, "snare") for beat in range(4)),
    "kick and snare": _BACKBEAT,
    "with eighths": _BACKBEAT + _EIGHTHS,
    "with sixteenths": (*_BACKBEAT, *((step / 4, "hat") for step in range(16))),
    "four on the floor": (*((beat, "kick") for beat in range(4)), (1, "snare"), (3, "snare"),
                          *((beat + 0.5, "hat") for beat in range(4))),
    "half time": ((0, "kick"), (2, "snare"), *_EIGHTHS),
    "breakbeat": (*_BACKBEAT[:2], (1.5, "kick"), (2.5, "kick"), (3, "snare"), *_EIGHTHS),
}  # fmt: skip
TEMPI = (60, 70, 80, 90, 100, 110, 120, 128, 140, 150, 160, 174, 180, 200)
STRAIGHT, SWUNG = 1 / 2, 2 / 3


def _strike(drum: str) -> Samples:
    time = np.arange(round(0.15 * RATE)) / RATE
    hiss = noise(0.2, level=1.0)
    if drum == "kick":
        sound = 0.9 * np.sin(2 * np.pi * (55 * time - 1.3 * np.exp(-30 * time))) * np.exp(-18 * time)
    elif drum == "snare":
        sound = 0.5 * hiss[: len(time)] * np.exp(-25 * time)
    else:
        sound = 0.15 * np.diff(hiss[: len(time) + 1]) * np.exp(-60 * time)
    return sound.astype(np.float32)


def drums(bpm: float, pattern: str, seconds: float = 30, half: float = STRAIGHT, beats: int = 4) -> Samples:
    """A pattern of :data:`PATTERNS` over very soft noise; the second of two eighths falls at ``half`` of a beat."""
    samples = noise(seconds + 1, level=1e-4)
    for bar in np.arange(0, seconds, beats * 60 / bpm):
        for place, drum in PATTERNS[pattern]:
            if place < beats:
                beat = place if place % 1 != 0.5 else int(place) + half
                start = round((bar + beat * 60 / bpm) * RATE)
                struck = _strike(drum)[: max(0, len(samples) - start)]
                samples[start : start + len(struck)] += struck
    return samples[: round(seconds * RATE)]


def note(midi: float, seconds: float, partials: int = 6) -> Samples:
    """A plucked tone with overtones."""
    hertz = 440 * 2 ** ((midi - 69) / 12)
    time = np.arange(round(seconds * RATE)) / RATE
    envelope = np.minimum(1, 40 * time) * np.exp(-1.2 * time)
    heard = [number for number in range(1, partials + 1) if number * hertz < RATE / 2]
    tone = sum(0.6 ** (number - 1) * np.sin(2 * np.pi * number * hertz * time) for number in heard)
    return np.asarray(tone * envelope, np.float32)


def cadence(tonic: int, *, major: bool, cents: float = 0, octaves: int = 0, partials: int = 6) -> Samples:
    """I–IV–V–I or i–iv–V–i three times over its basses, ``tonic`` 0 = C, so many cents from A = 440 Hz."""
    third = 4 if major else 3
    chords = ((0, third, 7), (5, 5 + third, 12), (7, 11, 14), (0, third, 7))
    base = 60 + tonic + cents / 100 + 12 * octaves
    bars = [np.sum([note(base + step, 1, partials) for step in (*chord, chord[0] - 24)], axis=0) for chord in chords]
    return np.tile(np.concatenate(bars), 3).astype(np.float32) / 20
