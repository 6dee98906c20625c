"""Wildcards: far, music, teaching most; and the yardstick that chance draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import chi2

from core._field import Taken
from core._wild import LIKED, MUSIC, RANDOM, drawn, teachers
from core.model import Arm
from core.slate import Choice, Field, choose
from tests.core.fields import catalogue, everything, field


def taught(columns: Field, count: int, doubt: NDArray[np.float64] | None = None) -> list[int]:
    every = np.arange(len(columns.scores))
    return teachers(columns, every, Taken(columns), count, np.random.default_rng(0), doubt)


def test_noise_is_no_wildcard() -> None:
    assert taught(field([0.9, 0.0, -0.9], [1, 2, 3], music=[MUSIC - 0.1, MUSIC, MUSIC - 0.01]), 2) == [1]


def test_wildcards_are_far_by_fit_not_by_the_score_drawn() -> None:
    number = 40
    columns = field(np.linspace(0, 1, number), range(number), fit=np.linspace(1, 0, number))
    assert taught(columns, 3) == [39, 38, 37]


def test_every_wildcard_is_of_the_farthest_quarter() -> None:
    columns = catalogue(4000, 8, 0)
    picks = taught(columns, 10)
    assert len({int(columns.artist_ids[row]) for row in picks}) == 10
    assert np.all(columns.fit[picks] <= 0.2501)


def test_the_farthest_quarter_widens_for_as_many_artists_as_asked() -> None:
    columns = field(np.linspace(1, 0, 12), [1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7])
    assert [int(columns.artist_ids[row]) for row in taught(columns, 3)] == [7, 6, 5]
    assert [int(columns.artist_ids[row]) for row in taught(columns, 9)] == [7, 6, 5, 4, 3, 2, 1, 7, 7]


def test_ratings_are_asked_for_where_the_taste_is_in_doubt() -> None:
    """Two directions are nearly known; of the songs along the third, one is enough to make another worth more."""
    space = np.zeros((64, 3))
    space[60:] = [[3, 0, 0], [0, 2, 0], [0, 0, 1.5], [0, 0, 1.4]]
    columns = field(np.arange(64) >= 60, range(64), fit=np.linspace(1, 0, 64), space=space)
    assert taught(columns, 3) == [60, 61, 62], "all is equally unknown: long before short"
    assert taught(columns, 3, np.diag([0.01, 0.02, 4.0])) == [62, 63, 60]
    # After one rating along it, 4 is left 4 - 16·2.25/(1 + 9) = 0.4: 0.4·1.96 = 0.784 is still over 0.09 and 0.08.


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_it_is_the_greedy_d_optimal_design(seed: int, dimensions: int) -> None:
    """Each song makes the determinant of Σ⁻¹ + Σ xx' greatest, which is what D-optimal means."""
    chance = np.random.default_rng(seed)
    columns = field(
        np.arange(96) >= 90, range(96), fit=np.linspace(1, 0, 96), space=chance.standard_normal((96, dimensions))
    )
    root = chance.standard_normal((dimensions, dimensions + 1))
    doubt = root @ root.T / dimensions + 0.05 * np.eye(dimensions)
    known, left, expected = np.linalg.inv(doubt), list(range(95, 89, -1)), []
    for _ in range(4):
        dets = [
            np.linalg.slogdet(known + np.outer(place, place))[1] for place in columns.space[left].astype(np.float64)
        ]
        row = left.pop(int(np.argmax(dets)))
        expected.append(row)
        known += np.outer(columns.space[row], columns.space[row])
    before = doubt.copy()
    assert taught(columns, 4, doubt) == expected
    assert np.array_equal(doubt, before), "the caller's doubt is left as it was"


def test_of_very_many_a_sample_is_asked() -> None:
    columns = catalogue(20_000, 2, 0)
    picks = taught(columns, 5)
    assert len(picks) == 5
    assert np.all(columns.fit[picks] <= 0.2501)
    liked = columns.scores >= np.quantile(columns.scores[columns.fit <= 0.25], 1 - LIKED)
    lengths = np.linalg.norm(columns.space[liked & (columns.fit <= 0.25)], axis=1)
    assert np.linalg.norm(columns.space[picks[0]]) > np.quantile(lengths, 0.98)


def test_of_what_is_far_that_is_tried_which_may_yet_please() -> None:
    columns = catalogue(4000, 8, 0)
    far = np.sort(columns.scores[columns.fit <= 0.25])
    assert np.all(columns.scores[taught(columns, 5)] >= far[int((1 - LIKED) * len(far)) - 1])


def draws(count: int, wildcards: int, times: int, number: int = 240) -> list[list[Choice]]:
    """Slates of a field in which chance has every reason to be unfair: unlike artists, scores, music and showings."""
    chance = np.random.default_rng(7)
    columns = field(
        chance.standard_normal(number),
        np.arange(number) // 3,
        music=chance.random(number),
        space=chance.standard_normal((number, 3)),
        shown=chance.integers(0, 40, number),
    )
    eligible = np.arange(number) % 4 > 0
    return [choose(columns, eligible, count, wildcards, chance=chance) for _ in range(times)]


def test_chance_draws_every_eligible_song_as_often() -> None:
    slates = draws(5, 5, 6000)
    found = [choice.row for slate in slates for choice in slate if choice.random]
    assert len(found) == len(slates), "one of ten is random"
    times = np.bincount(found, minlength=240)
    assert not times[::4].any(), "nothing that is not eligible"
    seen = times[np.arange(240) % 4 > 0]
    expected = len(found) / len(seen)
    assert np.sum((seen - expected) ** 2 / expected) < chi2.ppf(0.99, len(seen) - 1)


@pytest.mark.parametrize(("count", "wildcards"), [(5, 1), (3, 2), (9, 6)])
def test_one_of_ten_is_random_on_average(count: int, wildcards: int) -> None:
    slates = draws(count, wildcards, 2000)
    numbers = np.array([sum(choice.random for choice in slate) for slate in slates])
    mean = RANDOM * (count + wildcards)
    assert set(numbers) <= {int(mean), int(mean) + 1}
    assert abs(numbers.mean() - mean) < 0.05


def test_what_is_random_stands_anywhere_among_the_wildcards() -> None:
    slates = draws(5, 5, 300)
    at = [next(place for place, choice in enumerate(slate) if choice.random) for slate in slates]
    assert set(at) == {5, 6, 7, 8, 9}
    assert all(slate[place].arm is Arm.WILDCARD for slate, place in zip(slates, at, strict=True))


def test_where_there_are_no_wildcards_nothing_is_random() -> None:
    assert not any(choice.random for slate in draws(10, 0, 50) for choice in slate)


def test_of_a_few_songs_chance_takes_none() -> None:
    for number, expected in ((99, 0), (100, 1)):
        columns = field([0.5] * number, list(range(number)))
        found = [drawn(columns, np.arange(number), 5, 5, np.random.default_rng(seed)) for seed in range(20)]
        assert [len(rows) for rows in found] == [expected] * 20


def test_two_that_chance_draws_are_of_two_artists() -> None:
    columns = field([0.5] * 200, [1] * 199 + [2])
    for seed in range(30):
        found = drawn(columns, np.arange(200), 10, 10, np.random.default_rng(seed))
        assert len(found) == len({int(columns.artist_ids[row]) for row in found}) >= 1


def test_the_slate_avoids_the_artist_that_chance_drew() -> None:
    columns = catalogue(400, 3, 0)
    for seed in range(50):
        slate = choose(columns, everything(columns), 5, 5, chance=np.random.default_rng(seed))
        assert len({int(columns.artist_ids[choice.row]) for choice in slate}) == 10
