"""Ways to choose a slate: by the model alone, greedily by what was learned, and ours."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core import slate
from core.model import Arm, Vector
from workers.evaluate.simulation.tastes import World
from workers.learning import regression
from workers.learning.neighbours import Neighbours
from workers.learning.pooled import everybody
from workers.learning.surprise import expected

CLOSE, WILD = 5, 5
_FAR = 0.25
Rows = NDArray[np.intp]


@dataclass(slots=True)
class History:
    """One listener's picks so far: their rows and ratings, oldest first, and others' opinion when they were shown."""

    rows: list[int] = field(default_factory=list)
    ratings: list[int] = field(default_factory=list)
    opinions: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """What all listeners' ratings say at the beginning of a round."""

    neighbours: Neighbours | None
    leading: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Policy:
    """``learns`` from the listener's ratings; with ``boldness`` draws weights; asks ``others``; ``fair`` slates are
    those of :mod:`core.slate`, the others are plainly the best by different artists, and wildcards by chance.
    """

    learns: bool = True
    boldness: float = regression.BOLDNESS
    others: bool = True
    fair: bool = True
    half_life: float = regression.HALF_LIFE

    def told(self, world: World, histories: list[History]) -> Told:
        """Learns what holds for everybody."""
        sizes = [len(history.rows) for history in histories]
        if not self.learns or not sum(sizes):
            return Told(None, np.array(regression.BEFORE))
        who = np.repeat(np.arange(len(histories)), sizes)
        rows = np.concatenate([np.array(history.rows, np.intp) for history in histories])
        ratings = np.concatenate([np.array(history.ratings, np.float32) for history in histories])
        opinions = np.concatenate([np.array(history.opinions) for history in histories])
        fits = np.concatenate(
            [listener.fit[history.rows] for listener, history in zip(world.listeners, histories, strict=True)]
        )
        leading = regression.features(fits, opinions, np.empty((len(rows), 0)))
        pooled = everybody(who, leading, ratings)
        if not self.others:
            return Told(None, pooled)
        alone = regression.features(fits, np.zeros(len(rows)), world.space[rows])
        looked = expected(regression.Prior.over(world.space.shape[1], pooled), who, alone, ratings)
        return Told(Neighbours.of(who, rows, ratings, looked), pooled)

    def choose(
        self, world: World, number: int, history: History, told: Told, shown: NDArray[np.int64],
        chance: np.random.Generator,
    ) -> tuple[list[tuple[int, bool]], Vector]:  # fmt: skip
        """The rows of a slate, each with whether it is a close pick, and the opinion of others on every song (N,)."""
        listener, songs = world.listeners[number], np.arange(len(world.artists))
        eligible = listener.eligible.copy()
        eligible[history.rows] = False
        opinion = np.zeros(len(songs), np.float32)
        scores, doubt = listener.fit, None
        if self.learns:
            if told.neighbours is not None:
                opinion = told.neighbours.opinions(number, songs)
            prior = regression.Prior.over(world.space.shape[1], told.leading)
            rows = np.array(history.rows, np.intp)
            seen = regression.features(listener.fit[rows], np.array(history.opinions), world.space[rows])
            learned = regression.learn(prior, seen, np.array(history.ratings), self.half_life)
            weights = learned.draw(chance, self.boldness) if len(rows) and self.boldness else learned.mean
            scores = regression.rated(weights, listener.fit, opinion, world.space)
            doubt = learned.doubt
        if not self.fair:
            return _plain(world, scores, listener.fit, eligible, chance), opinion
        columns = slate.Field(
            scores, listener.fit, songs, world.artists, np.ones(len(songs), np.float32), world.space, shown
        )
        chosen = slate.choose(columns, eligible, CLOSE, WILD, chance=chance, doubt=doubt)
        return [(choice.row, choice.arm is Arm.CLOSE) for choice in chosen], opinion


def _plain(
    world: World, scores: Vector, fit: Vector, eligible: NDArray[np.bool_], chance: np.random.Generator
) -> list[tuple[int, bool]]:
    """The best by different artists, and some of the quarter that fits least, drawn by chance."""
    rows = np.flatnonzero(eligible)
    best = rows[np.argsort(-scores[rows], kind="stable")[: 50 * CLOSE]]
    close = _apart(world, best, CLOSE, set())
    far = rows[fit[rows] <= np.quantile(fit[rows], _FAR)]
    used = {int(world.artists[row]) for row in close}
    wild = _apart(world, chance.permutation(far)[: 50 * WILD], WILD, used)
    return [(row, True) for row in close] + [(row, False) for row in wild]


def _apart(world: World, rows: Rows, count: int, used: set[int]) -> list[int]:
    """The first rows by artists that are not yet used."""
    found: list[int] = []
    for row in rows.tolist():
        artist = int(world.artists[row])
        if len(found) < count and artist not in used:
            used.add(artist)
            found.append(row)
    return found


POLICIES = {
    "no learning": Policy(learns=False, others=False, fair=False),
    "greedy": Policy(boldness=0.0, others=False, fair=False),
    "ours": Policy(),
    "ours, no draws": Policy(boldness=0.0),
    "ours, no neighbours": Policy(others=False),
    "no learning, our slates": Policy(learns=False, others=False),
}
