"""Timbre, shape, level, patterns and balance against theory, librosa and torchaudio."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import torch
from torch import Tensor

from tests.workers.audio.signals import RATE, Samples, chord, clicks, noise, sine
from tests.workers.audio.songs import drums
from workers.audio import balance, cepstrum, dance, dynamics, patterns, shape
from workers.audio._torchaudio import functional
from workers.audio.spectrum import BANDS, HOP, RANGE_DB, WINDOW, Spectrum, ascending, high, mfcc, spectrum

TONES = chord((220, 261.63, 329.63), 5) + noise(5, level=0.01)


def seen(samples: Samples) -> Spectrum:
    return spectrum(torch.from_numpy(samples)[None], RATE)


def magnitude(samples: Samples) -> np.ndarray:
    level = 0.1 / np.sqrt(np.square(samples).mean())
    return np.abs(librosa.stft(samples * level, n_fft=WINDOW, hop_length=HOP, pad_mode="reflect"))


def test_the_spectrum_is_librosas_of_the_same_level() -> None:
    assert np.allclose(seen(TONES).magnitude[0], magnitude(TONES), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("samples", [TONES, noise(5), clicks(120, 5)], ids=["tones", "noise", "clicks"])
def test_shape_is_librosas(samples: Samples) -> None:
    ours, theirs = seen(samples), magnitude(samples)
    for name, of_ours, of_theirs in (
        ("centroid", shape.centroid, librosa.feature.spectral_centroid(S=theirs, sr=RATE)),
        ("bandwidth", shape.bandwidth, librosa.feature.spectral_bandwidth(S=theirs, sr=RATE)),
        ("rolloff", shape.rolloff, librosa.feature.spectral_rolloff(S=theirs**2, sr=RATE, roll_percent=0.85)),
    ):
        assert np.allclose(of_ours(ours)[0], of_theirs[0], rtol=1e-2, atol=RATE / WINDOW), name
    loud = np.asarray(ours.active[0])
    flat = librosa.feature.spectral_flatness(S=theirs, amin=1e-10)[0]
    assert np.allclose(shape.flatness(ours)[0][loud], flat[loud], rtol=1e-2)


def test_flatness_is_what_theory_says() -> None:
    # Of exponentially distributed powers: e to the minus Euler's constant.
    assert float(shape.flatness(seen(noise(5))).mean()) == pytest.approx(np.exp(-np.euler_gamma), abs=0.01)


def test_contrast_of_a_tone_is_in_its_octave() -> None:
    # 600 Hz lies in the fourth band, 400 to 800 Hz; the others hold noise alone.
    mean = shape.contrast(seen(sine(600, 5) + noise(5, level=1e-3)))[0].mean(dim=1)
    assert int(mean.argmax()) == 2
    assert shape.contrast(seen(noise(5)))[0].mean(dim=1).tolist() == pytest.approx([float(mean[5])] * 7, abs=4)


def test_the_mfcc_are_a_cosine_transform_of_the_mel_bands() -> None:
    bands = torch.rand(1, 40, 3)
    k, n = np.arange(20)[:, None], np.arange(40)
    basis = np.cos(np.pi * k * (2 * n + 1) / 80) * np.where(k == 0, np.sqrt(1 / 40), np.sqrt(2 / 40))
    assert np.allclose(mfcc(bands)[0], basis @ bands[0].numpy(), atol=1e-5)


def test_timbre_is_means_and_spreads() -> None:
    song = seen(TONES)
    coefficients = mfcc(song.mel_db)[0]
    deltas = functional.compute_deltas(coefficients[None])[0]
    expected = torch.cat([coefficients.mean(1)[1:], coefficients.std(1, correction=0), deltas.std(1, correction=0)])
    assert torch.allclose(cepstrum.timbre(song)[0], expected, atol=1e-4)


def test_the_logarithm_of_a_covariance() -> None:
    """Bands that move independently by 1 dB have MFCC of that variance: an orthonormal transform keeps it."""
    rng = torch.Generator().manual_seed(1)
    song = seen(TONES)
    still = Spectrum(song.power, song.magnitude, song.level, song.frequencies,
                     torch.randn(1, 40, 20_000, generator=rng), song.bands_db, song.frame_rate)  # fmt: skip
    logarithm = cepstrum.log_covariance(still)[0]
    row, column = torch.triu_indices(20, 20)
    assert logarithm[row == column].tolist() == pytest.approx([np.log(1.1)] * 20, abs=0.1)
    assert float(logarithm[row != column].abs().max()) < 0.05


def test_level_of_a_sine_and_of_pulses() -> None:
    tone = torch.from_numpy(sine(1102.5, 110_200 / RATE, peak=1.0))[None]
    rms, spread, _, _, crest, low, change = dynamics.level(tone, RATE)[0]
    assert (float(rms), float(crest)) == pytest.approx((-3.01, 3.01), abs=0.01)
    assert (float(spread), float(low), float(change)) == pytest.approx((0, 0, 0), abs=0.05)
    half = np.where(np.arange(5 * RATE) // (RATE // 2) % 2, 1, 0.1).astype(np.float32)
    _, spread, lowest, highest, _, low, _ = dynamics.level(torch.from_numpy(half)[None], RATE)[0]
    assert (float(spread), float(highest - lowest), float(low)) == pytest.approx((10, 20, 0.5), abs=0.3)


def test_tones_are_held_and_clicks_are_not() -> None:
    assert float(balance.held(seen(sine(440, 5)))[0, 0]) > 0.95
    assert float(balance.held(seen(clicks(120, 5)))[0, 0]) < 0.2
    both = balance.held(seen(sine(100, 5) + clicks(120, 5)))[0, 1:]
    assert both[1] > 0.8 > 0.3 > both[-1]


def test_blocks_overlap_and_short_songs_are_repeated() -> None:
    series = torch.arange(10.0)[None, None]
    assert patterns.blocks(series, 4, 2)[0, :, 0].tolist() == [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 7], [6, 7, 8, 9]]
    assert patterns.blocks(series[..., :3], 4, 2)[0, :, 0].tolist() == [[0, 1, 2, 0]]


def test_quantiles_are_one_of_the_values() -> None:
    values = torch.tensor([[5.0, 1.0, 4.0, 2.0, 3.0]])
    assert [float(high(values, share, dim=1)) for share in (0, 0.1, 0.5, 0.9, 1)] == [1, 1, 3, 5, 5]
    assert torch.equal(ascending(values), values.sort(dim=1).values)


@pytest.mark.parametrize("hertz", [1.0, 2.0, 4.0, 8.0])
def test_fluctuation_is_found_where_it_is(hertz: float) -> None:
    time = np.arange(14 * RATE) / RATE
    throbbing = (noise(14) * (1.05 + np.sin(2 * np.pi * hertz * time))).astype(np.float32)
    found = patterns.fluctuation(seen(throbbing)).reshape(BANDS // 3, 31).mean(dim=0)
    centres = torch.logspace(np.log10(0.2), np.log10(12), 33)[1:-1]
    assert float(centres[found.argmax()]) == pytest.approx(hertz, rel=0.2)


def test_bands_that_move_together_are_correlated() -> None:
    beats = patterns.correlation(seen(drums(120, "clicks", 10)))[0]
    assert float(beats.mean()) > 0.6 > 0.3 > float(patterns.correlation(seen(noise(10)))[0].mean().abs())


def test_patterns_do_not_change_with_the_level() -> None:
    def of(samples: Samples) -> Tensor:
        song = seen(samples)
        delta, variance = patterns.deltas(song)
        parts = (patterns.spectral(song), delta, variance, patterns.fluctuation(song), patterns.contrast(song))
        return torch.cat(parts, dim=1)

    song = drums(120, "with eighths", 10)
    assert torch.allclose(of(song), of(song / 30), rtol=1e-2, atol=1e-2)
    assert float(of(song).max()) <= RANGE_DB**2


def test_a_steady_beat_is_more_danceable_than_a_wandering_level() -> None:
    def of(samples: Samples) -> float:
        return float(dance.danceability(torch.from_numpy(samples)[None], RATE))

    rng = np.random.default_rng(3)
    wander = np.repeat(np.exp(0.4 * np.cumsum(rng.standard_normal(300)) / 3), RATE // 10)[: 30 * RATE]
    wandering = (noise(30) * (wander / wander.max())).astype(np.float32)
    assert of(drums(120, "four on the floor")) > 1.5 * of(wandering)
    assert of(np.zeros(30 * RATE, np.float32)) == 0
    assert of(noise(0.3)) == 0  # too short
