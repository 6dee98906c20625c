"""Loudness against the test signals of EBU Tech 3341 and 3342, and against pyloudnorm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Vector
from workers.audio.loudness import Meter

#: Tech 3341, table 1, cases 1–5: (level in dBFS, seconds) of 1-kHz sines in stereo → LUFS.
INTEGRATED = {
    "1": (((-23.0, 20.0),), -23.0),
    "2": (((-33.0, 20.0),), -33.0),
    "3": (((-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)), -23.0),
    "4": (((-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)), -23.0),
    "5": (((-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)), -23.0),
}
#: Tech 3342, table 1, cases 1–4: the same → LU.
RANGE = {
    "1": (((-20.0, 20.0), (-30.0, 20.0)), 10.0),
    "2": (((-20.0, 20.0), (-15.0, 20.0)), 5.0),
    "3": (((-40.0, 20.0), (-20.0, 20.0)), 20.0),
    "4": (((-50.0, 20.0), (-35.0, 20.0), (-20.0, 20.0), (-35.0, 20.0), (-50.0, 20.0)), 15.0),
}


def sines(parts: Sequence[tuple[float, float]], rate: int) -> Vector:
    """(n,): 1 kHz whose peaks have each level for so long."""
    level = np.concatenate([np.full(round(seconds * rate), 10 ** (db / 20)) for db, seconds in parts])
    return (level * np.sin(2 * np.pi * 1000 * np.arange(len(level)) / rate)).astype(np.float32)


def measured(channels: Vector, rate: int) -> Meter:
    meter = Meter(rate, len(channels))
    meter.add(channels)
    return meter


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("case", INTEGRATED)
def test_programme_loudness(case: str, rate: int) -> None:
    parts, lufs = INTEGRATED[case]
    tone = sines(parts, rate)
    assert measured(np.stack([tone, tone]), rate).integrated() == pytest.approx(lufs, abs=0.1)


def test_surround_channels_count_more_and_low_frequencies_nothing() -> None:
    """Tech 3341, case 6: -28 dBFS in front, -24 in the centre, -30 behind are -23 LUFS."""
    levels = (-28.0, -28.0, -24.0, 0.0, -30.0, -30.0)
    channels = np.stack([sines([(db, 20.0)], 48_000) for db in levels])
    assert measured(channels, 48_000).integrated() == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize("case", RANGE)
def test_loudness_range(case: str, rate: int) -> None:
    parts, lu = RANGE[case]
    tone = sines(parts, rate)
    assert measured(np.stack([tone, tone]), rate).range() == pytest.approx(lu, abs=1)


@pytest.mark.parametrize("seed", range(3))
def test_a_second_opinion(seed: int) -> None:
    rng = np.random.default_rng(seed)
    moving = np.repeat(rng.uniform(0.01, 0.5, 20), 24_000)
    channels = (rng.standard_normal((2, len(moving))) * moving * 0.3).astype(np.float32)
    theirs = pyloudnorm.Meter(48_000).integrated_loudness(channels.T.astype(np.float64))
    assert measured(channels, 48_000).integrated() == pytest.approx(theirs, abs=0.1)


@settings(deadline=None, max_examples=20)
@given(sizes=st.lists(st.integers(0, 30_000), max_size=8))
def test_pieces_of_any_size_add_up(sizes: list[int]) -> None:
    channels = np.random.default_rng(1).standard_normal((2, 5 * 48_000)).astype(np.float32) / 10
    meter, start = Meter(48_000, 2), 0
    for size in [*sizes, channels.shape[1]]:
        meter.add(channels[:, start : start + size])
        start += size
    whole = measured(channels, 48_000)
    assert meter.integrated() == pytest.approx(whole.integrated())
    assert meter.range() == pytest.approx(whole.range())


def test_what_has_no_loudness() -> None:
    silent = np.zeros((2, 5 * 48_000), np.float32)
    assert (measured(silent, 48_000).integrated(), measured(silent, 48_000).range()) == (None, None)
    short = measured(silent[:, :10_000] + 0.1, 48_000)
    assert (short.integrated(), short.range()) == (None, None)
