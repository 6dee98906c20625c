"""What all listeners teach each one's prior, and what no single one may."""

from __future__ import annotations

import numpy as np
import pytest

from workers.learning.pooled import everybody
from workers.learning.regression import BEFORE, Prior, features
from workers.learning.surprise import expected


def crowd(listeners: int, each: int, slope: float, weight: float = 0.5, seed: int = 0) -> tuple[np.ndarray, ...]:
    chance = np.random.default_rng(seed)
    who = np.repeat(np.arange(listeners), each)
    leading = np.column_stack([np.ones(len(who)), chance.standard_normal((len(who), 2))])
    ratings = 4 + slope * leading[:, 1] + weight * leading[:, 2] + 0.3 * chance.standard_normal(len(who))
    return who, leading, ratings


def test_nobody_leaves_what_was_assumed() -> None:
    assert everybody(np.empty(0, np.int64), np.empty((0, 3)), np.empty(0)) == pytest.approx(BEFORE)


def test_many_listeners_are_believed() -> None:
    assert everybody(*crowd(2000, 20, 1.6)) == pytest.approx([4, 1.6, 0.5], abs=0.03)


def test_few_are_drawn_to_what_was_assumed() -> None:
    _, slope, _ = everybody(*crowd(10, 20, 1.6))
    assert slope == pytest.approx((1.6 + BEFORE[1]) / 2, abs=0.1)


def test_one_heavy_rater_counts_as_any_other() -> None:
    who, leading, ratings = crowd(50, 20, 1.2)
    other, heavy, extreme = crowd(1, 20_000, -5)
    both = everybody(
        np.concatenate([who, other + 99]), np.concatenate([leading, heavy]), np.concatenate([ratings, extreme])
    )
    assert both == pytest.approx(everybody(who, leading, ratings), abs=0.15)


def test_hostile_raters_never_turn_the_model_around() -> None:
    _, slope, weight = everybody(*crowd(1000, 50, -3, -3))
    assert slope > 0
    assert weight >= 0


@pytest.mark.parametrize("always", [0.0, 10.0])
def test_who_always_says_the_same_moves_nothing(always: float) -> None:
    who, leading, ratings = crowd(50, 20, 1.2)
    more, same, _ = crowd(500, 20, 1)
    both = everybody(
        np.concatenate([who, more + 1000]), np.concatenate([leading, same]),
        np.concatenate([ratings, np.full(len(more), always)]),
    )  # fmt: skip
    assert both == pytest.approx(everybody(who, leading, ratings))


def test_a_rating_is_expected_from_its_listeners_own() -> None:
    chance = np.random.default_rng(2)
    who = np.tile([3, 8], 200)
    phi = features(chance.random(400), np.zeros(400), chance.standard_normal((400, 4)))
    ratings = np.where(who == 3, 2 + phi[:, 3], 8 - phi[:, 3]).astype(np.float32)
    assert expected(Prior.over(4), who, phi, ratings) == pytest.approx(ratings, abs=0.2)
    assert expected(Prior.over(4), who[:0], phi[:0], ratings[:0]).shape == (0,)
