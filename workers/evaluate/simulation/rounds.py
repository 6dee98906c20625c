"""Rounds of slates: everybody asks once, rates what they are shown, and asks again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.scorecard import gini
from workers.evaluate.simulation.policies import History, Policy
from workers.evaluate.simulation.tastes import World

ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Played:
    """Of L honest listeners in R rounds: the mean rating of ``close`` picks and wildcards (``wild``), each (L, R).

    ``exposure`` (A,): how often each artist was a close pick, in the order of their numbers; ``coverage`` the share of
    artists shown at all.
    """

    close: NDArray[np.float64]
    wild: NDArray[np.float64]
    exposure: NDArray[np.int64]
    coverage: float

    @property
    def gini(self) -> float:
        """How unequal artists were as close picks."""
        return gini(self.exposure)


def play(world: World, policy: Policy, *, rounds: int = ROUNDS, drift: int | None = None, seed: int = 0) -> Played:
    """From the round ``drift`` on (the first is 0) listeners rate by their later taste. No song is shown twice."""
    count = len(world.listeners)
    histories = [History() for _ in range(count)]
    _, artists = np.unique(world.artists, return_inverse=True)
    shown, close = np.zeros(artists.max() + 1, np.int64), np.zeros(artists.max() + 1, np.int64)
    honest = np.zeros_like(shown)
    ratings = np.full((2, count, rounds), np.nan)
    for turn in range(rounds):
        told = policy.told(world, histories)
        for number, history in enumerate(histories):
            chance = np.random.default_rng((seed, turn, number))
            slate, opinion = policy.choose(world, number, history, told, shown[artists], chance)
            rows = np.array([row for row, _ in slate])
            near = np.array([is_close for _, is_close in slate])
            listener = world.listeners[number]
            given = (listener.ratings if drift is None or turn < drift else listener.later)[rows]
            order = chance.permutation(len(rows))
            history.rows += rows[order].tolist()
            history.ratings += given[order].tolist()
            history.opinions += opinion[rows[order]].tolist()
            ratings[:, number, turn] = given[near].mean(), given[~near].mean()
            np.add.at(shown, artists[rows], 1)
            if number < world.honest:
                np.add.at(close, artists[rows[near]], 1)
                np.add.at(honest, artists[rows], 1)
    return Played(ratings[0, : world.honest], ratings[1, : world.honest], close, float((honest > 0).mean()))
