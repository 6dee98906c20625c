from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.model import Audience
from core.newcomer import Standing, evidence, judge
from core.settings import Catalogue

TODAY = date(2026, 11, 20)
LIMITS = Catalogue(max_fans=20_000, weeks=13)
NEW, OLD = TODAY - timedelta(weeks=13), TODAY - timedelta(weeks=13, days=1)


def fans(count: int, seen: date = TODAY) -> Audience:
    return Audience("fans on Deezer", count, seen)


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
    ],
)
def test_judge(audiences: list[Audience], released: date | None, standing: Standing, sentence: str) -> None:
    judgement = judge(audiences, released, TODAY, LIMITS)
    assert (judgement.standing, judgement.evidence) == (standing, sentence)


def test_one_meter_over_the_limit_is_enough() -> None:
    listeners = Audience("listeners on ListenBrainz", 90_000, date(2026, 11, 19))
    judgement = judge([fans(5), listeners], NEW, TODAY, LIMITS)
    assert judgement.standing is Standing.KNOWN
    assert judgement.evidence == "5 fans on Deezer, 20 Nov · 90,000 listeners on ListenBrainz, 19 Nov"


def test_the_newest_count_of_a_meter_decides() -> None:
    counts = [fans(30_000, date(2026, 10, 1)), fans(412), fans(99, date(2026, 9, 1))]
    assert judge(counts, NEW, TODAY, LIMITS).standing is Standing.NEWCOMER
    assert evidence(counts) == "412 fans on Deezer, 20 Nov"


def test_one_fan_is_not_fans() -> None:
    assert evidence([fans(1)]) == "1 fan on Deezer, 20 Nov"
    assert evidence([Audience("followers", 1, date(2026, 1, 2))]) == "1 follower, 2 Jan"
