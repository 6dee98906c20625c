"""The vector and the named features of whole songs, and the ranking of real excerpts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Features
from core.ports import FeatureExtractor
from core.settings import Audio
from tests.workers.audio.signals import RATE, Samples, chord, clicks, encode, noise, sine
from workers.audio.analyse import analyse, opened
from workers.audio.extractor import PIECE_S, Timbre, pieces
from workers.evaluate.manifest import Excerpt, read_manifest
from workers.evaluate.measures import hubness, retrieval
from workers.evaluate.peers import PEERS
from workers.models import timbre

MANIFEST = Path(__file__).resolve().parents[3].parent / "shared" / "audio" / "manifest.csv"


def features(samples: Samples) -> Features:
    extractor: FeatureExtractor = Timbre()
    return extractor.extract(samples, RATE)


@pytest.mark.parametrize("seconds", [0.01, 1, 2.9, 29.7, 30, 44, 46, 100])
def test_pieces_are_equally_long_and_nearly_all_of_the_song(seconds: float) -> None:
    samples = noise(seconds)
    cut = pieces(samples, RATE)
    assert cut.shape[1] % RATE == 0
    assert cut.shape[1] <= 1.5 * PIECE_S * RATE
    if seconds >= 1:
        assert 0 <= len(samples) - cut.size < RATE * len(cut) + RATE


@pytest.mark.parametrize("size", [1, 100, 2048, RATE])
def test_even_the_shortest_sound_has_finite_features(size: int) -> None:
    found = features(noise(2)[:size])
    assert found.vector.shape == (128,)
    assert found.vector.dtype == np.float32
    assert np.isfinite(found.vector).all()
    assert all(np.isfinite(value) for value in found.named.values())


def test_songs_heard_together_are_heard_as_alone() -> None:
    songs = [clicks(100, 6), chord((220, 277.18, 329.63), 4), noise(6), clicks(130, 70), sine(440, 4)]
    together = Timbre().extract_all(songs, RATE)
    for song, found in zip(songs, together, strict=True):
        alone = features(song)
        assert np.allclose(found.vector, alone.vector, atol=1e-3)
        assert found.named == pytest.approx(alone.named, rel=1e-3)


def test_a_long_song_is_the_mean_of_its_pieces() -> None:
    steady = clicks(120, 4 * PIECE_S)
    whole, part = features(steady), features(steady[: PIECE_S * RATE])
    assert whole.named["tempo"] == pytest.approx(part.named["tempo"], rel=0.01)
    likeness = timbre.unit(np.stack([whole.vector, part.vector]))
    assert likeness[0] @ likeness[1] > 0.95


@settings(deadline=None, max_examples=10)
@given(gain_db=st.floats(-30, 6))
def test_gain_changes_no_named_feature(gain_db: float) -> None:
    song = clicks(120, 5) + chord((220, 261.63, 329.63), 5) / 4
    plain, gained = features(song), features(song * np.float32(10 ** (gain_db / 20)))
    # Danceability looks at the level itself: what is 30 dB softer moves as much, by the same share.
    assert gained.named == pytest.approx(plain.named, rel=0.02)


@pytest.mark.parametrize("hz", [220, 440, 1760, 5000])
def test_brightness_of_a_tone_is_its_frequency(hz: int) -> None:
    assert features(sine(hz, 5)).named["brightness"] == pytest.approx(hz, rel=0.03)


def test_what_cannot_be_told_is_absent() -> None:
    named = features(noise(10)).named
    for name in ("energy", "valence", "acousticness", "instrumentalness", "liveness", "speechiness", "loudness"):
        assert name not in named


def test_confidence_is_a_share_and_is_of_something_named() -> None:
    found = features(clicks(120, 20) + chord((220, 261.63, 329.63), 20) / 4)
    assert {"tempo", "key", "mode"} <= set(found.confidence) <= set(found.named)
    assert all(0 <= value <= 1 for value in found.confidence.values())
    assert features(noise(20)).confidence["tempo"] < found.confidence["tempo"]


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


def test_loudness_is_measured_before_anything_is_trimmed_or_mixed() -> None:
    song = clicks(120, 10, 44_100)
    quiet = np.zeros(3 * 44_100, np.float32)
    with_silence = analyse(encode(np.concatenate([quiet, song, quiet]), "tone.flac"), "song.flac", Audio())
    alone = analyse(encode(song, "tone.flac"), "x", Audio())
    assert with_silence.named["loudness"] == pytest.approx(alone.named["loudness"], abs=0.3)
    # Two equal channels are twice as loud as one: 10 log10 2.
    stereo = analyse(encode(song, "tone.flac", "stereo"), "x", Audio())
    assert stereo.named["loudness"] - alone.named["loudness"] == pytest.approx(3.01, abs=0.05)


needs_excerpts = pytest.mark.skipif(not MANIFEST.exists(), reason="needs the development set")


@cache
def _excerpts() -> tuple[list[Excerpt], list[Samples]]:
    """Every second excerpt, as sound."""
    excerpts = read_manifest(MANIFEST)[::2]
    return excerpts, [opened(each.path, each.path.name, Audio()).samples for each in excerpts]


@needs_excerpts
def test_composers_are_found_again_better_than_by_the_usual_means() -> None:
    from workers.audio.decode import Sound

    excerpts, sounds = _excerpts()
    artists = [excerpt.artist for excerpt in excerpts]
    vectors = timbre.unit(np.stack([found.vector for found in Timbre().extract_all(sounds, RATE)]))
    ours = timbre.apart(vectors, vectors, vectors)
    found = retrieval(ours, artists)
    stats = retrieval(PEERS["mfcc-stats"].distances([Sound(each, RATE) for each in sounds]), artists)
    chance = retrieval(np.random.default_rng(0).random(ours.shape, dtype=np.float32), artists)
    # The vector was fitted on these songs, so this says only that nothing broke; `yasr evaluate audio` measures.
    assert found.map > 1.5 * stats.map > 1.5 * chance.map
    assert hubness(ours).never <= 0.01
