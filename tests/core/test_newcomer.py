from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UnknownChoice
from core.model import Audience
from core.newcomer import MOST, Standing, evidence, judge, percentile, percentiles, reach_of
from core.settings import SCALES, Catalogue, Reach

TODAY = date(2026, 11, 20)
LIMITS = Catalogue(weeks=13, artist_years=10)
NEW, OLD = TODAY - timedelta(weeks=13), TODAY - timedelta(weeks=13, days=1)
DEEZER, LISTENBRAINZ = "fans on Deezer", "listeners on ListenBrainz"


def fans(count: int, seen: date = TODAY) -> Audience:
    return Audience(DEEZER, count, seen)


@pytest.mark.parametrize(
    ("audiences", "released", "standing", "sentence"),
    [
        ([fans(412)], NEW, Standing.NEWCOMER, "412 fans on Deezer, 20 Nov"),
        ([fans(0)], TODAY, Standing.NEWCOMER, "0 fans on Deezer, 20 Nov"),
        ([fans(20_000)], NEW, Standing.NEWCOMER, "20,000 fans on Deezer, 20 Nov"),
        ([fans(20_001)], NEW, Standing.KNOWN, "20,001 fans on Deezer, 20 Nov"),
        ([fans(20_001)], None, Standing.KNOWN, "20,001 fans on Deezer, 20 Nov"),
        ([fans(412)], OLD, Standing.OLD, "released 20 Aug 2026"),
        ([], OLD, Standing.OLD, "released 20 Aug 2026"),
        ([], NEW, Standing.UNKNOWN, "audience unknown"),
        ([], None, Standing.UNKNOWN, "audience unknown"),
        ([fans(412)], None, Standing.UNKNOWN, "412 fans on Deezer, 20 Nov; release date unknown"),
        ([fans(412)], TODAY + timedelta(days=3), Standing.NEWCOMER, "412 fans on Deezer, 20 Nov"),
        ([Audience("fans of a service nobody scaled", 9, TODAY)], NEW, Standing.UNKNOWN,
         "9 fans of a service nobody scaled, 20 Nov"),
    ],
)  # fmt: skip
def test_judge(audiences: list[Audience], released: date | None, standing: Standing, sentence: str) -> None:
    judgement = judge(audiences, released, None, TODAY, LIMITS, "small")
    assert (judgement.standing, str(judgement.evidence)) == (standing, sentence)


@pytest.mark.parametrize(
    ("count", "reaches"),
    [
        (1_000, ["tiny", "small", "medium", "any"]),
        (1_001, ["small", "medium", "any"]),
        (20_001, ["medium", "any"]),
        (200_001, ["any"]),
        (90_000_000, ["any"]),
    ],
)
def test_each_reach_lets_more_through(count: int, reaches: list[Reach]) -> None:
    passing = [
        reach for reach in MOST if judge([fans(count)], NEW, None, TODAY, LIMITS, reach).standing is Standing.NEWCOMER
    ]
    assert passing == reaches


@pytest.mark.parametrize(
    ("first", "standing"),
    [
        (date(2016, 11, 21), Standing.NEWCOMER),
        (date(2016, 11, 19), Standing.VETERAN),
        (date(1974, 1, 1), Standing.VETERAN),
        (date(2026, 1, 1), Standing.NEWCOMER),
    ],
)
def test_an_artist_who_began_long_ago_is_not_new(first: date, standing: Standing) -> None:
    judgement = judge([fans(412)], NEW, first, TODAY, LIMITS, "small")
    assert (judgement.standing, str(judgement.evidence)) == (
        standing,
        f"412 fans on Deezer, 20 Nov · first release {first.year}",
    )
    ageless = Catalogue(artist_years=0)
    assert judge([fans(412)], NEW, first, TODAY, ageless, "small").standing is Standing.NEWCOMER


def test_one_meter_over_the_limit_is_enough() -> None:
    listeners = Audience(LISTENBRAINZ, 2_000, date(2026, 11, 19))
    judgement = judge([fans(5), listeners], NEW, None, TODAY, LIMITS, "small")
    assert judgement.standing is Standing.KNOWN
    assert str(judgement.evidence) == "5 fans on Deezer, 20 Nov · 2,000 listeners on ListenBrainz, 19 Nov"


def test_the_same_count_weighs_differently_on_different_meters() -> None:
    few, many = percentile([fans(1_000)], SCALES), percentile([Audience(LISTENBRAINZ, 1_000, TODAY)], SCALES)
    assert few == pytest.approx(50)
    assert many is not None
    assert 90 < many < 98


def test_the_newest_count_of_a_meter_decides() -> None:
    counts = [fans(30_000, date(2026, 10, 1)), fans(412), fans(99, date(2026, 9, 1))]
    assert judge(counts, NEW, None, TODAY, LIMITS, "small").standing is Standing.NEWCOMER
    assert str(evidence(counts)) == "412 fans on Deezer, 20 Nov"


def test_nobody_counted_is_not_zero() -> None:
    assert percentile([], SCALES) is None
    assert percentile([fans(0)], SCALES) == 0


@given(st.lists(st.integers(0, 10**9), min_size=2), st.sampled_from(sorted(SCALES)))
def test_percentiles_grow_with_the_count(counts: list[int], meter: str) -> None:
    places = percentiles(sorted(counts), SCALES[meter])
    assert np.all(np.diff(places) >= 0)
    assert places.min() >= 0
    assert places.max() <= 100


@pytest.mark.parametrize("meter", SCALES)
def test_a_scale_says_where_its_steps_are(meter: str) -> None:
    np.testing.assert_allclose(percentiles(SCALES[meter], SCALES[meter]), [50, 90, 98])


def test_one_fan_is_not_fans() -> None:
    assert str(evidence([fans(1)])) == "1 fan on Deezer, 20 Nov"
    assert str(evidence([Audience("followers", 1, date(2026, 1, 2))])) == "1 follower, 2 Jan"


def test_words_for_a_reach() -> None:
    assert reach_of("tiny") == "tiny"
    with pytest.raises(UnknownChoice, match=r"no audience called “huge”\. Choose one of: tiny, small, medium"):
        reach_of("huge")
