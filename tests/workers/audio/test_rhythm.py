"""Tempo, metre and onsets of music whose answer is known."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import torch

from tests.workers.audio.signals import RATE, Samples, chord, noise
from tests.workers.audio.songs import PATTERNS, STRAIGHT, SWUNG, TEMPI, drums
from workers.audio import rhythm
from workers.audio.spectrum import HOP, spectrum

#: These may be felt at half or double the tempo that they are written in, by people too.
AMBIGUOUS = {"half time", "breakbeat"}


def heard(samples: Samples) -> tuple[torch.Tensor, torch.Tensor, float]:
    seen = spectrum(torch.from_numpy(samples)[None], RATE)
    accents = rhythm.novelty(rhythm.accents(seen), seen.frame_rate)
    repeats = rhythm.autocorrelation(accents, seen.frame_rate)[0]
    return repeats, rhythm.periodicity(accents, seen.frame_rate)[0], seen.frame_rate


def tempo(samples: Samples) -> tuple[float, float]:
    return rhythm.tempo(*heard(samples))


@pytest.mark.parametrize("bpm", TEMPI)
@pytest.mark.parametrize("pattern", sorted(set(PATTERNS) - AMBIGUOUS))
def test_the_tempo_of_drums(pattern: str, bpm: int) -> None:
    assert tempo(drums(bpm, pattern))[0] == pytest.approx(bpm, rel=0.01)


@pytest.mark.parametrize("bpm", TEMPI[:-1])
@pytest.mark.parametrize("pattern", ["with eighths", "four on the floor"])
def test_swing_is_no_other_tempo(pattern: str, bpm: int) -> None:
    assert tempo(drums(bpm, pattern, half=SWUNG))[0] == pytest.approx(bpm, rel=0.01)


@pytest.mark.parametrize("half", [STRAIGHT, SWUNG])
@pytest.mark.parametrize("pattern", sorted(AMBIGUOUS))
def test_where_people_disagree_only_the_octave_may_be_wrong(pattern: str, half: float) -> None:
    ratios = np.array([tempo(drums(bpm, pattern, half=half))[0] / bpm for bpm in TEMPI])
    octaves = np.array([[1 / 3, 1 / 2, 1, 2, 3]])
    assert (np.abs(ratios[:, None] / octaves - 1).min(axis=1) < 0.02).all()


def test_a_clear_beat_is_surer_than_noise_and_held_chords() -> None:
    sure = tempo(drums(120, "kick and snare"))[1]
    assert sure > 0.5 > tempo(noise(30))[1]
    assert sure > tempo(chord((220, 277.18, 329.63), 30))[1]


def test_without_any_onset_it_is_the_usual_tempo_and_nothing_sure() -> None:
    assert tempo(np.zeros(RATE * 10, np.float32)) == (120.0, 0.0)


@pytest.mark.parametrize("bpm", [80, 100, 120, 140])
@pytest.mark.parametrize("beats", [3, 4])
def test_metre(beats: int, bpm: int) -> None:
    repeats, _, frame_rate = heard(_bars(bpm, beats))
    found = rhythm.metre(repeats, bpm, frame_rate)
    assert found is not None
    assert found[0] == beats and 0 < found[1] <= 1


def _bars(bpm: float, beats: int) -> Samples:
    """A kick on the first beat and soft hats on the others."""
    samples = drums(bpm, "clicks", beats=beats)
    for number, start in enumerate(np.arange(0, 30, 60 / bpm)):
        part = slice(round(start * RATE), round((start + 60 / bpm) * RATE))
        samples[part] *= 1 if number % beats == 0 else 0.1
    return samples


def test_equal_beats_have_no_metre() -> None:
    repeats, _, frame_rate = heard(drums(120, "clicks"))
    assert rhythm.metre(repeats, 120, frame_rate) is None


@pytest.mark.parametrize("bpm", [60, 120, 180])
def test_onsets_are_counted(bpm: int) -> None:
    seen = spectrum(torch.from_numpy(drums(bpm, "clicks"))[None], RATE)
    novelty = rhythm.novelty(rhythm.onset_envelope(seen), seen.frame_rate)
    assert float(rhythm.onset_rate(novelty, seen.frame_rate)) == pytest.approx(bpm / 60, rel=0.05)


def test_the_autocorrelation_is_librosas() -> None:
    rises = torch.rand(1, 1000, generator=torch.Generator().manual_seed(1))
    ours = rhythm.autocorrelation(rises, RATE / HOP)[0]
    centred = (rises - rises.mean()).numpy()[0]
    theirs = librosa.autocorrelate(centred, max_size=len(ours))
    assert np.allclose(ours, theirs / theirs[0], atol=1e-4)


def test_the_periodicity_of_a_wave_is_at_its_tempo() -> None:
    frame_rate = RATE / HOP
    wave = torch.sin(2 * torch.pi * 1.5 * torch.arange(1292) / frame_rate)[None]
    assert float(rhythm.tempi()[rhythm.periodicity(wave, frame_rate)[0].argmax()]) == pytest.approx(90, rel=0.01)
