"""The learned taste against constructed truth: lists whose songs were drawn around a centre of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from workers.taste.encoding import NAMES, Ground, encode
from workers.taste.model import Taste, shipped
from workers.taste.plda import Plda
from workers.taste.scale import Scale

SONG = (0.5, 0.6, 0.7, 0.01, 0.1, -6.0, 1.0, 0.05, 120.0, 0.4, 9.0, 200.0, 4.0)


def song(**changes: float) -> np.ndarray:
    return np.array([[changes.get(name, number) for name, number in zip(NAMES, SONG, strict=True)]], np.float32)


def catalogue(count: int, seed: int = 0) -> np.ndarray:
    """Songs like Spotify's numbers: shares skewed towards 0, loudness below 0, tempo around 120."""
    chance = np.random.default_rng(seed)
    columns: dict[str, np.ndarray] = {
        **{name: chance.beta(2, 2, count) for name in ("danceability", "energy", "valence")},
        "acousticness": chance.beta(0.4, 2, count), "liveness": chance.beta(1, 5, count),
        "instrumentalness": chance.beta(0.2, 2, count), "speechiness": chance.beta(0.4, 5, count),
        "loudness": -np.abs(chance.normal(8, 4, count)), "mode": chance.integers(0, 2, count),
        "tempo": chance.normal(120, 25, count), "key": chance.integers(-1, 12, count),
        "duration_s": chance.normal(210, 50, count), "time_signature": chance.choice([3, 4], count, p=[0.1, 0.9]),
    }  # fmt: skip
    return np.stack([columns[name] for name in NAMES], axis=1).astype(np.float32)


def test_related_keys_are_near_and_unknown_ones_in_the_middle() -> None:
    c, g, f_sharp, unknown = (encode(song(key=key))[0, 15:17] for key in (0, 7, 6, -1))
    assert np.linalg.norm(c - g) < np.linalg.norm(c - f_sharp)
    assert unknown.tolist() == [0, 0]


def test_what_is_not_told_lies_in_the_middle() -> None:
    ground = Ground.of(catalogue(500))
    told, silent = song(), song(time_signature=np.nan, duration_s=np.nan)
    for encoded in (ground.binned, ground.multiplied):
        assert np.isfinite(encoded(silent)).all()
    assert (ground.binned(told) != ground.binned(silent)).any()
    nobody_knows = catalogue(50)
    nobody_knows[:, NAMES.index("duration_s")] = np.nan
    assert np.isfinite(Ground.of(nobody_knows).binned(nobody_knows)).all()


@given(st.lists(st.floats(-100, 100, width=32), min_size=13, max_size=13))
@settings(max_examples=50)
def test_any_numbers_can_be_encoded(numbers: list[float]) -> None:
    row = np.array([numbers], np.float32)
    ground = shipped().ground
    assert np.isfinite(ground.binned(row)).all()
    assert np.isfinite(ground.multiplied(row)).all()


def test_a_scale_is_that_of_numpy() -> None:
    columns = np.random.default_rng(0).normal(3, 2, (100, 4)).astype(np.float32)
    columns[:, 3] = 7
    scale = Scale.of(columns)
    np.testing.assert_allclose(scale.mean, columns.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(scale.spread[:3], columns.std(axis=0)[:3], rtol=1e-5)
    assert not scale(columns)[:, 3].any()


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, list[np.ndarray]]:
    """200 lists of 12 songs: centres vary by 4 and 1 along two axes and not along the third, songs by 1."""
    chance = np.random.default_rng(1)
    centres = chance.normal(size=(200, 3)) * [2, 1, 0]
    songs = (centres[:, None] + chance.normal(size=(200, 12, 3))).reshape(-1, 3).astype(np.float32)
    return songs, list(np.arange(2_400).reshape(200, 12))


def test_what_was_drawn_is_found_again(drawn: tuple[np.ndarray, list[np.ndarray]]) -> None:
    learned = Plda.fit(*drawn, shrink=0.0, dims=3)
    assert learned.between[:2] == pytest.approx([4, 1], rel=0.2)
    assert (learned.between[2:] < 0.05).all()
    first = learned.directions[:, 0] / np.linalg.norm(learned.directions[:, 0])
    assert abs(first[0]) > 0.98


