"""Descriptors against signals whose answer is known, and the ranking on real excerpts."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Features
from core.ports import FeatureExtractor
from core.settings import Audio
from tests.workers.audio.signals import RATE, Samples, chord, clicks, encode, noise, sine
from workers.audio import descriptors
from workers.audio.analyse import analyse
from workers.audio.extractor import LONGEST_S, BasicExtractor
from workers.audio.spectrum import mfcc, spectrum

EXCERPTS = Path(__file__).resolve().parents[3].parent / "shared" / "audio"
PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def features(samples: Samples) -> Features:
    extractor: FeatureExtractor = BasicExtractor()
    return extractor.extract(samples, RATE)


@pytest.mark.parametrize("bpm", [60, 75, 90, 105, 120, 150])
def test_tempo_of_clicks(bpm: int) -> None:
    named = features(clicks(bpm, 20)).named
    assert named["tempo"] == pytest.approx(bpm, rel=0.04)
    assert named["onset_rate"] == pytest.approx(bpm / 60, rel=0.1)


def test_fast_clicks_may_be_heard_at_half_the_tempo() -> None:
    tempo = features(clicks(200, 20)).named["tempo"]
    assert min(abs(tempo / 200 - 1), abs(tempo / 100 - 1)) < 0.04


def test_a_clear_beat_repeats_and_noise_does_not() -> None:
    from workers.audio.rhythm import rhythm

    def clarity(samples: Samples) -> float:
        return rhythm(spectrum(torch.from_numpy(samples), RATE)).clarity

    assert clarity(clicks(120, 20)) > 0.6 > 0.2 > clarity(noise(20))


@pytest.mark.parametrize("hz", [220, 440, 1760, 5000])
def test_brightness_of_a_tone_is_its_frequency(hz: int) -> None:
    assert features(sine(hz, 5)).named["brightness"] == pytest.approx(hz, rel=0.03)


def test_brightness_of_white_noise_is_the_middle_of_the_band() -> None:
    assert features(noise(5)).named["brightness"] == pytest.approx(RATE / 4, rel=0.02)


def test_loudness_of_a_full_sine_is_minus_three() -> None:
    assert features(sine(440, 5, peak=1.0)).named["loudness"] == pytest.approx(-3.01, abs=0.02)


@settings(deadline=None, max_examples=10)
@given(gain_db=st.floats(-30, 6))
def test_gain_moves_loudness_alone(gain_db: float) -> None:
    song = clicks(120, 5) + chord((220, 261.63, 329.63), 5) / 4
    plain, gained = features(song), features(song * np.float32(10 ** (gain_db / 20)))
    assert gained.named["loudness"] - plain.named["loudness"] == pytest.approx(gain_db, abs=0.01)
    moved = np.flatnonzero(~np.isclose(plain.vector, gained.vector, rtol=1e-2, atol=1e-2))
    assert len(moved) <= 1


def test_a_minor_has_its_three_notes() -> None:
    heard = descriptors.chroma(spectrum(torch.from_numpy(chord((220.0, 261.63, 329.63), 5)), RATE)).mean(dim=1)
    assert {PITCH_CLASSES[index] for index in heard.argsort(descending=True)[:3].tolist()} == {"A", "C", "E"}


def test_harmony_is_the_same_in_every_key() -> None:
    def of(semitones: int) -> torch.Tensor:
        notes = tuple(hz * 2 ** (semitones / 12) for hz in (440.0, 523.25, 659.26))
        return descriptors.harmony(spectrum(torch.from_numpy(chord(notes, 5)), RATE))

    assert torch.allclose(of(0), of(5), atol=0.05)


def test_flatness_is_what_theory_says() -> None:
    # Of exponentially distributed powers: e to the minus Euler's constant.
    white = descriptors.flatness(spectrum(torch.from_numpy(noise(5)), RATE)).mean()
    assert float(white) == pytest.approx(np.exp(-np.euler_gamma), abs=0.01)


def test_the_mfcc_are_a_cosine_transform_of_the_mel_bands() -> None:
    bands = torch.rand(40, 3)
    k, n = np.arange(20)[:, None], np.arange(40)
    basis = np.cos(np.pi * k * (2 * n + 1) / 80) * np.where(k == 0, np.sqrt(1 / 40), np.sqrt(2 / 40))
    assert np.allclose(mfcc(bands).numpy(), basis @ bands.numpy(), atol=1e-5)


@pytest.mark.parametrize("size", [1, 100, 2048, RATE])
def test_even_the_shortest_sound_has_finite_features(size: int) -> None:
    found = features(noise(2)[:size])
    assert found.vector.shape == (100,)
    assert found.vector.dtype == np.float32
    assert np.isfinite(found.vector).all()
    assert all(np.isfinite(value) for value in found.named.values())


def test_only_the_middle_of_a_long_song_is_heard() -> None:
    middle = clicks(90, LONGEST_S)
    long = np.concatenate([noise(30), middle, sine(440, 30)])
    assert np.array_equal(features(long).vector, features(middle).vector)


@pytest.mark.parametrize(
    "samples",
    [
        noise(10),
        sine(1000, 10),
        chord(tuple(50.0 * k for k in range(1, 12)), 10),
        chord(tuple(60.0 * k for k in range(1, 8)), 10) + noise(10, level=1e-3),
        (noise(10) * (1 + sine(4, 10))).astype(np.float32),
    ],
    ids=["white noise", "test tone", "hum", "hum and hiss", "throbbing noise"],
)
def test_what_is_no_music(samples: Samples) -> None:
    assert features(samples).named["music"] < 0.2


def test_analyse_trims_first() -> None:
    song = clicks(120, 10, 44_100)
    quiet = np.zeros(3 * 44_100, np.float32)
    found = analyse(encode(np.concatenate([quiet, song, quiet]), "tone.flac"), "song.flac", Audio())
    assert found.named["loudness"] == pytest.approx(
        analyse(encode(song, "tone.flac"), "x", Audio()).named["loudness"], abs=0.3
    )


@cache
def _excerpts() -> tuple[tuple[str, ...], tuple[Features, ...]]:
    """Every second excerpt: its composer ("" when unknown) and its features."""
    with (EXCERPTS / "manifest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))[::2]
    return tuple(row["composer"] for row in rows), tuple(
        analyse(EXCERPTS / row["file"], row["title"], Audio()) for row in rows
    )


needs_excerpts = pytest.mark.skipif(not (EXCERPTS / "manifest.csv").exists(), reason="needs the development set")


def mean_average_precision(vectors: Samples, labels: tuple[str, ...]) -> float:
    """Leave one out, standardised, cosine; queries are those with a label that another one has too."""
    standard = (vectors - vectors.mean(axis=0)) / (vectors.std(axis=0) + 1e-9)
    standard /= np.linalg.norm(standard, axis=1, keepdims=True)
    likeness = standard @ standard.T
    found = []
    for query, label in enumerate(labels):
        order = [other for other in np.argsort(-likeness[query], kind="stable") if other != query]
        hits = np.array([labels[other] == label for other in order])
        if label and hits.any():
            found.append((hits.cumsum() / np.arange(1, len(hits) + 1))[hits].mean())
    return float(np.mean(found))


@needs_excerpts
def test_composers_are_found_again() -> None:
    composers, found = _excerpts()
    vectors = np.stack([each.vector for each in found])
    chance = np.random.default_rng(0).standard_normal(vectors.shape).astype(np.float32)
    ours = mean_average_precision(vectors, composers)
    assert ours >= 0.12
    assert ours > 1.8 * mean_average_precision(chance, composers)
    # The first 39 are means and spreads of the MFCC: the baseline.
    assert ours > mean_average_precision(vectors[:, :39], composers)


@needs_excerpts
def test_real_excerpts_are_music() -> None:
    sure = np.array([each.named["music"] for each in _excerpts()[1]])
    assert (sure > 0.5).mean() >= 0.97
