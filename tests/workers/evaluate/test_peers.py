"""The peers against plain loops, formulas, the libraries they follow, and kinds of sound that nobody confuses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import cosine as scipy_cosine

from core.settings import Audio
from tests.workers.audio.signals import RATE, Samples, chord, clicks, noise, sine
from workers.audio.decode import Sound, decode
from workers.audio.trim import trim
from workers.evaluate import peers
from workers.evaluate.hubs import mutual_proximity
from workers.evaluate.manifest import read_manifest
from workers.evaluate.measures import hubness, retrieval
from workers.evaluate.peers import PEERS, available
from workers.evaluate.peers.cepstra import coefficients, flattened_cosine
from workers.evaluate.peers.gaussians import gaussian, jensen_shannon
from workers.evaluate.peers.vectors import cosine, standardised

MANIFEST = Path(__file__).resolve().parents[3].parent / "shared" / "audio" / "manifest.csv"

INSTALLED = {peer.name for peer in available()}

each_peer = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.skipif(name not in INSTALLED, reason=f"needs {peer.needs}"))
        for name, peer in PEERS.items()
    ],
)


def matrices(lengths: Sequence[int], width: int, seed: int) -> list[Samples]:
    random = np.random.default_rng(seed)
    return [random.standard_normal((length, width)).astype(np.float32) for length in lengths]


@settings(deadline=None, max_examples=30)
@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=8), seed=st.integers(0, 2**32 - 1))
def test_flattened_cosine_cuts_each_pair_to_the_shorter(lengths: list[int], seed: int) -> None:
    songs = matrices(lengths, 3, seed)
    found = flattened_cosine(songs)
    for i, left in enumerate(songs):
        for j, right in enumerate(songs):
            shorter = min(len(left), len(right))
            expected = scipy_cosine(left[:shorter].ravel(), right[:shorter].ravel())
            assert found[i, j] == pytest.approx(expected, abs=1e-5)


def test_the_cepstra_are_librosas() -> None:
    librosa = pytest.importorskip("librosa")
    song = clicks(120, 4) + chord((220, 261.63, 329.63), 4)
    expected = librosa.feature.mfcc(y=song, sr=RATE, n_mfcc=20, n_mels=40, n_fft=2048, hop_length=512)
    found, rate = coefficients(Sound(song, RATE))
    assert rate == pytest.approx(43.07, abs=0.01)
    assert np.allclose(found.T, expected, atol=0.05)


def test_divergence_of_gaussians_is_the_mean_of_two_relative_entropies() -> None:
    random = np.random.default_rng(5)
    means = random.standard_normal((4, 3))
    roots = random.standard_normal((4, 3, 3))
    covariances = roots @ roots.transpose(0, 2, 1) + np.eye(3)

    def relative_entropy(song: int, mean: NDArray[np.float64], covariance: NDArray[np.float64]) -> float:
        inverse, away = np.linalg.inv(covariance), mean - means[song]
        ratio = np.log(np.linalg.det(covariance) / np.linalg.det(covariances[song]))
        return float(np.trace(inverse @ covariances[song]) + away @ inverse @ away - 3 + ratio) / 2

    found = jensen_shannon(means, covariances)
    for i in range(4):
        for j in range(4):
            middle = (means[i] + means[j]) / 2
            second = sum(covariances[k] + np.outer(means[k], means[k]) for k in (i, j)) / 2
            merged = second - np.outer(middle, middle)
            halves = [relative_entropy(song, middle, merged) / 2 for song in (i, j)]
            assert found[i, j] == pytest.approx(np.sqrt(max(0.0, sum(halves))), abs=1e-5)


def test_divergence_in_one_dimension_by_hand() -> None:
    # Two unit Gaussians two apart: the merged variance is 1 + 1, so ½ ln 2.
    found = jensen_shannon(np.array([[0.0], [2.0]]), np.ones((2, 1, 1)))
    assert found[0, 1] == pytest.approx(np.sqrt(np.log(2) / 2))


def test_the_gaussian_of_a_song_does_not_know_its_gain() -> None:
    song = noise(3) + sine(440, 3)
    loud, soft = gaussian(Sound(song, RATE)), gaussian(Sound((song / 50).astype(np.float32), RATE))
    assert np.allclose(loud[0], soft[0], atol=1e-3)
    assert np.allclose(loud[1], soft[1], atol=1e-3)


def test_standardised_columns_and_columns_that_never_change() -> None:
    table = standardised(np.array([[1e-8, 0.1, 0], [2e-8, 0.1, 0], [3e-8, 0.1, 0]], np.float32))
    assert np.allclose(table, np.outer([-1.2247, 0, 1.2247], [1, 0, 0]), atol=1e-4)
    assert cosine(np.array([[1.0, 0], [0, 2], [-3, 0]]))[0].tolist() == [0, 1, 2]


@cache
def _kinds() -> tuple[list[Sound], list[str]]:
    """Four kinds of sound, three of each, of different lengths."""
    hiss = noise(9)
    sounds: dict[str, list[NDArray[np.floating]]] = {
        "hiss": [hiss[: 6 * RATE], hiss[2 * RATE :] * 2, hiss[RATE : 8 * RATE] / 2],
        "clicks": [clicks(bpm, seconds) for bpm, seconds in ((110, 6), (113, 7), (116, 8))],
        "bass": [chord((hz, 1.5 * hz), seconds) + hiss[: seconds * RATE] / 100 for hz, seconds in ((80, 6), (82, 8))],
        "treble": [chord((hz, 1.5 * hz), 7) + hiss[: 7 * RATE] / 100 for hz in (3000, 3050, 3100)],
    }
    songs = [Sound(sample.astype(np.float32), RATE) for kind in sounds.values() for sample in kind]
    return songs, [kind for kind, samples in sounds.items() for _ in samples]


@each_peer
def test_every_peer_finds_its_own_kind(name: str) -> None:
    sounds, kinds = _kinds()
    distances = PEERS[name].distances(sounds)
    assert distances.shape == (len(sounds), len(sounds))
    assert distances.dtype == np.float32
    assert np.isfinite(distances).all()
    assert np.allclose(distances, distances.T, atol=1e-5)
    assert np.allclose(distances.diagonal(), 0, atol=1e-3)
    found = retrieval(distances, kinds)
    assert (found.queries, found.classes) == (11, 4)
    assert found.r_precision > 0.6  # by chance: 0.2; clicks of other tempi are hard for what compares frame by frame


@each_peer
def test_every_peer_stands_odd_sounds(name: str) -> None:
    shortest = noise(0.02)
    odd = [sine(1000, 3), sine(1000, 3), np.sign(sine(50, 1)), shortest, -shortest, noise(3), clicks(60, 5)]
    distances = PEERS[name].distances([Sound(samples.astype(np.float32), RATE) for samples in odd])
    assert np.isfinite(distances).all()


def test_only_installed_peers_are_available(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"cosine-mfcc", "dtw-mfcc", "mfcc-stats", "musly"} <= INSTALLED <= set(PEERS)
    monkeypatch.setattr(peers, "find_spec", lambda name: None if name == "librosa" else object())
    assert [peer.name for peer in available()] == [name for name in PEERS if name != "librosa"]


@pytest.mark.skipif(not MANIFEST.exists(), reason="needs the development set")
def test_musly_finds_real_albums_and_mutual_proximity_takes_its_hubs() -> None:
    excerpts = read_manifest(MANIFEST)[::4]
    albums = [excerpt.album for excerpt in excerpts]
    sounds = [trim(decode(each.path, each.path.name, Audio()), each.path.name) for each in excerpts]
    chance = np.random.default_rng(0).random((len(sounds), len(sounds)), np.float32)
    means, covariances = zip(*(gaussian(sound) for sound in sounds), strict=True)
    raw = jensen_shannon(np.stack(means), np.stack(covariances))
    distances = mutual_proximity(raw)
    assert retrieval(distances, albums).map > 1.5 * retrieval(chance, albums).map
    assert hubness(distances, 5).skew < hubness(raw, 5).skew
