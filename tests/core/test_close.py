"""Close picks: unlike one another at little cost, fair to newcomers, and drafted by two models in turns."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import _close
from core._field import best
from core.model import Arm
from core.slate import FIRST, MOST, Field, choose, fitting
from tests.core.fields import catalogue, everything, field, rows


def close(columns: Field, count: int, seed: int = 0) -> list[int]:
    return rows(choose(columns, everything(columns), count, 0, chance=np.random.default_rng(seed)), Arm.CLOSE)


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(0, 45))
def test_the_best_are_the_first_of_a_stable_sort(values: list[int], size: int) -> None:
    array = np.array(values, np.float32)
    assert best(array, size).tolist() == sorted(np.argsort(-array, kind="stable")[:size].tolist())


@pytest.mark.parametrize("kind", ["spread", "tied", "sorted", "at the steps"])
@pytest.mark.parametrize("size", [1, 600, 15_000, 59_999])
def test_the_best_of_many_are_the_same(kind: str, size: int) -> None:
    values = np.random.default_rng(3).standard_normal(60_000).astype(np.float32)
    if kind == "tied":
        values = np.round(values)
    elif kind == "sorted":
        values = np.sort(values)
    elif kind == "at the steps":  # the worst that the sample can meet: it sees the highest values only
        values[:: 60_000 // 4096 + 1] = 9
    assert best(values, size).tolist() == sorted(np.argsort(-values, kind="stable")[:size].tolist())


def test_a_double_gives_way_to_another_song() -> None:
    scores = np.concatenate([[9.0, 8.99, 8.9], np.linspace(5, 0, 97)])
    space = np.random.default_rng(0).standard_normal((100, 4))
    space[0] = space[1] = [1, 1, 1, 1]
    space[2] = [1, -1, -1, 1]
    assert close(field(scores, range(100), space=space), 2) == [0, 2]
    assert close(field(scores, range(100)), 2) == [0, 1], "where songs lie nowhere, the order decides"


def test_slates_are_more_diverse_and_cost_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mean cosine between two picks (intra-list similarity; Ziegler et al., WWW 2005), and mean score."""

    def measured() -> tuple[float, float, float]:
        alike, score, fit = [], [], []
        for seed in range(20):
            columns = catalogue(3000, 8, seed)
            picks = close(columns, 5)
            unit = columns.space / np.linalg.norm(columns.space, axis=1, keepdims=True)
            alike += [unit[one] @ unit[other] for one, other in combinations(picks, 2)]
            score.append(columns.scores[picks].mean())
            fit.append(columns.fit[picks].min())
        return float(np.mean(alike)), float(np.mean(score)), float(np.min(fit))

    alike, score, fit = measured()
    monkeypatch.setattr(_close, "REPEATING", 0.0)
    alike_before, score_before, _ = measured()
    assert alike < 0.85 * alike_before
    assert score > score_before - 0.1, "the scores' standard deviation is one"
    assert fit > 0.95, "still close"


def test_newcomers_have_precedence_over_equals_not_over_much_betters() -> None:
    scores = np.linspace(9, 8, 100)  # the best 25 fit; each is 0.14 standard deviations worse than the one before
    shown = np.full(100, FIRST)
    shown[[1, 20]] = 0
    assert close(field(scores, range(100), shown=shown), 3) == [1, 0, 2]


def test_whoever_has_had_most_waits_for_those_nobody_has_heard() -> None:
    scores = np.linspace(9, 0, 100)  # the best 25 fit
    shown = np.full(100, MOST - 2)
    shown[:10] = MOST - 1
    assert close(field(scores, range(100), shown=shown), 3) == [0, 1, 2], "nobody is waiting"
    shown[50] = FIRST - 1
    assert close(field(scores, range(100), shown=shown), 3) == [0, 1, 2], "one who does not fit is no reason to wait"
    shown[24] = FIRST - 1
    assert close(field(scores, range(100), shown=shown), 3) == [10, 11, 24]
    assert close(field(scores, range(100), shown=shown), 91)[90:] == [0], "nobody else is left"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(6, 10), st.booleans())
def test_every_fitting_artist_is_shown_first_times_before_any_is_shown_most_times(
    seed: int, count: int, fit: int, wild: bool
) -> None:
    """Slate after slate for listeners of one taste, with the counts fed back."""
    chance = np.random.default_rng(seed)
    number = 4 * fit
    base = field(np.linspace(9, 0, number), chance.permutation(number), space=chance.standard_normal((number, 3)))
    fits = fitting(base.scores, np.arange(number))
    assert len(fits) == fit
    shown, served = np.zeros(number, int), None
    for slate in range(fit * MOST):
        columns = field(base.scores, base.artist_ids, space=base.space, shown=shown)
        choices = choose(columns, everything(base), count, 2 * wild, chance=chance)
        shown[[choice.row for choice in choices]] += 1
        # What chance draws may be of anyone; the promise is about what the scores choose.
        if any(shown[choice.row] >= MOST and choice.arm is Arm.CLOSE for choice in choices):
            served = slate
            break
    assert served is not None
    assert shown[fits].min() >= FIRST


@given(st.data())
def test_the_promise_holds_for_every_single_slate(data: st.DataObject) -> None:
    number = data.draw(st.integers(1, 60))
    whole = st.lists(st.integers(0, MOST + 2), min_size=number, max_size=number)
    shown = np.array(data.draw(whole))
    artists = np.array(data.draw(st.lists(st.integers(0, 30), min_size=number, max_size=number)))
    shown = shown[artists % number]
    rankings = [np.array(data.draw(whole), np.float32) for _ in range(data.draw(st.integers(1, 2)))]
    columns = field(rankings[0], artists, shown=shown, space=np.random.default_rng(0).standard_normal((number, 2)))
    rival = rankings[1] if len(rankings) == 2 else None
    choices = choose(columns, everything(columns), 4, 0, chance=np.random.default_rng(1), rival=rival)
    taken: set[int] = set()
    for choice in choices:
        fits = fitting(rankings[choice.rival], np.arange(number))
        if shown[choice.row] + 1 >= MOST and np.any(shown[fits] < FIRST):
            others = {int(artist) for artist in artists[shown + 1 < MOST]} - taken
            assert not others, "somebody else could have been taken"
        taken.add(int(artists[choice.row]))


def test_two_models_draft_in_turns() -> None:
    scores, rival = np.linspace(9, 0, 400), np.linspace(0, 9, 400)
    columns = field(scores, range(400))
    first = set()
    for seed in range(30):
        slate = choose(columns, everything(columns), 4, 0, chance=np.random.default_rng(seed), rival=rival)
        assert [choice.row for choice in slate if not choice.rival] == [0, 1]
        assert [choice.row for choice in slate if choice.rival] == [399, 398]
        assert slate[0].rival != slate[1].rival
        assert slate[2].rival != slate[3].rival, "each has one song in every round"
        first.add((slate[0].rival, slate[2].rival))
    assert len(first) == 4, "a coin for every round"


def test_a_song_that_both_want_goes_to_whom_the_coin_favours() -> None:
    columns = catalogue(400, 4, 1)
    wins = 0
    for seed in range(400):
        slate = choose(columns, everything(columns), 3, 0, chance=np.random.default_rng(seed), rival=columns.scores)
        assert [choice.row for choice in slate] == close(columns, 3), "two of one mind choose as one"
        wins += sum(choice.rival for choice in slate)
    # 600 ± 10 (a standard deviation): of the pair of the first round each has one, the third goes by the coin.
    assert 560 < wins < 640
