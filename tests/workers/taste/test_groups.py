"""Which songs of a list belong together, and that each taste is served."""

from __future__ import annotations

import numpy as np
import pytest

from tests.workers.taste.test_taste import catalogue, song
from workers.taste.groups import APART, ASKED, FEWEST, TASTES, _likelihood, tastes
from workers.taste.model import _served, shipped

BETWEEN = np.linspace(4, 0.2, 16).astype(np.float32)


def drawn(sizes: list[int], apart: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Songs of so many tastes whose centres lie ``apart`` as centres do, shuffled; and the taste of each."""
    chance = np.random.default_rng(seed)
    centres = apart * np.sqrt(BETWEEN) * chance.standard_normal((len(sizes), 16))
    whose = chance.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return (centres[whose] + chance.standard_normal((len(whose), 16))).astype(np.float32), whose


def test_the_likelihood_is_that_of_one_centre() -> None:
    """Against the joint normal written out: songs of a group share variance ``between``."""
    chance = np.random.default_rng(0)
    songs = chance.standard_normal((5, 16))

    def told(rows: list[int]) -> float:
        found = 0.0
        for axis, variance in enumerate(BETWEEN.astype(float)):
            cov = variance * np.ones((len(rows), len(rows))) + np.eye(len(rows))
            values = songs[rows, axis]
            found -= 0.5 * (np.linalg.slogdet(cov)[1] + values @ np.linalg.solve(cov, values))
        return found

    def gain(one: list[int], other: list[int]) -> float:
        groups = [one + other, one, other]
        sums = np.array([songs[rows].sum(axis=0) for rows in groups])
        whole, first, second = _likelihood(sums, np.array([len(rows) for rows in groups], float), BETWEEN)
        return float(whole - first - second)

    assert gain([0, 1], [2, 3, 4]) == pytest.approx(told([0, 1, 2, 3, 4]) - told([0, 1]) - told([2, 3, 4]))


def test_two_tastes_are_told_apart() -> None:
    songs, whose = drawn([30, 20], apart=3)
    first, second = tastes(songs, BETWEEN)
    assert (set(whose[first]), set(whose[second])) == ({0}, {1})
    assert (len(first), len(second)) == (30, 20)


def test_one_taste_stays_whole() -> None:
    songs, _ = drawn([50], apart=1)
    assert [rows.tolist() for rows in tastes(songs, BETWEEN)] == [list(range(50))]


def test_outliers_are_no_taste() -> None:
    songs, whose = drawn([30, 20, FEWEST - 1, 1], apart=4)
    assert {int(taste) for rows in tastes(songs, BETWEEN) for taste in whose[rows]} == {0, 1}


@pytest.mark.parametrize("count", [1, 2, 3, FEWEST])
def test_a_few_songs_are_one_taste(count: int) -> None:
    songs, _ = drawn([1] * count, apart=5)
    assert [rows.tolist() for rows in tastes(songs, BETWEEN)] == [list(range(count))]


def test_of_ten_thousand_songs_some_are_asked() -> None:
    songs, whose = drawn([6_000, 4_000], apart=3)
    found = tastes(songs, BETWEEN)
    assert [set(whose[rows]) for rows in found] == [{0}, {1}]
    assert sum(len(rows) for rows in found) == ASKED


def test_no_more_tastes_than_can_be_served() -> None:
    songs, whose = drawn([20] * (TASTES + 3), apart=6)
    assert len(tastes(songs, BETWEEN)) == TASTES
    assert APART > 0 and len(set(whose)) == TASTES + 3


def test_both_tastes_of_a_list_are_served() -> None:
    """Half calm, half loud songs: among the best are many of either, and none from between."""
    chance = np.random.default_rng(0)
    calm = song(acousticness=0.95, energy=0.1, instrumentalness=0.9, loudness=-20, danceability=0.3, tempo=80)
    loud = song(acousticness=0.001, energy=0.95, instrumentalness=0.001, loudness=-3, danceability=0.7, tempo=128)
    kinds = np.repeat(np.concatenate([calm, loud]), 72, axis=0)
    songs = (kinds * (1 + 0.02 * chance.normal(size=kinds.shape))).astype(np.float32)
    candidates = np.concatenate([songs[12:72], songs[84:], catalogue(3_000)])
    scores = shipped().among(candidates).rank(np.concatenate([songs[:12], songs[72:84]])).scores
    best = np.argsort(-scores)[:100]
    assert min(np.count_nonzero(best < 60), np.count_nonzero((best >= 60) & (best < 120))) > 30


def test_tastes_share_the_best_songs_as_they_share_the_list() -> None:
    """However much higher the ratios of one of them are."""
    chance = np.random.default_rng(0)
    ratios = np.stack([50 * chance.standard_normal(20_000), 2000 + 50 * chance.standard_normal(20_000)])
    one, other = np.argsort(-ratios, axis=1)
    best = np.argsort(-_served(ratios.astype(np.float32), [30, 10]))[:1_000]
    assert np.isin(one[:700], best).all()
    assert np.isin(other[:230], best).all()
