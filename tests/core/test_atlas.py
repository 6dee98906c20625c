"""The map of songs, and the sizes of artists: answers known beforehand, and what holds for any songs."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.atlas import SIZES, project, spread
from core.model import Audience, Vector

SCALES = {"fans on Deezer": (100, 1000, 10_000)}


def songs(seed: int, count: int, dimensions: int) -> Vector:
    return np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)


def distances(points: np.ndarray) -> np.ndarray:
    return np.linalg.norm(points[:, None] - points[None], axis=2)


@given(st.integers(0, 2**20), st.integers(3, 20), st.integers(2, 9))
def test_songs_of_a_plane_keep_their_distances(seed: int, count: int, dimensions: int) -> None:
    turned, _ = np.linalg.qr(songs(seed, dimensions, dimensions).astype(np.float64))
    flat = (songs(seed + 1, count, 2) @ turned[:2]).astype(np.float32)
    plane = project(flat)
    assert plane.kept == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(distances(plane.points), distances(flat), atol=1e-4)


@given(st.integers(0, 2**20), st.integers(3, 20))
def test_no_plane_through_the_songs_keeps_more(seed: int, count: int) -> None:
    vectors = songs(seed, count, 6)
    plane = project(vectors)
    other, _ = np.linalg.qr(songs(seed + 1, 6, 6).astype(np.float64))
    centred = vectors - vectors.mean(axis=0)
    assert ((centred @ other[:, :2]) ** 2).sum() <= (plane.points**2).sum() * (1 + 1e-6)
    assert 0 <= plane.kept <= 1


def test_where_songs_lie_together_does_not_matter_and_the_order_only_orders() -> None:
    vectors = songs(1, 12, 5)
    points = project(vectors).points
    np.testing.assert_allclose(project(vectors + 3).points, points, atol=1e-5)
    np.testing.assert_allclose(project(vectors[::-1]).points, points[::-1], atol=1e-5)


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_the_same_song_again_and_again_lies_in_one_place(count: int) -> None:
    plane = project(np.ones((count, 4), np.float32))
    assert plane.points.shape == (count, 2)
    assert not plane.points.any() and plane.kept == 1


def test_one_dimension_is_enough() -> None:
    np.testing.assert_allclose(project(np.array([[0.0], [2.0]], np.float32)).points, [[-1, 0], [1, 0]])


def test_each_artist_is_as_large_as_their_largest_count_says() -> None:
    artists = [[Audience("fans on Deezer", count, date(2026, 11, 1))] for count in (10, 90, 500, 5000, 2_000_000)]
    shares = spread([*artists, [], [Audience("friends", 3, date(2026, 11, 1))]], SCALES)
    assert shares == pytest.approx({"tiny": 2 / 7, "small": 1 / 7, "medium": 1 / 7, "large": 1 / 7, "unknown": 2 / 7})
    assert tuple(shares or ()) == SIZES


def test_nobody_has_no_shares() -> None:
    assert spread([], SCALES) is None
