"""The scorecard: known answers from the literature, truths that were made up, and what is nobody's business."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core._groups import publishable
from core._statistics import least_gini, means, shares, sign_test, student, wilson
from core.model import Arm, Audience
from core.scorecard import ARMS, FEWEST, SIZES, Comparison, Group, compare, gini, scorecard, with_farewells
from core.store.scores import Shown

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = date(2026, 11, 20)


def pick(listener: int, value: int | None = None, **changes: Any) -> Shown:
    """A close pick of a slate of its listener's, by an artist of its own."""
    number = changes.get("recording_id", 1)
    plain = Shown(
        f"of {listener}", listener, NOON, 1, Arm.CLOSE, False, "nearest", 0.9, number, number, "deezer", "link"
    )
    return replace(plain, value=value, **changes)


def fans(count: int, meter: str = "fans on Deezer") -> tuple[Audience, ...]:
    return (Audience(meter, count, DAY),)


def named(groups: tuple[Group, ...]) -> dict[str, Group]:
    return {group.name: group for group in groups}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([5, 5, 5, 5], 0),
        ([0, 0, 0, 9], 0.75),
        ([1, 2, 3, 4], 0.25),
        ([1, 3], 0.25),
        ([10, 10, 10, 10, 60], 0.4),
        ([], 0),
    ],
)
def test_gini_of_the_textbook(counts: list[int], expected: float) -> None:
    assert gini(np.array(counts, np.int64)) == pytest.approx(expected)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_gini_is_half_the_relative_mean_difference(counts: list[int]) -> None:
    """Its definition, and never less than what the most even sharing leaves."""
    values = np.array(counts, np.int64)
    if values.sum():
        difference = np.abs(values[:, None] - values).mean() / (2 * values.mean())
        assert gini(values) == pytest.approx(difference)
    assert gini(values) >= least_gini(int(values.sum()), len(values)) - 1e-12


