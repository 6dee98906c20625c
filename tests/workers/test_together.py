"""Ranking for several people: known answers, and what holds for any of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.model import Vector
from core.ports import Ranking, Recommender
from workers.models.nearest import MODEL
from workers.together import MEAN, places, together

#: Scores of each member for each of six candidates, coarse, so that many are equal.
TASTES = st.lists(st.lists(st.integers(0, 4), min_size=6, max_size=6), min_size=1, max_size=4)


class Told:
    """Its candidates are columns of scores: the score of a candidate for a seed is the number at the seed's place."""

    name = "told"
    version = "1"
    features = ""

    def rank(self, seeds: Vector, candidates: Vector) -> Ranking:
        alike = candidates[:, seeds[:, 0].astype(int)]
        return Ranking(alike.max(axis=1), alike.argmax(axis=1))


def rank(tastes: list[list[int]], order: list[int] | None = None) -> Ranking:
    """A group whose members have one seed each."""
    seeds = np.arange(len(tastes), dtype=np.float32)[:, None]
    members = [rows(member) for member in order or range(len(tastes))]
    return grouped(Told(), seeds, members, columns(tastes))


def grouped(model: Recommender, seeds: Vector, members: list[NDArray[np.intp]], candidates: Vector) -> Ranking:
    return together(lambda rows: model.rank(seeds[rows], candidates), members, len(candidates))


def rows(*numbers: int) -> NDArray[np.intp]:
    return np.array(numbers, np.intp)


def columns(tastes: list[list[int]]) -> Vector:
    return np.array(tastes, np.float32).T


def test_places_share_the_middle_where_scores_are_equal() -> None:
    assert places(np.array([3, 1, 1, 9], np.float32)).tolist() == [0.625, 0.25, 0.25, 0.875]
    assert places(np.empty(0, np.float32)).tolist() == []


def test_one_member_orders_as_the_model_does() -> None:
    rng = np.random.default_rng(1)
    seeds, candidates = rng.normal(size=(5, 8)).astype(np.float32), rng.normal(size=(200, 8)).astype(np.float32)
    alone, group = MODEL.rank(seeds, candidates), grouped(MODEL, seeds, [np.arange(5)], candidates)
    assert np.argsort(group.scores, kind="stable").tolist() == np.argsort(alone.scores, kind="stable").tolist()
    every = np.arange(200)
    assert group.nearest[every].tolist() == alone.nearest[every].tolist()


def test_what_one_hates_never_beats_what_all_like() -> None:
    #          loved by two, hated by one; liked by all; three that nobody cares about
    tastes = [[9, 8, 1, 2, 3], [9, 8, 1, 2, 3], [0, 8, 1, 2, 3]]
    found = rank(tastes)
    assert np.argsort(-found.scores).tolist() == [1, 4, 3, 0, 2]
    least, mean = 0.1, (0.9 + 0.9 + 0.1) / 3
    assert found.scores[0] == pytest.approx(least + MEAN * mean)
    assert found.nearest[rows(0)].tolist() == [2], "the one who needs convincing"


def test_the_mean_decides_between_equally_bad_songs() -> None:
    # The first two are the worst for somebody; the second of them is better for the other.
    found = rank([[0, 3, 4, 2], [1, 0, 2, 3]])
    assert found.scores[1] > found.scores[0]


def test_rows_point_into_all_seeds_and_may_be_shared() -> None:
    seeds = np.array([[0], [1], [2]], np.float32)
    candidates = np.array([[9, 0, 0], [0, 9, 0], [0, 0, 9], [1, 5, 1]], np.float32)
    found = grouped(Told(), seeds, [rows(0, 1), rows(1, 2)], candidates)
    assert found.scores.argmax() == 1, "the song that is like the one they share"
    assert found.nearest[np.arange(4)].tolist() == [1, 1, 0, 1], "of the member to whom it is furthest"
    apart = grouped(Told(), seeds, [rows(0), rows(2)], candidates)
    assert apart.nearest[np.arange(4)].tolist() == [2, 0, 0, 0]


@given(TASTES)
def test_the_order_of_the_members_does_not_matter(tastes: list[list[int]]) -> None:
    backwards = list(reversed(range(len(tastes))))
    assert rank(tastes).scores.tolist() == pytest.approx(rank(tastes, backwards).scores.tolist())


@given(TASTES)
def test_a_tenth_for_one_outweighs_everybody_else(tastes: list[list[int]]) -> None:
    scores, least = rank(tastes).scores, np.min([places(np.array(taste, np.float32)) for taste in tastes], axis=0)
    for one in range(6):
        for other in range(6):
            if least[one] > least[other] + MEAN:
                assert scores[one] > scores[other]
