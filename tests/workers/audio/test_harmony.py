"""Keys, tuning and pitch classes of music whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.workers.audio.signals import RATE, Samples, chord, noise, sine
from tests.workers.audio.songs import cadence
from workers.audio import harmony
from workers.audio.spectrum import spectrum

PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def pitches(samples: Samples) -> Tensor:
    return harmony.fine_chroma(spectrum(torch.from_numpy(samples)[None], RATE)).mean(dim=2)


@pytest.mark.parametrize("cents", [-40, -20, 0, 15, 40])
@pytest.mark.parametrize("major", [True, False])
def test_all_keys_at_any_tuning(major: bool, cents: int) -> None:
    found = [harmony.key(pitches(cadence(tonic, major=major, cents=cents))[0]) for tonic in range(12)]
    assert [(tonic, mode) for tonic, mode, _ in found] == [(tonic, int(major)) for tonic in range(12)]
    assert min(fit for _, _, fit in found) > 0.7


@pytest.mark.parametrize("partials", [1, 3, 10])
@pytest.mark.parametrize("octaves", [-1, 0, 1])
def test_neither_octave_nor_instrument_nor_level_changes_the_key(octaves: int, partials: int) -> None:
    song = cadence(9, major=False, octaves=octaves, partials=partials)
    assert harmony.key(pitches(song)[0])[:2] == harmony.key(pitches(song / 100)[0])[:2] == (9, 0)


@pytest.mark.parametrize("cents", range(-45, 46, 15))
def test_tuning(cents: int) -> None:
    found = harmony.tuning(pitches(cadence(0, major=True, cents=cents)))
    assert 100 * float(found) == pytest.approx(cents, abs=2)


def test_noise_fits_no_key() -> None:
    assert harmony.key(pitches(noise(20))[0])[2] < 0.5


@pytest.mark.parametrize("pitch", range(12))
def test_a_tone_is_its_pitch_class(pitch: int) -> None:
    fine = harmony.fine_chroma(spectrum(torch.from_numpy(sine(440 * 2 ** ((pitch - 9) / 12), 3))[None], RATE))
    twelve = harmony.chroma(fine, harmony.tuning(fine.mean(dim=2))).mean(dim=2)[0]
    assert PITCH_CLASSES[int(twelve.argmax())] == PITCH_CLASSES[pitch]
    assert float(twelve.norm()) == pytest.approx(1, abs=0.01)


def test_a_minor_has_its_three_notes() -> None:
    fine = harmony.fine_chroma(spectrum(torch.from_numpy(chord((220.0, 261.63, 329.63), 5))[None], RATE))
    twelve = harmony.chroma(fine, torch.zeros(1)).mean(dim=2)[0]
    assert {PITCH_CLASSES[index] for index in twelve.argsort(descending=True)[:3].tolist()} == {"A", "C", "E"}


def test_harmony_is_the_same_in_every_key_and_tuning() -> None:
    def of(cents: int) -> Tensor:
        notes = tuple(hz * 2 ** (cents / 1200) for hz in (440.0, 523.25, 659.26))
        fine = harmony.fine_chroma(spectrum(torch.from_numpy(chord(notes, 5))[None], RATE))
        return harmony.harmony(harmony.chroma(fine, harmony.tuning(fine.mean(dim=2))), RATE / 512)[0]

    assert of(0).shape == (34,)
    assert torch.allclose(of(0), of(500), atol=0.1)
    assert torch.allclose(of(0), of(330), atol=0.05)


def test_the_intervals_of_a_fifth() -> None:
    frames = torch.zeros(1, 12, 10)
    frames[:, [0, 7]] = 2**-0.5
    intervals = harmony.harmony(frames, RATE / 512)[0, :7]
    # Two equal pitches of mean 1/6 of the root: at interval 5 (the fifth upside down) half of what they are themselves.
    centred = np.array([2**-0.5 if pitch in (0, 7) else 0 for pitch in range(12)]) - 2**0.5 / 12
    assert intervals.tolist() == pytest.approx([float(centred @ np.roll(centred, step)) for step in range(7)], abs=1e-5)
    assert int(intervals[1:].argmax()) + 1 == 5
