"""Who has a voice: those who agree, and nobody else."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.learning.neighbours import FARTHEST, SILENT, Neighbours

Rated = list[tuple[int, int, int]]
#: Two alike listeners, 1 and 2, and 3 with the opposite taste; 2 and 3 know the songs 20 and 21, which 1 does not.
MINE: Rated = [(1, song, 9 if song % 2 else 1) for song in range(10)]
ALIKE: Rated = [(2, song, 10 if song % 2 else 0) for song in range(10)] + [(2, 20, 10), (2, 21, 0)]
OPPOSITE: Rated = [(3, song, 0 if song % 2 else 10) for song in range(10)] + [(3, 20, 0), (3, 21, 10)]
NEW = np.array([20, 21, 22, 5])


def opinions(rated: Rated, listener: int = 1, songs: np.ndarray = NEW) -> np.ndarray:
    who, recordings, values = np.array(rated).T
    return Neighbours.of(who, recordings, values.astype(np.float32)).opinions(listener, songs)


def test_who_agrees_is_followed_and_what_nobody_knows_is_left() -> None:
    liked, disliked, unknown, _ = opinions(MINE + ALIKE)
    assert liked > 1
    assert disliked < -1
    assert unknown == 0


def test_who_disagrees_has_no_voice() -> None:
    assert (opinions(MINE + OPPOSITE)[:3] == 0).all()
    assert opinions(MINE + ALIKE + OPPOSITE) == pytest.approx(opinions(MINE + ALIKE))


def test_worked_by_hand() -> None:
    # Perfect agreement, held at 0.999, on ten songs: one standard error lower it is tanh(atanh 0.999 - 1/√7).
    alike = np.tanh(np.arctanh(0.999) - 1 / np.sqrt(7))
    assert opinions([*MINE, *ALIKE[:10], (2, 20, 6), (2, 21, 4)])[0] == pytest.approx(
        alike / (alike + SILENT), rel=1e-4
    )


def test_more_neighbours_make_surer_but_nobody_decides_all() -> None:
    one = opinions([*MINE, *ALIKE[:10], (2, 20, 6), (2, 21, 4)])[0]
    more = [(who, song, value) for who in range(50, 90) for _, song, value in [*ALIKE[:10], (0, 20, 6), (0, 21, 4)]]
    many = opinions(MINE + more)[0]
    assert one < many < 1
    loud = [(who, song, value) for who in range(50, 90) for _, song, value in ALIKE]
    assert opinions(MINE + loud)[0] == pytest.approx(FARTHEST)


def test_a_stranger_gets_no_opinion_and_nothing_is_fine() -> None:
    assert (opinions(MINE + ALIKE, listener=77) == 0).all()
    assert (opinions(MINE) == 0).all()
    assert opinions(MINE + ALIKE, songs=np.empty(0, np.int64)).shape == (0,)
    nobody = Neighbours.of(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
    assert (nobody.opinions(1, NEW) == 0).all()


@pytest.mark.parametrize("always", [0, 10])
def test_who_always_says_the_same_has_no_voice(always: int) -> None:
    same = [(who, song, always) for who in range(100, 200) for song in [*range(10), 20, 21]]
    assert opinions(MINE + ALIKE + same) == pytest.approx(opinions(MINE + ALIKE))
    # Nor does their surprise, which is not constant, give them one.
    who, recordings, values = np.array(MINE + same).T
    expected = np.where(recordings % 2, always - 3.0, always + 3.0)
    assert (Neighbours.of(who, recordings, values, expected).opinions(1, NEW) == 0).all()


@settings(deadline=None, max_examples=20)
@given(accounts=st.integers(1, 80), padding=st.integers(0, 10), seed=st.integers(0, 1000))
def test_a_brigade_changes_nothing(accounts: int, padding: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    pushed: Rated = []
    for account in range(1000, 1000 + accounts):
        pushed += [(account, 20, 10), (account, 21, 10)]
        pushed += [(account, int(song), 0) for song in 500 + chance.choice(100, padding, replace=False)]
    assert opinions(MINE + ALIKE + pushed) == pytest.approx(opinions(MINE + ALIKE))


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_ratings_does_not_matter(seed: int) -> None:
    rated = MINE + ALIKE + OPPOSITE
    shuffled = [rated[row] for row in np.random.default_rng(seed).permutation(len(rated))]
    assert opinions(shuffled) == pytest.approx(opinions(rated), abs=1e-6)


def test_what_the_sound_explains_is_no_agreement() -> None:
    who, recordings, values = np.array(MINE + ALIKE).T
    exact = values.astype(np.float32)
    assert (Neighbours.of(who, recordings, exact, expected=exact).opinions(1, NEW) == 0).all()


def test_chance_agreement_adds_little_and_true_agreement_tells() -> None:
    chance = np.random.default_rng(0)
    taste = chance.standard_normal(300)
    who = np.repeat(np.arange(60), 100)
    songs = np.concatenate([chance.permutation(300)[:100] for _ in range(60)])
    noise = chance.standard_normal(len(who))
    alike = Neighbours.of(who, songs, np.where(who < 30, taste[songs], 0) + noise)
    told = alike.opinions(0, np.arange(300))
    assert np.corrcoef(told, taste)[0, 1] > 0.8
    assert np.abs(alike.opinions(45, np.arange(300))).std() < np.abs(told).std() / 2


def test_a_thousand_listeners_take_milliseconds() -> None:
    chance = np.random.default_rng(1)
    who = np.repeat(np.arange(1000), 100)
    songs = np.concatenate([chance.choice(3000, 100, replace=False) for _ in range(1000)])
    values = chance.integers(0, 11, len(who)).astype(np.float32)
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        Neighbours.of(who, songs, values).opinions(7, np.arange(3000))
        taken.append(time.perf_counter() - started)
    # 50 ms on an idle core; this is shared with others.
    assert min(taken) < 0.1
