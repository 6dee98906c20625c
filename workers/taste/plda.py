"""Probabilistic linear discriminant analysis: how likely is it that a song comes from where these songs come from?

A playlist draws a centre, its songs lie around it (Ioffe, "Probabilistic linear discriminant analysis", ECCV 2006; in
speaker verification: Kenny, "Bayesian speaker verification with heavy-tailed priors", Odyssey 2010, and the
two-covariance model of Brümmer & de Villiers, Odyssey 2010). In the directions found here, songs scatter with unit
variance around their playlist's centre, and centres with variance ``between`` around the catalogue's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from core.model import Vector

#: A longer list is thinned to so many songs: one library must not outweigh a hundred playlists.
_LONGEST = 200
#: Songs at a time: a block and its squares stay in the second-level cache.
_BLOCK = 2048


@dataclass(frozen=True, slots=True)
class Plda:
    """``directions`` (D, K) and the variance of playlists' centres along each, ``between`` (K,), largest first."""

    directions: Vector
    between: Vector

    @classmethod
    def fit(
        cls, songs: Vector, lists: Sequence[NDArray[np.intp]], shrink: float, dims: int, level: float = 0.0
    ) -> Plda:
        """From standardised songs (N, D) and the rows of each list, by moments; every list counts the same.

        ``shrink`` moves the scatter within lists towards a sphere, 0..1, and ``level`` that of their centres: what is
        learned on some playlists must hold on others. At most ``dims`` directions are kept.
        """
        count = songs.shape[1]
        within, between = np.zeros((count, count)), np.zeros((count, count))
        chance = np.random.default_rng(0)
        for rows in lists:
            some = songs[rows if len(rows) <= _LONGEST else chance.permutation(rows)[:_LONGEST]].astype(np.float64)
            centre = some.mean(axis=0)
            scatter = (some - centre).T @ (some - centre) / (len(some) - 1)
            within += scatter / len(lists)
            between += (np.outer(centre, centre) - scatter / len(some)) / len(lists)
        values, vectors = scipy.linalg.eigh(_rounder(between, level), _rounder(within, shrink))
        kept = [column for column in reversed(range(count)) if values[column] > 0][:dims]
        return cls(vectors[:, kept].astype(np.float32), values[kept].astype(np.float32))

    def project(self, songs: Vector) -> Vector:
        """(N, D) → (N, K)."""
        projected: Vector = songs @ self.directions
        return projected

    def ratio(self, groups: Sequence[Vector], songs: Vector) -> Vector:
        """Log-likelihood ratio of projected songs (N, K), with the centre that the projected seeds (S, K) of a group
        tell of, against any centre; (G, N).

        Songs go through the processor's cache a block at a time, so that a million cost no more than reading them once.
        """
        forms = [self._form(group) for group in groups]
        bends, slopes = (np.stack([form[part] for form in forms], axis=1) for part in (0, 1))
        levels = np.array([form[2] for form in forms], np.float32)
        both = np.concatenate([bends, slopes])
        found = np.empty((len(groups), len(songs)), np.float32)
        size = songs.shape[1]
        several = len(groups) > 1
        beside = np.empty((_BLOCK, (1 + several) * size), np.float32)
        for start in range(0, len(songs), _BLOCK):
            block = songs[start : start + _BLOCK]
            part = beside[: len(block)]
            np.square(block, out=part[:, :size])
            if several:
                part[:, size:] = block
                found[:, start : start + _BLOCK] = (part @ both).T
            else:  # two products with a vector are faster than one with both beside each other
                found[0, start : start + _BLOCK] = block @ slopes[:, 0] + part @ bends[:, 0]
        found += levels[:, None]
        return found

    def _form(self, seeds: Vector) -> tuple[Vector, Vector, float]:
        """The ratio as bend · x² + slope · x + level."""
        count = len(seeds)
        known = count * self.between / (count * self.between + 1)
        around = 1 + self.between / (count * self.between + 1)
        centre = known * seeds.mean(axis=0)
        level = -0.5 * float(np.sum(centre**2 / around + np.log(around / (1 + self.between))))
        return 0.5 / (1 + self.between) - 0.5 / around, centre / around, level


def _rounder(scatter: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Moved by a share towards the sphere of the same size (Ledoit & Wolf 2004)."""
    size = len(scatter)
    rounder: NDArray[np.float64] = (1 - share) * scatter + share * np.trace(scatter) / size * np.eye(size)
    return rounder