def test_the_score_is_the_ratio_of_two_densities(drawn: tuple[np.ndarray, list[np.ndarray]]) -> None:
    """Song and seeds together under one centre, against the song under any: with the joint normal written out."""
    learned = Plda.fit(*drawn, shrink=0.0, dims=2)
    songs = learned.project(drawn[0][:50])
    seeds, candidates = songs[:4], songs[10:]
    expected = np.zeros(len(candidates))
    for axis, variance in enumerate(learned.between.astype(float)):
        same = variance * np.ones((5, 5)) + np.eye(5)
        alone = multivariate_normal(cov=same[:4, :4]).logpdf(seeds[:, axis])
        for row, candidate in enumerate(candidates[:, axis]):
            together = multivariate_normal(cov=same).logpdf([*seeds[:, axis], candidate])
            expected[row] += together - alone - multivariate_normal(cov=variance + 1).logpdf(candidate)
    scores = learned.ratio([seeds], candidates)[0]
    np.testing.assert_allclose(scores, expected, atol=1e-3)
    # Several groups at once, over many blocks, are what each is by itself.
    many = np.tile(candidates, (100, 1))
    both = learned.ratio([seeds, songs[4:10]], many)
    np.testing.assert_allclose(both[0], np.tile(scores, 100), atol=1e-4)
    np.testing.assert_allclose(both[1], learned.ratio([songs[4:10]], many)[0], atol=1e-4)


def test_shrinking_makes_directions_alike(drawn: tuple[np.ndarray, list[np.ndarray]]) -> None:
    loose, tight = (Plda.fit(*drawn, shrink=shrink, dims=3) for shrink in (0.0, 1.0))
    lengths = [np.linalg.norm(one.directions, axis=0) for one in (loose, tight)]
    assert np.ptp(lengths[1]) < 1e-3 < np.ptp(lengths[0])


def test_a_taste_is_kept_as_it_is(tmp_path: Path) -> None:
    numbers = catalogue(1_200)
    lists = [np.argsort(np.abs(numbers[:, NAMES.index("tempo")] - tempo))[:30] for tempo in range(80, 160, 2)]
    learned = Taste.fit(numbers, lists)
    learned.save(tmp_path / "taste.npz")
    again = Taste.load(tmp_path / "taste.npz")
    seeds = numbers[lists[0]]
    before, after = (taste.among(numbers).rank(seeds).scores for taste in (learned, again))
    np.testing.assert_allclose(before, after, atol=0.02)
    tempo = numbers[:, NAMES.index("tempo")]
    best = np.argsort(-before)[:30]
    assert np.abs(tempo[best] - tempo[lists[0]].mean()).mean() < np.abs(tempo - tempo[lists[0]].mean()).mean() / 4
    assert again.digest == Taste.load(tmp_path / "taste.npz").digest


def test_what_is_shipped_prefers_songs_like_the_seeds() -> None:
    """Sixty calm, acoustic, instrumental songs rank before sixty loud, fast ones for seeds of their kind."""
    chance = np.random.default_rng(0)
    calm = song(acousticness=0.95, energy=0.1, instrumentalness=0.9, loudness=-20, danceability=0.3, tempo=80)
    loud = song(acousticness=0.001, energy=0.95, instrumentalness=0.3, loudness=-3, danceability=0.7, tempo=128)
    jitter = 1 + 0.02 * chance.normal(size=(140, 13))
    songs = (np.concatenate([np.repeat(calm, 70, axis=0), np.repeat(loud, 70, axis=0)]) * jitter).astype(np.float32)
    candidates = np.concatenate([songs[10:70], songs[80:]])
    among = shipped().among(candidates)
    assert among.rank(songs[:10]).scores[:60].min() > among.rank(songs[:10]).scores[60:].max()
    assert among.rank(songs[70:80]).scores[60:].min() > among.rank(songs[70:80]).scores[:60].max()
    both = np.concatenate([songs[:10], songs[70:80]])
    nearest = among.rank(both).nearest[np.arange(120)]
    assert set(nearest[:60].tolist()) <= set(range(10))
    assert set(nearest[60:].tolist()) <= set(range(10, 20))
