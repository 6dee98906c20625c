"""From everybody's verdicts to what a listener is expected to think of every candidate."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from core.store.ratings import Rating
from core.store.store import Store
from workers.hearing import Ear
from workers.learning import regression
from workers.learning.neighbours import Neighbours
from workers.learning.pooled import everybody
from workers.learning.regression import Matrix, Prior
from workers.learning.space import Space
from workers.learning.surprise import expected

#: What others think may be so old (seconds), or so many times as old as it takes to learn it, whichever is more; a
#: listener's own ratings are never.
_FRESH_S, _SHARE = 60.0, 30.0


@dataclass(frozen=True, slots=True)
class Learned:
    """Of N candidates for one slate.

    ``expected`` (N,): ratings, as drawn. ``opinion`` (N,): what alike listeners add to them. ``space`` (N, d): where
    the songs lie, and ``doubt`` (d, d) how little is known of the listener's taste there, for ratings with unit noise.
    ``own`` (3 + d,): what a listener's own ratings have added to the weights, but for the intercept; None where there
    are several listeners.
    """

    expected: Vector
    opinion: Vector
    space: Vector
    doubt: NDArray[np.float64]
    own: Matrix | None = None

    def swayed(self, row: int, fit: float) -> float | None:
        """How many points the listener's own ratings add to what is expected of this candidate and of no other;
        None where there are several listeners."""
        if self.own is None:
            return None
        rows = slice(row, row + 1)
        return float(regression.rated(self.own, np.array([fit], np.float32), self.opinion[rows], self.space[rows])[0])


@dataclass(frozen=True, slots=True)
class _Crowd:
    """What everybody's ratings tell, of songs that lie in this space."""

    space: Space
    prior: Prior
    neighbours: Neighbours


class Learning:
    """Learns anew for every slate: a thousand ratings take milliseconds, and models and catalogues may change."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._crowds: dict[str, tuple[float, _Crowd]] = {}
        self._places: dict[str, tuple[Vector, Space, Vector]] = {}

    async def __call__(
        self,
        listeners: Sequence[int],
        ear: Ear,
        recordings: NDArray[np.int64],
        vectors: Vector,
        fit: Vector,
        chance: np.random.Generator,
    ) -> Learned:
        """For candidates with these recordings (N,), vectors (N, D) and ``fit`` (N,); of several listeners, as the one
        who likes a song least.
        """
        space, placed = await asyncio.to_thread(self._placed, ear.extractor, vectors)
        crowd = await self._crowd(ear, space)
        judged: list[Vector] = []
        opinions: list[Vector] = []
        doubts: list[Matrix] = []
        owns: list[Matrix] = []
        for listener in listeners:
            phi, values = await _seen(await self._store.ratings.of(listener), ear, space)
            learned = regression.learn(crowd.prior, phi, values)
            # Who never rates teaches nothing: to them it shows what it thinks best.
            weights = learned.draw(chance) if len(values) else learned.mean
            opinion = crowd.neighbours.opinions(listener, recordings)
            judged.append(regression.rated(weights, fit, opinion, placed))
            opinions.append(opinion)
            doubts.append(learned.doubt)
            owns.append(learned.mean - crowd.prior.mean)
        own = owns[0] if len(owns) == 1 else None
        if own is not None:
            own[0] = 0  # how kindly somebody rates in general moves all songs alike
        return Learned(np.min(judged, axis=0), np.min(opinions, axis=0), placed, doubts[0], own)

    async def _crowd(self, ear: Ear, space: Space) -> _Crowd:
        held = self._crowds.get(ear.extractor)
        now = self._clock()
        if held is None or now >= held[0] or held[1].space is not space:
            ratings = await self._store.ratings.all()
            known = await ear.known([rating.recording_id for rating in ratings])
            told = [rating for rating in ratings if rating.recording_id in known]
            phi, values = _features(told, space, [known[rating.recording_id].vector for rating in told])
            crowd = await asyncio.to_thread(_crowd, told, space, phi, values)
            took = self._clock() - now
            held = self._crowds[ear.extractor] = (now + max(_FRESH_S, _SHARE * took), crowd)
        return held[1]

    def _placed(self, extractor: str, vectors: Vector) -> tuple[Space, Vector]:
        """The candidates are the same again and again, until the catalogue grows."""
        held = self._places.get(extractor)
        if held is None or held[0] is not vectors:
            space = Space.of(vectors)
            held = self._places[extractor] = (vectors, space, space.embed(vectors))
        return held[1], held[2]


def _crowd(ratings: Sequence[Rating], space: Space, phi: Matrix, values: Vector) -> _Crowd:
    who = np.array([rating.listener_id for rating in ratings], np.int64)
    songs = np.array([rating.recording_id for rating in ratings], np.int64)
    dimensions = phi.shape[1] - regression.LEADING
    prior = Prior.over(dimensions, everybody(who, phi[:, : regression.LEADING], values))
    alone = phi.copy()
    alone[:, regression.OTHERS] = 0
    return _Crowd(space, prior, Neighbours.of(who, songs, values, expected(prior, who, alone, values)))


async def _seen(ratings: Sequence[Rating], ear: Ear, space: Space) -> tuple[Matrix, Vector]:
    """φ and values of the ratings whose songs this ear knows."""
    known = await ear.known([rating.recording_id for rating in ratings])
    told = [rating for rating in ratings if rating.recording_id in known]
    return _features(told, space, [known[rating.recording_id].vector for rating in told])


def _features(ratings: Sequence[Rating], space: Space, vectors: Sequence[Vector]) -> tuple[Matrix, Vector]:
    """φ (R, 3 + d) and values (R,) of ratings; of songs that fitted who knows how well, the middle is assumed."""
    matrix = np.array(vectors, np.float32).reshape(len(ratings), len(space.scale.mean))
    fit = np.array([0.5 if rating.fit is None else rating.fit for rating in ratings], np.float32)
    opinion = np.array([rating.opinion for rating in ratings], np.float32)
    values = np.array([rating.value for rating in ratings], np.float32)
    return regression.features(fit, opinion, space.embed(matrix)), values
