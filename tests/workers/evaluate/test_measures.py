"""The measures against rankings whose answer can be counted by hand, scikit-learn, and theory."""

from __future__ import annotations

import dataclasses
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import skew
from sklearn.metrics import average_precision_score

from workers.evaluate.hubs import mutual_proximity
from workers.evaluate.measures import hubness, retrieval

Distances = NDArray[np.float32]


def random(count: int, seed: int = 0) -> Distances:
    return np.random.default_rng(seed).random((count, count), np.float32)


def gaussian(count: int, dimensions: int) -> Distances:
    points = np.random.default_rng(3).standard_normal((count, dimensions))
    distances: Distances = cdist(points, points).astype(np.float32)
    return distances


def on_a_line(*places: float) -> Distances:
    points = np.array(places, np.float32)
    return np.abs(np.subtract.outer(points, points))


def test_a_ranking_counted_by_hand() -> None:
    # From 0: right, wrong, right. From 1: right, wrong, right. From 3: wrong, right, right.
    found = retrieval(on_a_line(0, 1, 2.5, 3.1), ["a", "a", "", "a"])
    assert (found.queries, found.classes) == (3, 1)
    assert found.map == pytest.approx((5 / 6 + 5 / 6 + (1 / 2 + 2 / 3) / 2) / 3)
    assert found.p5 == pytest.approx(2 / 5)
    assert found.r_precision == pytest.approx(1 / 2)


def test_what_has_no_second_is_no_query_but_in_the_way() -> None:
    found = retrieval(on_a_line(0, 1, 2), ["a", "b", "a"])
    assert (found.queries, found.classes) == (2, 1)
    assert found.map == pytest.approx(1 / 2)
    assert found.r_precision == 0


def test_the_row_is_the_query() -> None:
    one_way = np.array([[0, 1, 2], [2, 0, 1], [1, 2, 0]], np.float32)
    assert retrieval(one_way, ["a", "a", ""]).map == pytest.approx((1 + 1 / 2) / 2)


def test_the_own_distance_does_not_matter() -> None:
    distances = random(20)
    labels = ["a", "b"] * 10
    filled = distances.copy()
    np.fill_diagonal(filled, -5)
    assert retrieval(filled, labels) == retrieval(distances, labels)


def test_nothing_to_ask() -> None:
    found = retrieval(random(3), ["a", "b", ""])
    assert set(dataclasses.asdict(found).values()) == {0}


def test_a_model_that_cannot_tell_songs_apart_gains_nothing() -> None:
    found = retrieval(np.zeros((12, 12), np.float32), ["a", "b"] * 6)
    assert found.p5 == 0
    assert found.map == pytest.approx(np.mean([right / (6 + right) for right in range(1, 6)]))


def test_a_perfect_model_reaches_one() -> None:
    labels = [letter for letter in "abcd" for _ in range(6)]
    same = np.array(labels)[:, None] == np.array(labels)
    found = retrieval((~same).astype(np.float32), labels)
    assert (found.map, found.p5, found.r_precision) == (1, 1, 1)
    assert (found.map_low, found.map_high, found.p5_low, found.r_high) == (1, 1, 1, 1)


def test_precision_of_five_is_divided_by_five_in_small_classes_too() -> None:
    labels = ["a", "a", "b", "b"]
    same = np.array(labels)[:, None] == np.array(labels)
    assert retrieval((~same).astype(np.float32), labels).p5 == pytest.approx(1 / 5)


@settings(deadline=None, max_examples=50)
@given(labels=st.lists(st.sampled_from(["a", "b", "c", ""]), min_size=2, max_size=40), seed=st.integers(0, 2**32 - 1))
def test_average_precision_is_scikit_learns(labels: list[str], seed: int) -> None:
    distances = np.random.default_rng(seed).permutation(len(labels) ** 2).reshape(len(labels), -1).astype(np.float32)
    expected = []
    for query, label in enumerate(labels):
        others = np.arange(len(labels)) != query
        right = (np.array(labels) == label)[others]
        if label and right.any():
            expected.append(average_precision_score(right, -distances[query, others]))
    found = retrieval(distances, labels)
    assert found.queries == len(expected)
    assert found.map == pytest.approx(np.mean(expected) if expected else 0)
    for low, mean, high in (
        (found.map_low, found.map, found.map_high),
        (found.p5_low, found.p5, found.p5_high),
        (found.r_low, found.r_precision, found.r_high),
    ):
        assert 0 <= low <= high <= 1
        assert 0 <= mean <= 1


