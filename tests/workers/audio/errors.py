"""``python -m tests.workers.audio.errors`` prints the tables of errors that the README has, in about a minute."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from tests.workers.audio.songs import PATTERNS, STRAIGHT, SWUNG, TEMPI, cadence, drums
from tests.workers.audio.test_harmony import pitches
from tests.workers.audio.test_loudness import INTEGRATED, RANGE, measured, sines
from tests.workers.audio.test_rhythm import AMBIGUOUS, tempo
from workers.audio import harmony

OCTAVES = np.array([[1 / 3, 1 / 2, 1, 2, 3]])


def tempi() -> Iterator[str]:
    """Each pattern at each tempo, straight and, where it has eighths, swung."""
    yield f"| Drums, {len(TEMPI)} tempi of 60–200 BPM | Right | Other octave | Wrong | Median error |"
    yield "|---|---:|---:|---:|---:|"
    for pattern, places in PATTERNS.items():
        swings = any(place % 1 == 0.5 for place, _ in places) and pattern != "with sixteenths"
        for half in (STRAIGHT, SWUNG) if swings else (STRAIGHT,):
            ratios = np.array([tempo(drums(bpm, pattern, half=half))[0] / bpm for bpm in TEMPI])
            right = np.abs(ratios - 1) < 0.04
            octave = (np.abs(ratios[:, None] / OCTAVES - 1).min(axis=1) < 0.04) & ~right
            error = f"{np.median(np.abs(ratios[right] - 1)):.2%}" if right.any() else "–"
            name = pattern + (", swung" if half == SWUNG else "") + (" *" if pattern in AMBIGUOUS else "")
            yield f"| {name} | {right.sum()} | {octave.sum()} | {(~right & ~octave).sum()} | {error} |"


def keys() -> Iterator[str]:
    """Cadences in all keys, at five tunings."""
    yield "| Tuning | Keys right, of 24 | Largest error of the tuning |"
    yield "|---:|---:|---:|"
    for cents in (-40, -20, 0, 20, 40):
        right, off = 0, 0.0
        for tonic in range(12):
            for major in (True, False):
                fine = pitches(cadence(tonic, major=major, cents=cents))
                right += harmony.key(fine[0])[:2] == (tonic, int(major))
                off = max(off, abs(100 * float(harmony.tuning(fine)) - cents))
        yield f"| {cents:+d} cents | {right} | {off:.1f} cents |"


def loudness() -> Iterator[str]:
    """The signals of the EBU."""
    for name, cases in (("integrated", INTEGRATED), ("range", RANGE)):
        errors = []
        for parts, expected in cases.values():
            for rate in (44_100, 48_000):
                meter = measured(np.stack([sines(parts, rate)] * 2), rate)
                found = meter.integrated() if name == "integrated" else meter.range()
                errors.append(np.inf if found is None else abs(found - expected))
        yield f"Loudness, {name}: largest error {max(errors):.3f} LU in {len(errors)} EBU signals."


if __name__ == "__main__":
    torch.set_num_threads(1)
    print("\n".join([*tempi(), "", *keys(), "", *loudness()]))  # noqa: T201
