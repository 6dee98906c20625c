"""How the demo songs sound, measured by means that know nothing of how they are made."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from workers.demo.catalogue import Song, samples, songs
from workers.demo.effects import echoed, fast_size, limited, pumping
from workers.demo.instruments import KITS, RATE, VOICES, noise_band, sound, strike
from workers.demo.styles import STYLES
from workers.demo.theory import hertz, raised, scale

STYLE_NAMES = [style.name for style in STYLES]
DRUMMED = ["lo-fi beats", "house", "drum & bass", "chiptune", "dub reggae"]
TONAL = ["ambient drift", "lo-fi beats", "folk pluck", "piano ballad", "dub reggae"]


def _of(style: str) -> list[Song]:
    """Three songs by different artists."""
    return [song for song in songs() if song.style == style][2::7]


@cache
def _mono(song: Song) -> NDArray[np.float32]:
    return samples(song)


def _spectra(mono: NDArray[np.float32], size: int, hop: int) -> NDArray[np.float32]:
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)[::hop]
    return np.abs(np.fft.rfft(frames * np.hanning(size).astype(np.float32)))


def _tempo(mono: NDArray[np.float32]) -> float:
    """The strongest period of the spectral flux between 60 and 200 BPM, supported by its double (BPM)."""
    rate, hop = 200, RATE // 200
    flux = np.maximum(0, np.diff(np.log(1e-4 + _spectra(mono, 1024, hop)), axis=0)).sum(axis=1)
    flux -= flux.mean()
    similar = np.correlate(flux, flux, "full")[len(flux) - 1 :] / np.arange(len(flux), 0, -1)
    lags = np.arange(60 * rate // 200, 60 * rate // 60 + 1)
    best = lags[np.argmax(similar[lags] + 0.5 * similar[2 * lags])]
    return 60 * rate / float(best)


@pytest.mark.parametrize("style", STYLE_NAMES)
def test_nothing_clips_and_nothing_is_silent(style: str) -> None:
    for song in _of(style):
        mono = _mono(song)
        assert mono.dtype == np.float32
        assert len(mono) / RATE == pytest.approx(song.track.duration_s, abs=0.01)
        assert np.abs(mono).max() < 1
        assert 0.04 < mono.std() < 0.25
        assert abs(mono.mean()) < 0.005
        assert mono[: 11 * RATE].reshape(-1, RATE).std(axis=1).min() > 0.002


@pytest.mark.parametrize("style", STYLE_NAMES)
def test_songs_end_in_silence(style: str) -> None:
    for song in _of(style):
        assert np.abs(_mono(song)[-32:]).max() < 1e-3


@pytest.mark.parametrize("style", DRUMMED)
def test_the_measured_tempo_is_the_stated_one(style: str) -> None:
    for song in _of(style):
        measured = _tempo(_mono(song))
        assert min(abs(measured * octave / song.tempo - 1) for octave in (0.5, 1, 2)) < 0.03, (measured, song.tempo)


@pytest.mark.parametrize("style", TONAL)
def test_the_energy_lies_on_the_scale_of_the_key(style: str) -> None:
    for song in _of(style):
        mono = _mono(song)
        energy = np.abs(np.fft.rfft(mono)) ** 2
        frequency = np.fft.rfftfreq(len(mono), 1 / RATE)
        heard = (frequency > 80) & (frequency < 2000)
        classes = np.round(69 + 12 * np.log2(frequency[heard] / 440)).astype(int) % 12
        chroma = np.bincount(classes, energy[heard], minlength=12)
        # Seven of twelve classes would have 0.58 of anything without a key.
        assert chroma[list(scale(song.key, song.mode))].sum() / chroma.sum() > 0.8


def test_styles_are_told_apart_by_their_mean_spectrum() -> None:
    chosen = [song for style in STYLE_NAMES for song in _of(style)]
    edges = np.unique(np.geomspace(2, 512, 25).astype(int))
    prints = []
    for song in chosen:
        bands = np.log(1e-3 + np.add.reduceat(_spectra(_mono(song), 1024, 512), edges[:-1], axis=1))
        prints.append(np.concatenate([bands.mean(axis=0), bands.std(axis=0)]))
    table = np.array(prints)
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    distance = np.linalg.norm(table[:, None] - table[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    right = [chosen[nearest].style == song.style for song, nearest in zip(chosen, distance.argmin(axis=1), strict=True)]
    assert sum(right) / len(right) > 0.6


@pytest.mark.parametrize("name", VOICES)
def test_a_voice_sounds_at_its_pitch_without_clicks(name: str) -> None:
    pitch = 40 if "bass" in name else 69
    note = sound(VOICES[name], pitch, 0.9)
    energy = np.abs(np.fft.rfft(note * np.hanning(len(note)))) ** 2
    frequency = np.fft.rfftfreq(len(note), 1 / RATE)
    harmonic = np.abs(frequency / hertz(pitch) - np.round(frequency / hertz(pitch))) * hertz(pitch) < 12
    assert energy[harmonic & (frequency > 20)].sum() / energy.sum() > 0.9
    assert abs(note[0]) < 1e-3
    assert abs(note[-1]) < 1e-3


@pytest.mark.parametrize(("kit", "drum"), [(kit, drum) for kit, drums in KITS.items() for drum in drums])
def test_a_drum_starts_and_ends_at_zero(kit: str, drum: str) -> None:
    hit = strike(KITS[kit][drum], np.random.default_rng(0))
    assert np.abs(hit).max() > 0.05
    assert abs(hit[0]) < 1e-6
    assert abs(hit[-1]) < 1e-3


def test_a_noise_band_lies_between_its_edges() -> None:
    noise = noise_band(RATE, 1000, 4000, np.random.default_rng(0))
    energy = np.abs(np.fft.rfft(noise)) ** 2  # one bin per Hz
    middle = energy[1800:2200].mean()
    # Third-order Butterworth slopes: half the energy at an edge, one in 65 an octave beyond it.
    assert energy[3900:4100].mean() / middle == pytest.approx(1 / 2, rel=0.3)
    assert energy[7800:8200].mean() / middle == pytest.approx(1 / 65, rel=0.3)
    assert energy[480:520].mean() / middle == pytest.approx(1 / 65, rel=0.5)
    assert noise.std() == pytest.approx(0.3, rel=0.01)


def test_theory_agrees_with_the_textbook() -> None:
    assert scale("A", "minor") == (9, 11, 0, 2, 4, 5, 7)
    assert scale("Eb", "major") == (3, 5, 7, 8, 10, 0, 2)
    assert scale("D", "dorian") == tuple((2 + step) % 12 for step in (0, 2, 3, 5, 7, 9, 10))
    assert hertz(69) == 440
    assert hertz(60) == pytest.approx(261.626, abs=1e-3)
    assert raised(0, 60) == 60
    assert raised(11, 60) == 71


def test_effects_do_what_their_names_say() -> None:
    tone = np.sin(np.arange(RATE, dtype=np.float32) * np.float32(0.1))
    assert np.abs(limited(tone * 50, 5.0)).max() <= 0.95
    assert limited(tone * 50, 0.1).std() == pytest.approx(0.1, rel=0.02)
    click = np.zeros(RATE, dtype=np.float32)
    click[0] = 1
    assert {at: float(echoed(click, 0.25, 0.5)[at]) for at in np.flatnonzero(echoed(click, 0.25, 0.5))} == {
        8000: 0.5,
        16_000: 0.25,
        24_000: 0.125,
    }
    gain = pumping(RATE, [8000], 0.5)
    assert gain[4000] == pytest.approx(1, abs=1e-3)
    assert 0.5 <= gain.min() < 0.6
    assert all(length <= fast_size(length) < length * 1.25 for length in (1000, 44_100, 448_000, 500_001))
