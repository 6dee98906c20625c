"""Silence at the ends goes, pauses within stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Silent
from tests.workers.audio.signals import RATE, noise, sine
from workers.audio.decode import Sound
from workers.audio.trim import trim


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.float32)


@pytest.mark.parametrize("gain", [1.0, 0.01])
def test_both_ends(gain: float) -> None:
    song = np.concatenate([silence(2), sine(440, 4), silence(1), sine(440, 3), silence(5)])
    hiss = noise(len(song) / RATE, level=1e-5)
    trimmed = trim(Sound(gain * (song + hiss), RATE), "song")
    assert trimmed.seconds == pytest.approx(8, abs=0.05)
    assert trimmed.rate == RATE


def test_nothing_to_trim() -> None:
    song = sine(440, 4)
    assert len(trim(Sound(song, RATE), "song").samples) == pytest.approx(len(song), abs=RATE * 0.02)


@pytest.mark.parametrize("samples", [silence(4), silence(0), noise(4, level=1e-6)], ids=["zeros", "none", "dither"])
def test_all_silence(samples: np.ndarray) -> None:
    with pytest.raises(Silent, match=r"quiet\.wav"):
        trim(Sound(samples, RATE), "quiet.wav")


@given(before=st.floats(0, 3), after=st.floats(0, 3), gain=st.floats(0.01, 1))
def test_trimming_again_changes_nothing(before: float, after: float, gain: float) -> None:
    once = trim(Sound(gain * np.concatenate([silence(before), noise(1), silence(after)]), RATE), "song")
    assert np.array_equal(trim(once, "song").samples, once.samples)
