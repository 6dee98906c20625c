"""Listeners whose taste is a playlist's hidden half, and what they would rate every song of a catalogue.

A listener gives the songs of half of a playlist's artists. They love what lies near the hidden other half: near in the
rich encoding (soft bins of every feature), which is finer than what the recommender sees. On top they lean in a
direction of their own that no playlist tells, and like or dislike some songs for what no feature hears. Ratings are
0..10, noisy and rounded. Nothing is drawn while songs are chosen: whoever chooses, a song gets the same rating.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.evaluate.episodes import Episode, Playlists, episodes
from workers.learning.space import Space
from workers.taste.encoding import Ground, encode
from workers.taste.scale import Scale
from workers.together import places

SONGS = 10_000
#: Points that a standard deviation of nearness, of the own direction and of what is unheard move a rating.
NEAR, LEANING, UNHEARD = 1.5, 1.2, 0.7
#: Standard deviations of the noise of a rating, and of the middle of listeners' ratings around ``MIDDLE``.
NOISE, SCATTER, MIDDLE = 1.5, 0.7, 4.5
_NEAREST = 5
#: Listeners lean along the widest directions of the rich encoding.
_DIRECTIONS = 12


@dataclass(frozen=True, slots=True)
class Listener:
    """``fit`` (N,) is the base model's; ``eligible`` (N,) has no given artist; ``ratings`` (N,) are in the first
    rounds, ``later`` (N,) from the drift on.
    """

    fit: Vector
    eligible: NDArray[np.bool_]
    ratings: NDArray[np.int8]
    later: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class World:
    """A catalogue of N songs with their artists (N,) and places as the recommender sees them (N, d), and listeners.

    The first ``honest`` of the listeners are real; those after them are adversaries. ``pushed`` is a brigade's artist.
    """

    artists: NDArray[np.int64]
    space: Vector
    listeners: tuple[Listener, ...]
    honest: int
    pushed: int = -1


@dataclass(frozen=True, slots=True)
class Plan:
    """How many listeners, how many of them share one playlist and its taste, and how many songs there are."""

    listeners: int = 100
    alike: int = 1
    songs: int = SONGS
    seed: int = 0


def world(data: Playlists, names: Sequence[str], plan: Plan) -> World:
    """Listeners of the named lists, in an order drawn by chance; each drifts to the taste of the next one."""
    chance = np.random.default_rng(plan.seed)
    tastes = -(-plan.listeners // plan.alike)
    drawn = list(episodes(data, [names[row] for row in chance.permutation(len(names))[: tastes + 20]]))[:tastes]
    rows = np.sort(chance.choice(len(data.numbers), min(plan.songs, len(data.numbers)), replace=False))
    encoded = encode(data.numbers)
    seen = Scale.of(encoded)(encoded)
    rich = Ground.of(data.numbers[::4]).binned(data.numbers)
    leaning = Space.of(rich[rows]).embed(rich[rows])[:, :_DIRECTIONS]
    likings = [_liking(one, data, rich, rows, leaning, chance) for one in drawn]
    listeners = []
    for number in range(plan.listeners):
        which = number % len(drawn)
        # Who shares a playlist was given its songs in another cut.
        cut = next(episodes(data, [drawn[which].name], seed=number // len(drawn)), drawn[which])
        middle = np.float32(MIDDLE + SCATTER * chance.standard_normal())
        now, then = (middle + likings[(which + step) % len(drawn)] for step in (0, 1))
        noise = NOISE * chance.standard_normal(len(rows), np.float32)
        eligible = ~np.isin(data.artists[rows], data.artists[cut.seeds])
        listeners.append(Listener(_fit(seen, cut, rows), eligible, _given(now + noise), _given(then + noise)))
    return World(data.artists[rows], Space.of(seen[rows]).embed(seen[rows]), tuple(listeners), plan.listeners)


def _liking(
    one: Episode, data: Playlists, rich: Vector, rows: NDArray[np.intp], leaning: Vector, chance: np.random.Generator
) -> Vector:
    """Points above or below the listener's middle, (N,)."""
    hidden = rich[one.candidates[one.found]]
    apart = (rich[rows] ** 2).sum(axis=1)[:, None] - 2 * rich[rows] @ hidden.T + (hidden**2).sum(axis=1)
    nearest = np.sort(np.sqrt(np.maximum(apart, 0)), axis=1)[:, :_NEAREST].mean(axis=1)
    own = leaning @ chance.standard_normal(leaning.shape[1], np.float32)
    liking: Vector = (
        NEAR * _standard(-nearest) + LEANING * _standard(own) + UNHEARD * chance.standard_normal(len(rows), np.float32)
    )
    return liking


def _standard(values: Vector) -> Vector:
    standard: Vector = np.clip((values - values.mean()) / max(float(values.std()), 1e-9), -3, 3)
    return standard


def _fit(seen: Vector, cut: Episode, rows: NDArray[np.intp]) -> Vector:
    """The base model: the cosine to the centroid of the given songs, as the share of songs below."""
    length = np.linalg.norm(seen, axis=1, keepdims=True)
    unit = seen / np.maximum(length, 1e-9)
    return places(unit[rows] @ unit[cut.seeds].mean(axis=0)).astype(np.float32)


def _given(liking: Vector) -> NDArray[np.int8]:
    return np.clip(np.round(liking), 0, 10).astype(np.int8)


def attacked(honest: World, kind: str, count: int, seed: int = 0) -> World:
    """With ``count`` adversaries of a kind more, each asking with the songs of somebody honest.

    "tens" and "zeros" always give the same. The others push one artist: they give 10 to that artist's songs, which they
    are shown first; a "brigade" gives 0 to all else, "mimics" what the honest listener would.
    """
    chance = np.random.default_rng(seed)
    songs = np.bincount(honest.artists)
    pushed = int(chance.choice(np.flatnonzero(songs >= min(3, songs.max())))) if kind in ("brigade", "mimics") else -1
    theirs = honest.artists == pushed

    def adversary(model: Listener) -> Listener:
        if kind in _SAME:
            given = np.full(len(theirs), _SAME[kind], np.int8)
        else:
            given = np.where(theirs, 10, model.ratings if kind == "mimics" else 0).astype(np.int8)
        fit = np.where(theirs, 0.9999, model.fit).astype(np.float32)
        return Listener(fit, model.eligible | theirs, given, given)

    bad = tuple(adversary(honest.listeners[row]) for row in chance.integers(honest.honest, size=count))
    return replace(honest, listeners=honest.listeners + bad, pushed=pushed)


_SAME = {"tens": 10, "zeros": 0}
