"""Tastes: answers known beforehand, and what holds for any two of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.taste import TRAITS, Overlap, Taste, Trait, alike, taste_of


def song(
    tempo: float, loudness: float = -10.0, brightness: float = 2000.0, onset_rate: float = 3.0
) -> dict[str, float]:
    return {"tempo": tempo, "loudness": loudness, "brightness": brightness, "onset_rate": onset_rate, "music": 1.0}


def songs(tempi: Sequence[float]) -> list[dict[str, float]]:
    return [song(tempo) for tempo in tempi]


def test_the_median_and_its_place() -> None:
    taste = taste_of(songs([90, 150, 100]), songs([80, 90, 100, 110]))
    assert taste == Taste(
        3,
        (
            Trait("tempo", 100.0, 0.625),  # two below and one equal, which counts half, of four
            Trait("loudness", -10.0, 0.5),
            Trait("brightness", 2000.0, 0.5),
            Trait("onset_rate", 3.0, 0.5),
        ),
    )


@pytest.mark.parametrize(("tempo", "place"), [(70, 0.0), (200, 1.0)])
def test_the_ends_of_the_catalogue(tempo: float, place: float) -> None:
    taste = taste_of(songs([tempo] * 3), songs([80, 120, 160]))
    assert taste is not None
    assert taste.traits[0].place == place


def test_an_even_number_of_songs_has_a_median_between_two() -> None:
    taste = taste_of(songs([100, 110, 120, 200]), [])
    assert taste is not None
    assert (taste.songs, taste.traits[0]) == (4, Trait("tempo", 115.0, 0.5))


def test_two_songs_are_no_taste() -> None:
    assert taste_of(songs([100, 110]), songs([100])) is None


def test_the_same_songs_are_alike() -> None:
    mine = songs([90, 100, 150])
    assert alike(mine, mine[::-1]).share == 1.0


def test_nothing_in_common() -> None:
    mine = [song(60 + n, -30 - n, 500 + n, 1 + n / 10) for n in range(5)]
    theirs = [song(160 + n, -5 - n / 10, 5000 + n, 8 + n / 10) for n in range(4)]
    assert alike(mine, theirs).share == 0.0


def test_what_is_shared_most_and_least() -> None:
    mine = [song(100, -10, 2000, 2), song(110, -11, 2100, 3), song(120, -12, 2200, 4), song(130, -13, 2300, 5)]
    theirs = [song(100, -20, 2000, 2), song(110, -21, 2100, 3), song(120, -22, 2200, 9), song(140, -13, 2300, 9)]
    comparison = alike(mine, theirs)
    assert comparison.most == Overlap("brightness", 1.0, 2150.0, 2150.0)
    assert comparison.least == Overlap("loudness", 0.25, -11.5, -20.5)
    assert comparison.share == pytest.approx((0.75 + 0.25 + 1.0 + 0.5) / 4)


def test_the_most_and_the_least_are_never_the_same_trait() -> None:
    comparison = alike(songs([100]), songs([100]))
    assert (comparison.most.name, comparison.least.name) == ("tempo", "onset_rate")


numbers = st.floats(-100, 20_000)
tastes = st.lists(st.builds(song, numbers, numbers, numbers, numbers), min_size=3, max_size=20)


@given(tastes, tastes)
def test_it_is_a_share_and_the_same_from_both_sides(
    mine: list[dict[str, float]], theirs: list[dict[str, float]]
) -> None:
    there, back = alike(mine, theirs), alike(theirs, mine)
    assert there.share == pytest.approx(back.share)
    assert 0.0 <= there.least.share <= there.share + 1e-9
    assert there.share <= there.most.share + 1e-9 <= 1.0 + 1e-9
    assert {overlap.name for overlap in (there.most, there.least)} <= set(TRAITS)


@given(tastes, tastes)
def test_a_place_is_a_share_and_mirrors(loved: list[dict[str, float]], catalogue: list[dict[str, float]]) -> None:
    taste = taste_of(loved, catalogue)
    mirrored = taste_of(_negative(loved), _negative(catalogue))
    assert taste is not None
    assert mirrored is not None
    for trait, other in zip(taste.traits, mirrored.traits, strict=True):
        assert 0.0 <= trait.place <= 1.0
        assert trait.place + other.place == pytest.approx(1.0)


def _negative(some: list[dict[str, float]]) -> list[dict[str, float]]:
    return [{name: -value for name, value in one.items()} for one in some]


def test_what_could_not_be_told_of_a_song_is_left_out() -> None:
    """Very soft music has no loudness."""
    mine = [{name: value for name, value in each.items() if name != "loudness"} for each in songs([100, 110, 120])]
    theirs = songs([100, 110, 120])
    taste = taste_of(mine, theirs)
    assert taste is not None
    told = [name for name in TRAITS if name in theirs[0]]
    assert [trait.name for trait in taste.traits] == [name for name in told if name != "loudness"]
    half = taste_of([*mine, *theirs], theirs)
    assert half is not None and [trait.name for trait in half.traits] == told
    assert "loudness" not in {alike(mine, theirs).most.name, alike(mine, theirs).least.name}
