"""How a song goes on: two frames a second, in the song's own time and level."""

from __future__ import annotations

import numpy as np
import pytest

from core.model import FrameSequence, Vector
from workers.audio.analyse import measured
from workers.audio.decode import RATE, Sound
from workers.audio.extractor import Timbre
from workers.audio.sequence import DIMS, FRAMES_PER_S, VERSION
from workers.audio.trim import trim
from workers.warping.distances import distances
from workers.warping.sequences import Sequences, unfixed


def noise(seconds: float, seed: int = 0) -> Vector:
    return 0.1 * np.random.default_rng(seed).normal(size=round(seconds * RATE)).astype(np.float32)


def low(seconds: float) -> Vector:
    """Noise without its highs."""
    return np.convolve(noise(seconds), np.ones(16) / 4, "same").astype(np.float32)


def heard(samples: Vector) -> FrameSequence:
    found = Timbre().extract(samples, RATE).sequence
    assert found is not None
    return found


@pytest.mark.parametrize("seconds", [1, 8, 30, 47, 100])
def test_two_frames_a_second(seconds: int) -> None:
    found = heard(noise(seconds))
    assert found.version == VERSION
    assert found.frames.dtype == np.int16
    assert found.frames.shape[1] == DIMS
    assert abs(len(found.frames) - seconds * FRAMES_PER_S) <= 3


def test_a_steady_sound_has_steady_frames_and_a_change_is_where_it_is() -> None:
    found = unfixed(heard(np.concatenate([noise(10), low(10)])).frames)
    bright, dark = found[1:18], found[22:38]
    assert bright.std(axis=0).max() < 0.3
    assert dark.std(axis=0).max() < 0.3
    assert np.abs(bright.mean(axis=0) - dark.mean(axis=0)).max() > 1


def test_a_long_song_keeps_its_own_dynamics() -> None:
    """Pieces of 30 seconds are heard at one level each; a quiet half stays quiet beside a loud one."""
    found = unfixed(heard(np.concatenate([noise(30), 0.1 * noise(30)])).frames)
    whole = unfixed(heard(np.concatenate([noise(14), 0.1 * noise(14)])).frames)
    fall = found[5:50, 0].mean() - found[70:110, 0].mean()
    assert fall == pytest.approx(whole[2:24, 0].mean() - whole[32:50, 0].mean(), rel=0.05)
    assert fall > 2
    assert np.abs(found[5:50, 1:].mean(axis=0) - found[70:110, 1:].mean(axis=0)).max() < 0.2


def test_loudness_does_not_matter() -> None:
    loud, quiet = (unfixed(heard(level * noise(12)).frames) for level in (1, 0.05))
    np.testing.assert_allclose(loud, quiet, atol=0.02)


def test_time_counts_from_where_the_sound_begins() -> None:
    silence = np.zeros(round(3.0 * RATE), np.float32)
    sound = trim(Sound(np.concatenate([silence, noise(10.0)]), RATE), "x")
    found = measured(Timbre().extract(sound.samples, RATE), sound)
    assert found.sequence is not None
    assert found.sequence.start_s == pytest.approx(3.0, abs=0.03)


def test_a_song_is_nearest_to_itself_played_again() -> None:
    """Through warping: the same noise filtered the same way, cut elsewhere, is nearer than any other."""
    songs = [np.concatenate([noise(6, seed), low(6 + seed), noise(5, seed)]) for seed in range(5)]
    sequences = Sequences.of([heard(song).frames for song in songs])
    shifted = Sequences.of([heard(song[RATE // 5 :]).frames for song in songs])
    assert distances(shifted, sequences).argmin(axis=1).tolist() == [0, 1, 2, 3, 4]