@given(st.integers(0, 200), st.integers(1, 50))
def test_the_most_even_sharing(total: int, size: int) -> None:
    even = np.array([total // size + (place < total % size) for place in range(size)])
    assert least_gini(total, size) == pytest.approx(gini(even))


@pytest.mark.parametrize(
    ("wins", "losses", "chance"),
    [
        (8, 2, 0.109375),  # Zar, "Biostatistical Analysis": the legs of deer
        (82, 0, 2.0**-81),  # Arbuthnot 1710: for 82 years more boys than girls were christened
        (9, 1, 22 / 1024),
        (3, 3, 1),
        (0, 0, 1),
    ],
)
def test_the_sign_test_as_published(wins: int, losses: int, chance: float) -> None:
    assert sign_test(wins, losses) == pytest.approx(chance, rel=1e-12)
    assert sign_test(losses, wins) == sign_test(wins, losses)


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_sign_test_is_the_binomial_one(wins: int, losses: int) -> None:
    if wins + losses:
        assert sign_test(wins, losses) == pytest.approx(stats.binomtest(wins, wins + losses).pvalue, rel=1e-9)


@pytest.mark.parametrize(
    ("hits", "size", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_as_newcombe_published_it(hits: int, size: int, low: float, high: float) -> None:
    """Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3."""
    assert wilson(hits / size, size) == pytest.approx((low, high), abs=5e-5)


def test_students_percentiles() -> None:
    for freedom in (1, 2, 3, 4, 5, 7, 10, 30, 1000):
        assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=2e-3)


def test_intervals_hold_the_truth_where_naive_ones_do_not() -> None:
    """Listeners differ, and each of 12 gives five to fifteen ratings: 19 of 20 intervals must hold the mean of all."""
    chance = np.random.default_rng(3)
    held = naive = liked = 0
    trials = 200
    for trial in range(trials):
        counts = chance.integers(5, 16, 12)
        # Tastes are 2 points apart either way, ratings scatter around them, and the truth is 5 and one half.
        high = chance.random(12) < 0.5
        ratings = [
            chance.binomial(1, 0.9 if up else 0.1, size) * 4.0 + 3 for up, size in zip(high, counts, strict=True)
        ]
        sums = np.array([one.sum() for one in ratings])[:, None]
        hits = np.array([(one > 5).sum() for one in ratings])[:, None].astype(float)
        every = np.concatenate(ratings)
        (interval,) = means(sums, counts[:, None].astype(float), trial)
        (share,) = shares(hits, counts[:, None].astype(float))
        assert interval is not None
        assert share is not None
        half = 1.96 * every.std() / math.sqrt(len(every))
        assert interval[1] - interval[0] > 2 * half, "it is wider than one that takes ratings for people"
        held += interval[0] <= 5 <= interval[1]
        liked += share[0] <= 0.5 <= share[1]
        naive += abs(every.mean() - 5) <= half
    assert held >= 0.9 * trials
    assert liked >= 0.9 * trials
    assert naive < 0.75 * trials


def test_where_every_listener_rates_once_the_interval_is_students() -> None:
    values = np.random.default_rng(1).normal(6, 2, (40, 1))
    (interval,) = means(values, np.ones_like(values))
    half = stats.t.ppf(0.975, 39) * values.std(ddof=1) / math.sqrt(40)
    assert interval == pytest.approx((values.mean() - half, values.mean() + half), abs=0.15)
    (few,) = means(values[:3], np.ones((3, 1)))
    half = stats.t.ppf(0.975, 2) * values[:3].std(ddof=1) / math.sqrt(3)
    assert few == pytest.approx((values[:3].mean() - half, values[:3].mean() + half))


def test_eight_listeners_have_intervals_as_wide_as_students() -> None:
    """On average over forty records; plain percentiles of resamples would be a fourth too narrow."""
    chance = np.random.default_rng(5)
    ratios = []
    for seed in range(40):
        values = chance.normal(6, 1, (8, 1))
        (interval,) = means(values, np.ones_like(values), seed)
        assert interval is not None
        half = stats.t.ppf(0.975, 7) * values.std(ddof=1) / math.sqrt(8)
        ratios.append((interval[1] - interval[0]) / (2 * half))
    assert np.mean(ratios) == pytest.approx(1, abs=0.08)


def test_one_listener_has_no_interval_however_much_they_rate() -> None:
    card = scorecard([pick(1, value, recording_id=value) for value in range(11)])
    close = named(card.arms)["close"]
    assert (close.mean, close.mean_interval, close.liked_interval) == (5, None, None)
    assert close.liked == pytest.approx(3 / 11)


def test_where_all_agree_nothing_tells_how_others_would_rate() -> None:
    close = scorecard([pick(listener, 9) for listener in range(8)]).arms[0]
    assert (close.mean, close.mean_interval, close.liked) == (9, None, 1)
    assert close.liked_interval is not None
    assert close.liked_interval[0] < 0.7


def test_nothing_was_shown() -> None:
    card = scorecard([], {1: ()}, public=True)
    assert (card.picks, card.ratings, card.gini) == (0, 0, None)
    assert [(group.name, group.picks, group.mean) for group in card.arms] == [(name, 0, None) for name in ARMS]


def test_what_chance_drew_is_an_arm_of_its_own() -> None:
    shown = [
        pick(1, 8), pick(2, 6), pick(1, 4, arm=Arm.WILDCARD),
        pick(1, 1, random=True), pick(2, 3, random=True, arm=Arm.WILDCARD), pick(3, random=True),
    ]  # fmt: skip
    card = scorecard(shown)
    assert [(group.name, group.picks, group.ratings, group.listeners, group.mean) for group in card.arms] == [
        ("close", 2, 2, 2, 7), ("wildcard", 1, 1, 1, 4), ("random", 3, 2, 2, 2)
    ]  # fmt: skip
    assert named(card.models)["nearest"].picks == 2, "the other groups are of close picks alone"
    assert (card.picks, card.ratings, card.listeners) == (6, 5, 3)


def test_groups_by_audience_service_request_and_model() -> None:
    shown = [
        pick(1, 9, audiences=fans(999), service="audius"),
        pick(1, 7, audiences=fans(1_001), asked="folder"),
        pick(2, 5, audiences=(*fans(12), *fans(301, "listeners on ListenBrainz")), model="dtw"),
        pick(2, 3, audiences=fans(9_999_999)),
        pick(2, 1, audiences=fans(5, "plays on Nowhere")),
        pick(2, 0),
    ]
    card = scorecard(shown)
    assert [group.name for group in card.audiences] == list(SIZES)
    assert [(group.picks, group.mean) for group in card.audiences] == [(1, 9), (1, 7), (1, 5), (1, 3), (2, 0.5)]
    assert {name: group.mean for name, group in named(card.services).items()} == {"audius": 9, "deezer": 3.2}
    assert {name: group.mean for name, group in named(card.requests).items()} == {"folder": 7, "link": 3.6}
    assert {name: group.picks for name, group in named(card.models).items()} == {"dtw": 1, "nearest": 5}
    assert (card.newcomers, card.unknown) == (pytest.approx(2 / 6), pytest.approx(2 / 6))


def test_a_percentile_on_the_edge_is_the_smaller_audience() -> None:
    card = scorecard([pick(1, audiences=fans(count)) for count in (1_000, 20_000, 200_000, 200_001)])
    assert [group.picks for group in card.audiences] == [1, 1, 1, 1, 0]


def test_exposure_and_coverage() -> None:
    shown = [pick(1, artist_id=artist) for artist in (1, 1, 1, 2, 9)]
    card = scorecard(shown, dict.fromkeys((1, 2, 3, 4), ()))
    assert card.coverage == 0.5, "artist 9 has left the catalogue since"
    assert card.gini == pytest.approx(gini(np.array([3, 1, 1, 0, 0])))
    assert card.gini_least == 0
    alone = scorecard(shown)
    assert (alone.coverage, alone.gini) == (None, pytest.approx(gini(np.array([3, 1, 1]))))


def test_lift_by_meter() -> None:
    catalogue = {1: fans(9), 2: fans(99), 3: fans(999), 4: fans(3, "plays on Nowhere")}
    shown = [pick(1, audiences=fans(9_999)), pick(1, audiences=fans(7, "followers on Audius")), pick(1)]
    lifts = scorecard(shown, catalogue).lifts
    assert list(lifts) == ["fans on Deezer"]
    assert (lifts["fans on Deezer"].picks, lifts["fans on Deezer"].lift) == (1, pytest.approx(2))
    assert scorecard(shown).lifts == {}


def test_diversity_is_the_mean_distance_of_pairs() -> None:
    vectors = np.random.default_rng(0).standard_normal((7, 5)).astype(np.float32)
    space = {number: vectors[number] for number in range(6)} | {6: np.zeros(5, np.float32)}
    shown = [pick(number // 3, recording_id=number) for number in range(6)] + [pick(9, recording_id=5)]
    shown += [pick(0, recording_id=6), pick(0, recording_id=99)]
    expected = []
    for first in (0, 3):
        unit = vectors[first : first + 3] / np.linalg.norm(vectors[first : first + 3], axis=1, keepdims=True)
        expected.append(np.mean([1 - unit[a] @ unit[b] for a, b in ((0, 1), (0, 2), (1, 2))]))
    assert scorecard(shown, space=space).diversity == pytest.approx(np.mean(expected), rel=1e-5)
    assert scorecard(shown).diversity is None
    assert scorecard(shown[:1], space=space).diversity is None


def test_a_repeat_is_caught() -> None:
    assert scorecard([pick(1), pick(2)]).repeats == 0
    assert scorecard([pick(1), pick(1, again=True), pick(2), pick(3)]).repeats == 0.25


def test_what_few_rated_is_published_as_a_number_only() -> None:
    shown = [pick(listener, 7, arm=arm) for listener in range(FEWEST) for arm in Arm]
    shown += [pick(listener, listener, random=True) for listener in range(FEWEST - 1)]
    secret = named(scorecard(shown, public=True).arms)["random"]
    assert secret == Group("random", FEWEST - 1, FEWEST - 1, FEWEST - 1)
    assert named(scorecard(shown).arms)["random"].mean == 1.5
    shown.append(pick(FEWEST, 9, random=True))
    assert named(scorecard(shown, public=True).arms)["random"].mean == pytest.approx(3)


def test_what_is_hidden_is_not_told_by_the_rest() -> None:
    """With the total of close picks and the mean of "big", that of "small" would be known; "big" hides it."""
    shown = [pick(listener, 7, model="big") for listener in range(20)]
    shown += [pick(listener, 6, model="huge") for listener in range(30)]
    shown += [pick(7, 0, model="small")]
    models = named(scorecard(shown, public=True).models)
    assert {name: group.mean for name, group in models.items()} == {"big": None, "huge": 6, "small": None}


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 5))
def test_whoever_is_hidden_is_among_enough(seed: int, people: int, groups: int) -> None:
    rated = np.random.default_rng(seed).random((people, groups)) < 0.4
    numbers = rated.sum(axis=0)
    assert np.array_equal(publishable(rated, whole=False), (numbers == 0) | (numbers >= FEWEST))
    told = publishable(rated, whole=True)
    assert np.all(numbers[told & (numbers > 0)] >= FEWEST)
    hidden = rated[:, ~told].any(axis=1).sum()
    assert hidden >= FEWEST or not told[numbers > 0].any() or hidden == 0


shown_lists = st.lists(
    st.builds(
        pick,
        st.integers(0, 8),
        st.none() | st.integers(0, 10),
        arm=st.sampled_from(Arm),
        random=st.booleans(),
        model=st.sampled_from(["dtw", "nearest"]),
        recording_id=st.integers(0, 9),
        audiences=st.sampled_from([(), fans(3), fans(30_000)]),
    ),
    max_size=40,
)


@given(shown_lists, st.randoms(use_true_random=False), st.booleans())
def test_order_does_not_matter(shown: list[Shown], chance: Any, public: bool) -> None:
    mixed = list(shown)
    chance.shuffle(mixed)
    catalogue = {number: fans(10 * number) for number in range(12)}
    assert asdict(scorecard(mixed, catalogue, public=public)) == asdict(scorecard(shown, catalogue, public=public))
    first, second = compare(shown), compare(mixed)
    assert (first is None) is (second is None)
    if first and second:
        assert replace(second, ahead=0, interval=None) == replace(first, ahead=0, interval=None)
        assert (second.ahead, second.interval or ()) == (
            pytest.approx(first.ahead),
            pytest.approx(first.interval or ()),
        )


@given(shown_lists)
def test_every_pick_is_counted_once_and_every_interval_holds_its_mean(shown: list[Shown]) -> None:
    card = scorecard(shown)
    assert sum(group.picks for group in card.arms) == card.picks == len(shown)
    assert sum(group.ratings for group in card.arms) == card.ratings
    for groups in (card.audiences, card.services, card.requests, card.models):
        assert sum(group.picks for group in groups) == (card.arms[0].picks if shown else 0)
    for group in (*card.arms, *card.audiences, *card.models):
        if group.mean is not None and group.mean_interval:
            assert 0 <= group.mean_interval[0] <= group.mean <= group.mean_interval[1] <= 10
        if group.liked is not None and group.liked_interval:
            assert 0 <= group.liked_interval[0] <= group.liked + 1e-9
            assert group.liked - 1e-9 <= group.liked_interval[1] <= 1


def drafted(listener: int, slate: int, first: int | None, second: int | None, **changes: Any) -> list[Shown]:
    """A slate to which both models gave a pick."""
    request = f"{listener}/{slate}"
    return [
        pick(listener, first, request_id=request, model="dtw", **changes),
        pick(listener, second, request_id=request, model="nearest", recording_id=2, **changes),
    ]


def test_the_better_model_wins() -> None:
    shown = [one for listener in range(12) for one in drafted(listener, 0, 8 + listener % 2, 6)]
    shown += drafted(12, 0, 5, 5) + drafted(13, 0, 2, 7) + drafted(14, 0, 9, None)
    shown += drafted(15, 0, 10, 0, arm=Arm.WILDCARD) + drafted(16, 0, 10, 0, random=True)
    found = compare(shown)
    assert found is not None
    assert (found.first, found.second, found.slates, found.listeners) == ("dtw", "nearest", 14, 14)
    assert (found.wins, found.losses, found.ties) == (12, 1, 1)
    assert found.chance == pytest.approx(28 / 2**13)
    assert found.ahead == pytest.approx((6 * 2 + 6 * 3 + 0 - 5) / 14)
    assert str(found.verdict) == "dtw is liked better than nearest"
    swapped = compare([replace(one, model="nearest" if one.model == "dtw" else "dtw") for one in shown])
    assert swapped is not None
    assert (swapped.wins, str(swapped.verdict)) == (1, "nearest is liked better than dtw")


def test_credit_is_the_mean_of_a_models_picks() -> None:
    shown = [*drafted(1, 0, 9, 5), pick(1, 3, request_id="1/0", model="dtw", recording_id=7)]
    found = compare(shown)
    assert found is not None
    assert (found.wins, found.ahead, found.interval) == (1, 1, None)
    assert str(found.verdict) == "too few ratings to tell the two apart"


def test_one_fan_is_no_proof() -> None:
    """Forty slates of one listener, and a few of others who see it the other way or not at all."""
    shown = [one for slate in range(40) for one in drafted(1, slate, 9, 5)]
    shown += [one for listener in range(2, 9) for one in drafted(listener, 0, 5, 5 + listener % 2)]
    found = compare(shown)
    assert found is not None
    assert found.chance < 1e-6, "the sign test takes slates for people"
    assert str(found.verdict) == "no difference can be told"


def test_the_two_that_met_most_are_compared() -> None:
    shown = [*drafted(1, 0, 5, 6), pick(2, 5, model="a"), pick(2, 5, model="b", recording_id=2)]
    shown += [pick(3, 5, model="a"), pick(3, 5, model="b", recording_id=2), pick(4, 1)]
    found = compare(shown)
    assert found is not None
    assert (found.first, found.second, found.slates, found.ties) == ("a", "b", 2, 2)
    assert compare([pick(1, 5), pick(1, 6, recording_id=2)]) is None
    assert compare([]) is None


def test_no_verdict_on_too_few_listeners() -> None:
    few = Comparison("a", "b", 40, FEWEST - 1, 40, 0, 0, 1e-9, 3.0, (2.0, 4.0))
    assert "too few" in str(few.verdict)
    assert "a is liked better" in str(replace(few, listeners=FEWEST).verdict)
    assert "no difference" in str(replace(few, listeners=FEWEST, interval=(-0.1, 4.0)).verdict)


def test_few_ratings_of_those_who_left_are_told_to_the_operator_alone() -> None:
    for public, counts, told in (
        (True, {("close", 8): 20, ("wildcard", 3): 4}, (0, None)),
        (False, {("close", 8): 20, ("wildcard", 3): 4}, (24, pytest.approx(172 / 24))),
        (True, {("close", 8): 20, ("wildcard", 3): 5}, (25, pytest.approx(7.0))),
        (False, {}, (0, None)),
    ):
        card = with_farewells(scorecard([], public=public), counts)
        assert (card.left, card.left_mean) == told
