"""Bayesian linear regression in closed form, kept as sums: a thousand ratings are as small as ten.

A rating 0..10 is taken as weights · φ plus noise, with φ = [1, z, c, x]: one; how well the song fits what was asked, as
a normal deviate; what alike listeners think of it (0 where nobody does); and where it lies in the space of songs. The
posterior of the weights is that of Bishop, "Pattern Recognition and Machine Learning", 2006, section 3.3.

Ratings of a listener are read on their own scale: the intercept is theirs, so that who always gives 10, or always 0,
says nothing about songs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray
from scipy.special import ndtri

from core.model import Vector

Matrix = NDArray[np.float64]

#: How far ratings scatter around what is expected; how far listeners differ in their middle, in how much they trust the
#: model and in how much others; and how far their taste in songs moves a rating, all directions together. In points.
NOISE, MIDDLE, TRUST, TRUST_OTHERS, TASTE = 1.5, 1.5, 0.5, 0.3, 1.25
#: What is expected of anybody before ratings tell better: the middle, the slope on z, and the weight of others.
BEFORE = (5.0, 1.0, 0.7)
#: So many ratings later a rating counts half: tastes drift.
HALF_LIFE = 100.0
#: How far a draw strays from what is expected, in standard deviations.
BOLDNESS = 0.1
#: z is held within so much: one song of a million is not five times as good as one of six.
FARTHEST = 3.5
#: The columns of φ before the space, and which of them is others' opinion.
LEADING, OTHERS = 3, 2


def features(fit: Vector, opinion: Vector | Matrix, space: Vector | Matrix) -> Matrix:
    """φ (N, 3 + d) of N songs, by their ``fit`` 0..1 (N,), alike listeners' ``opinion`` (N,) and place (N, d)."""
    return np.column_stack([np.ones(len(fit)), _deviate(fit), opinion, space]).astype(np.float64)


def rated(weights: Matrix, fit: Vector, opinion: Vector, space: Vector) -> Vector:
    """Ratings (N,) that weights (3 + d,) expect of N songs, without making their φ: it would be 200 bytes a song."""
    known: Vector = weights.astype(np.float32)
    expected: Vector = space @ known[LEADING:]
    expected += known[0] + known[1] * _deviate(fit) + known[OTHERS] * opinion
    return expected


def _deviate(fit: Vector) -> Vector:
    deviate: Vector = np.clip(ndtri(np.asarray(fit, np.float32)), -FARTHEST, FARTHEST)
    return deviate


@dataclass(frozen=True, slots=True)
class Prior:
    """``mean`` (p,) and ``spread`` (p,), the standard deviations of independent weights; ``noise`` of a rating."""

    mean: Matrix
    spread: Matrix
    noise: float = NOISE

    @classmethod
    def over(cls, dimensions: int, leading: Matrix | tuple[float, ...] = BEFORE) -> Prior:
        """For a space of so many dimensions, whose weights are expected to be zero."""
        directions = np.full(dimensions, TASTE / np.sqrt(max(1, dimensions)))
        return cls(
            np.concatenate([np.asarray(leading, np.float64), np.zeros(dimensions)]),
            np.concatenate([[MIDDLE, TRUST, TRUST_OTHERS], directions]),
        )


@dataclass(frozen=True, slots=True)
class Sums:
    """Φ'Φ (p, p) and Φ'y (p,): all that a posterior needs to know of ratings, however many they are."""

    moments: Matrix
    products: Matrix

    @classmethod
    def none(cls, size: int) -> Sums:
        """Of no ratings, for p = ``size`` weights."""
        return cls(np.zeros((size, size)), np.zeros(size))

    @classmethod
    def of(cls, phi: Matrix, ratings: Vector, half_life: float = HALF_LIFE) -> Sums:
        """Of ratings (R,) of songs ``phi`` (R, p), the oldest first; an infinite ``half_life`` forgets nothing."""
        weighted = phi.T * 0.5 ** (np.arange(len(phi))[::-1] / half_life)
        return cls(weighted @ phi, weighted @ np.asarray(ratings, np.float64))

    def after(self, phi: Matrix, rating: float, half_life: float = HALF_LIFE) -> Sums:
        """With one more, newest, rating of a song (p,): the same as :meth:`of` all of them."""
        kept = 0.5 ** (1 / half_life)
        return Sums(self.moments * kept + np.outer(phi, phi), self.products * kept + phi * rating)


@dataclass(frozen=True, slots=True)
class Posterior:
    """``mean`` (p,) and ``covariance`` (p, p) of the weights; ``noise`` is the prior's."""

    mean: Matrix
    covariance: Matrix
    noise: float = NOISE

    @property
    def doubt(self) -> Matrix:
        """The covariance of the weights over the space, (d, d), for ratings with unit noise."""
        doubt: Matrix = self.covariance[LEADING:, LEADING:] / self.noise**2
        return doubt

    def expected(self, phi: Matrix) -> Vector:
        """Ratings (N,) of songs (N, p)."""
        expected: Vector = (phi @ self.mean).astype(np.float32)
        return expected

    def draw(self, chance: np.random.Generator, boldness: float = BOLDNESS) -> Matrix:
        """Weights (p,) as they might be: Thompson sampling, which tries a song as often as it may be the best.

        Chapelle & Li, "An empirical evaluation of Thompson sampling" (NIPS 2011), found that draws of less than the
        posterior's spread earn more; Agrawal & Goyal, "Thompson sampling for contextual bandits with linear payoffs"
        (ICML 2013), have the proofs for linear models. ``boldness`` 0 is the mean.
        """
        root = np.linalg.cholesky(self.covariance)
        drawn: Matrix = self.mean + boldness * (root @ chance.standard_normal(len(self.mean)))
        return drawn


def posterior(prior: Prior, sums: Sums) -> Posterior:
    """What the sums of ratings tell."""
    precision = np.diag(prior.spread**-2.0) + sums.moments / prior.noise**2
    factor = scipy.linalg.cho_factor(precision)
    covariance = scipy.linalg.cho_solve(factor, np.eye(len(precision)))
    right = prior.mean * prior.spread**-2.0 + sums.products / prior.noise**2
    return Posterior(scipy.linalg.cho_solve(factor, right), (covariance + covariance.T) / 2, prior.noise)


def learn(prior: Prior, phi: Matrix, ratings: Vector, half_life: float = HALF_LIFE) -> Posterior:
    """From ratings (R,) of songs ``phi`` (R, p), the oldest first."""
    return posterior(prior, Sums.of(phi, ratings, half_life))