def test_chance_is_the_share_of_right_songs() -> None:
    labels = [str(number // 20) for number in range(400)]
    found = retrieval(random(400), labels)
    assert found.p5 == pytest.approx(19 / 399, abs=0.015)
    assert found.p5_low < 19 / 399 < found.p5_high


def test_songs_of_the_own_album_are_not_counted() -> None:
    artists = ["a", "a", "b", "a", "b"]
    albums = ["1", "1", "2", "3", "2"]
    distances = on_a_line(0, 0.1, 0.5, 1, 5)
    found = retrieval(distances, artists, not_same=albums)
    # From 0 and from 0.1: b, a. From 1: a and a come second and third, after b. Both songs of b are on one album.
    assert (found.queries, found.classes) == (3, 1)
    assert found.map == pytest.approx((1 / 2 + 1 / 2 + (1 / 2 + 2 / 3) / 2) / 3)


def test_songs_of_an_unknown_album_are_neither_right_nor_wrong() -> None:
    found = retrieval(on_a_line(0, 0.1, 1, 5), ["a", "a", "b", "a"], not_same=["1", "", "", "2"])
    assert found.queries == 2
    assert found.map == pytest.approx(1 / 2)  # from 0: b, a; from 5: b, a; the second song is in neither ranking


def test_the_interval_is_that_of_classes_not_of_songs() -> None:
    # Of ten classes, five are found perfectly and five lie scattered: the songs are many, but the classes only ten.
    labels = np.repeat(np.arange(10), 20)
    same = labels[:, None] == labels
    distances = random(200, 1)
    distances[same & (labels < 5)[:, None]] -= 2
    found = retrieval(distances, [str(label) for label in labels])
    spread = np.sqrt(0.25 / 10) * 0.9  # of the mean of ten coins between about 0.1 and 1
    assert found.map_high - found.map_low == pytest.approx(2 * 1.96 * spread, rel=0.15)
    assert found.map_low < found.map < found.map_high


def test_one_class_has_no_interval_and_the_seed_decides() -> None:
    alone = retrieval(random(9), ["a"] * 5 + [""] * 4)
    assert alone.map_low == alone.map == pytest.approx(alone.map_high)
    labels = [str(number % 7) for number in range(60)]
    assert retrieval(random(60), labels, seed=1) == retrieval(random(60), labels, seed=1)
    assert retrieval(random(60), labels, seed=1).map_low != retrieval(random(60), labels, seed=2).map_low


def test_a_star_has_one_hub() -> None:
    # Songs at the ends of a star are nearest to its middle; the middle is nearest to the first of them.
    distances = np.ones((21, 21), np.float32)
    distances[:, 20] = distances[20] = 0.5
    found = hubness(distances, k=1)
    occurrence = [1, *[0] * 19, 20]
    assert found.most == 20
    assert found.never == pytest.approx(19 / 21)
    assert found.skew == pytest.approx(skew(occurrence))


def test_a_circle_has_none() -> None:
    steps = np.abs(np.arange(30)[:, None] - np.arange(30))
    found = hubness(np.minimum(steps, 30 - steps).astype(np.float32), k=4)
    assert (found.skew, found.most, found.never) == (0, 4, 0)


def test_hubs_come_with_the_dimensions() -> None:
    # Radovanović et al. 2010, figure 1: near symmetric in 3 dimensions, heavily skewed in 100.
    flat, deep = hubness(gaussian(1000, 3)), hubness(gaussian(1000, 100))
    assert abs(flat.skew) < 0.7
    assert deep.skew > 2
    assert deep.most > 3 * flat.most
    assert deep.never > flat.never


def test_mutual_proximity_takes_hubs_away() -> None:
    before = gaussian(500, 100)
    after = mutual_proximity(before)
    assert after.dtype == np.float32
    assert np.array_equal(after, after.T)
    assert after.min() >= 0
    assert after.max() <= 1
    assert (after.diagonal() == 0).all()
    assert hubness(after).skew < hubness(before).skew / 2
    assert hubness(after).never < hubness(before).never


def test_mutual_proximity_by_its_definition() -> None:
    distances = on_a_line(0, 1, 3, 7, 8.5)
    others = [[distances[song, other] for other in range(5) if other != song] for song in (1, 3)]

    def farther(song: list[np.float32]) -> float:
        return 1 - NormalDist(float(np.mean(song)), float(np.std(song))).cdf(6)

    assert mutual_proximity(distances)[1, 3] == pytest.approx(1 - farther(others[0]) * farther(others[1]), rel=1e-5)


def test_mutual_proximity_of_songs_all_alike() -> None:
    assert np.isfinite(mutual_proximity(np.ones((4, 4), np.float32))).all()
