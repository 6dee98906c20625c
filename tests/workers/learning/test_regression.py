"""The posterior against scikit-learn and hand-worked numbers, and what must hold for any ratings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from workers.learning.regression import BEFORE, FARTHEST, Posterior, Prior, Sums, features, learn, posterior, rated

ANY = st.integers(0, 2**32 - 1)


def songs(count: int, dimensions: int, seed: int = 0) -> np.ndarray:
    chance = np.random.default_rng(seed)
    places = chance.standard_normal((count, dimensions))
    return features(chance.random(count), chance.standard_normal(count), places)


def ratings(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed + 1).integers(0, 11, count).astype(np.float32)


def test_the_features_are_one_and_the_deviate_and_the_opinion_and_the_place() -> None:
    phi = features(np.array([0.5, 0.8413447, 0.0, 1.0]), np.array([0, 1, 2, 3]), np.array([[7.0]] * 4))
    assert phi == pytest.approx(
        np.array([[1, 0, 0, 7], [1, 1, 1, 7], [1, -FARTHEST, 2, 7], [1, FARTHEST, 3, 7]]), abs=1e-5
    )


def test_one_rating_worked_by_hand() -> None:
    # A middle of 5 ± 2 and one rating of 9 with noise 2: both count the same.
    prior = Prior(np.array([5.0]), np.array([2.0]), noise=2.0)
    found = learn(prior, np.ones((1, 1)), np.array([9.0]))
    assert found.mean == pytest.approx([7])
    assert found.covariance == pytest.approx(np.array([[2]]))


def test_without_ratings_the_posterior_is_the_prior() -> None:
    prior = Prior.over(4)
    found = learn(prior, np.empty((0, 7)), np.empty(0))
    assert found.mean == pytest.approx(prior.mean)
    assert found.covariance == pytest.approx(np.diag(prior.spread**2))
    phi = songs(50, 4)
    assert (np.argsort(found.expected(phi * [1, 1, 0, 1, 1, 1, 1])) == np.argsort(phi[:, 1])).all()


def test_the_mean_is_scikit_learns_ridge() -> None:
    phi, given_ = songs(60, 5), ratings(60)
    prior = Prior(np.zeros(8), np.full(8, 0.7), noise=1.3)
    ridge = Ridge(alpha=(1.3 / 0.7) ** 2, fit_intercept=False).fit(phi, given_)
    found = learn(prior, phi, given_, np.inf)
    assert found.mean == pytest.approx(ridge.coef_, rel=1e-6)
    assert found.covariance == pytest.approx(np.linalg.inv(phi.T @ phi / 1.3**2 + np.eye(8) / 0.7**2))


@settings(deadline=None, max_examples=30)
@given(count=st.integers(0, 40), seed=ANY, half_life=st.sampled_from([1.0, 20.0, np.inf]))
def test_one_after_the_other_is_all_at_once(count: int, seed: int, half_life: float) -> None:
    phi, given_ = songs(count, 3, seed % 1000), ratings(count, seed % 1000)
    sums = Sums.none(6)
    for row, rating in zip(phi, given_, strict=True):
        sums = sums.after(row, float(rating), half_life)
    one, all_ = posterior(Prior.over(3), sums), learn(Prior.over(3), phi, given_, half_life)
    assert one.mean == pytest.approx(all_.mean, abs=1e-6)
    assert one.covariance == pytest.approx(all_.covariance, abs=1e-6)
    assert sums.moments.shape == (6, 6)


@settings(deadline=None, max_examples=30)
@given(seed=ANY, count=st.integers(1, 40))
def test_the_order_does_not_matter_where_nothing_is_forgotten(seed: int, count: int) -> None:
    phi, given_ = songs(count, 3, seed % 1000), ratings(count, seed % 1000)
    order = np.random.default_rng(seed).permutation(count)
    one, other = learn(Prior.over(3), phi, given_, np.inf), learn(Prior.over(3), phi[order], given_[order], np.inf)
    assert one.mean == pytest.approx(other.mean, abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(seed=ANY, count=st.integers(1, 30))
def test_every_rating_makes_surer(seed: int, count: int) -> None:
    phi = songs(count, 3, seed % 1000)
    less = learn(Prior.over(3), phi[:-1], ratings(count)[:-1], np.inf).covariance
    more = learn(Prior.over(3), phi, ratings(count), np.inf).covariance
    assert np.linalg.eigvalsh(less - more).min() > -1e-9
    assert phi[-1] @ more @ phi[-1] < phi[-1] @ less @ phi[-1]


def test_what_is_old_counts_less() -> None:
    phi = songs(400, 3)
    weights = np.array([0.0, 0, 0, 2, 0, 0])
    given_ = 5 + np.concatenate([phi[:200] @ weights, phi[200:] @ -weights])
    assert learn(Prior.over(3), phi, given_, 40).mean[3] < -1.5
    assert learn(Prior.over(3), phi, given_, np.inf).mean[3] == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("always", [0, 10])
def test_who_always_says_the_same_teaches_nothing_about_songs(always: int) -> None:
    phi = songs(300, 4)
    found = learn(Prior.over(4), phi, np.full(300, always, np.float32), np.inf)
    assert np.abs(found.mean[1:]).max() < 0.2
    assert found.mean[0] == pytest.approx(always, abs=0.2)


def test_a_taste_is_found() -> None:
    chance = np.random.default_rng(5)
    truth = np.concatenate([[6, 0.8, 0.5], chance.standard_normal(8) * 0.5])
    phi = songs(200, 8, 7)
    found = learn(Prior.over(8), phi, (phi @ truth + 1.5 * chance.standard_normal(200)).astype(np.float32), np.inf)
    new = songs(2000, 8, 9)
    assert np.corrcoef(found.expected(new), new @ truth)[0, 1] > 0.95
    # The truth lies where the posterior says it does: the squared distance is chi-squared with 11 degrees of freedom.
    away = found.mean - truth
    assert away @ np.linalg.solve(found.covariance, away) < 31


def test_draws_scatter_as_they_should() -> None:
    found = learn(Prior.over(2), songs(10, 2), ratings(10))
    draws = np.array([found.draw(np.random.default_rng(seed), 0.5) for seed in range(4000)])
    assert draws.mean(axis=0) == pytest.approx(found.mean, abs=0.03)
    assert np.cov(draws.T) == pytest.approx(0.25 * found.covariance, abs=0.02)
    assert found.draw(np.random.default_rng(1), 0) == pytest.approx(found.mean)
    assert (found.draw(np.random.default_rng(1), 1) == found.draw(np.random.default_rng(1), 1)).all()


def test_the_doubt_is_of_the_space_for_unit_noise() -> None:
    found = Posterior(np.zeros(5), np.arange(25.0).reshape(5, 5), noise=2.0)
    assert found.doubt == pytest.approx(np.array([[18, 19], [23, 24]]) / 4)


def test_the_prior_holds_for_anybody() -> None:
    prior = Prior.over(16)
    found = rated(prior.mean, np.array([0.5, 0.975]), np.zeros(2), np.zeros((2, 16)))
    assert found == pytest.approx([BEFORE[0], BEFORE[0] + 1.96 * BEFORE[1]], abs=1e-3)
    # Whatever the dimensions, taste moves a rating equally far.
    for dimensions in (1, 8, 32):
        assert np.sum(Prior.over(dimensions).spread[3:] ** 2) == pytest.approx(np.sum(prior.spread[3:] ** 2))
    assert Prior.over(0).mean.shape == (3,)
