"""Moods: what each one asks of named features, when it cannot be told, and which cannot be had together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import moods
from core.errors import BadInput, UnknownChoice
from core.model import Features, Vector
from core.moods import MOODS, SURE, every
from core.said import pack, unpack

MINE = {"tempo": 100.0, "onset_rate": 4.0, "brightness": 2000.0, "loudness": -14.0, "danceability": 0.4, "mode": 1.0}
_VECTOR: Vector = np.zeros(1, np.float32)
_told = st.sampled_from([True, False, None])
_named = st.fixed_dictionaries(
    {},
    optional={
        "tempo": st.floats(40, 240), "onset_rate": st.floats(0, 12), "brightness": st.floats(100, 8000),
        "loudness": st.floats(-40, 0), "danceability": st.floats(0, 1), "mode": st.sampled_from([0.0, 1.0]),
        "instrumental": st.sampled_from([0.0, 1.0]), "instrumentalness": st.floats(0, 1), "valence": st.floats(0, 1),
        "acousticness": st.floats(0, 1), "energy": st.floats(0, 1),
    },
)  # fmt: skip


def heard(named: Mapping[str, float], confidence: Mapping[str, float] | None = None) -> Features:
    return Features("test", "1", _VECTOR, named, confidence or {})


@pytest.mark.parametrize(
    ("mood", "named", "allowed"),
    [
        ("slower", {"tempo": 92.0}, True), ("slower", {"tempo": 93.0}, False), ("slower", {}, None),
        ("faster", {"tempo": 108.5}, True), ("faster", {"tempo": 107.0}, False),
        ("calmer", {"onset_rate": 3.5}, True), ("calmer", {"onset_rate": 3.8}, False),
        ("busier", {"onset_rate": 4.5}, True), ("busier", {"onset_rate": 4.2}, False),
        ("darker", {"brightness": 1700.0}, True), ("darker", {"brightness": 1900.0}, False),
        ("brighter", {"brightness": 2300.0}, True), ("brighter", {"brightness": 2100.0}, False),
        ("quieter", {"loudness": -16.5}, True), ("quieter", {"loudness": -15.0}, False), ("quieter", {}, None),
        ("louder", {"loudness": -11.5}, True), ("louder", {"loudness": -13.0}, False),
        ("danceable", {"danceability": 0.5}, True), ("danceable", {"danceability": 0.41}, False),
        ("instrumental", {"instrumentalness": 0.9}, True), ("instrumental", {"instrumentalness": 0.1}, False),
        ("instrumental", {"instrumental": 0.0, "instrumentalness": 0.9}, False),  # its words were read
        ("instrumental", {"tempo": 90.0}, None), ("vocal", {"instrumental": 0.0}, True), ("vocal", {}, None),
        ("vocal", {"instrumentalness": 0.9}, False),
        ("sad", {"mode": 0.0, "tempo": 80.0}, True), ("sad", {"mode": 0.0, "brightness": 1500.0}, True),
        ("sad", {"mode": 1.0, "tempo": 80.0}, False), ("sad", {"mode": 1.0}, False), ("sad", {"tempo": 80.0}, None),
        ("sad", {"mode": 0.0, "tempo": 120.0, "brightness": 2000.0}, False), ("sad", {"mode": 0.0}, None),
        ("sad", {"valence": 0.1, "mode": 1.0}, True), ("sad", {"valence": 0.5, "mode": 0.0, "tempo": 60.0}, False),
        ("happy", {"mode": 1.0, "tempo": 120.0}, True), ("happy", {"mode": 0.0, "tempo": 120.0}, False),
        ("happy", {"valence": 0.9}, True), ("happy", {"valence": 0.5}, False),
        ("acoustic", {"acousticness": 0.8}, True), ("acoustic", {"acousticness": 0.2}, False), ("acoustic", {}, None),
        ("energetic", {"energy": 0.8}, True), ("energetic", {"energy": 0.3}, False), ("energetic", {}, None),
    ],
)  # fmt: skip
def test_what_a_mood_asks_for(mood: str, named: Mapping[str, float], allowed: bool | None) -> None:
    assert MOODS[mood].allows(named, {}, MINE) is allowed


def test_what_is_not_surely_heard_is_not_heard() -> None:
    named = {"tempo": 60.0, "mode": 0.0}
    assert MOODS["slower"].allows(named, {"tempo": SURE["tempo"] - 0.01}, MINE) is None
    assert MOODS["slower"].allows(named, {"tempo": SURE["tempo"]}, MINE) is True
    assert MOODS["sad"].allows(named, {"tempo": 1.0, "mode": SURE["mode"] - 0.01}, MINE) is None
    assert MOODS["sad"].allows(named, {"tempo": 1.0, "mode": SURE["mode"]}, MINE) is True


def test_nothing_is_relative_to_songs_of_which_nothing_is_known() -> None:
    known = {"tempo": 60.0, "onset_rate": 1.0, "brightness": 900.0, "loudness": -30.0, "danceability": 0.9, "mode": 0.0}
    relative = ["slower", "faster", "calmer", "busier", "darker", "brighter", "quieter", "louder", "danceable", "sad"]
    assert [MOODS[name].allows(known, {}, {}) for name in relative] == [None] * len(relative)


def test_the_listeners_songs_are_their_median_as_far_as_it_is_sure() -> None:
    songs = [heard({"tempo": 90.0, "loudness": -10.0}), heard({"tempo": 100.0}), heard({"tempo": 140.0}),
             heard({"tempo": 400.0}, {"tempo": 0.0})]  # fmt: skip
    assert moods.reference(songs) == {"tempo": 100.0, "loudness": -10.0}
    assert moods.reference([]) == {}


@given(_named, _named)
def test_no_song_has_a_mood_and_its_opposite(song: dict[str, float], mine: dict[str, float]) -> None:
    for mood in MOODS.values():
        if mood.opposite:
            assert MOODS[mood.opposite].opposite == mood.name
            assert not (mood.allows(song, {}, mine) and MOODS[mood.opposite].allows(song, {}, mine))


@given(_named, _named, _named)
def test_what_is_told_stays_told_when_more_is_known(
    song: dict[str, float], more: dict[str, float], mine: dict[str, float]
) -> None:
    """Kleene's logic: an answer never rests on what was unknown. Valence and lyrics, told, speak first."""
    first = {"valence", "instrumental"}
    for mood in MOODS.values():
        told = mood.allows(song, {}, mine)
        wider = {name: value for name, value in more.items() if name not in first} | song
        assert told is None or mood.allows(wider, {}, mine) is told


@given(st.lists(_told, max_size=6))
def test_every(told: list[bool | None]) -> None:
    assert every(told) is (False if any(each is False for each in told) else None if None in told else True)


def test_moods_by_their_names() -> None:
    assert moods.of([]) == ()
    assert moods.of(["sad", "slower", "sad"]) == (MOODS["sad"], MOODS["slower"])
    with pytest.raises(UnknownChoice, match=r"no mood called “gloomy”\. Choose one of: slower, faster"):
        moods.of(["gloomy"])


@pytest.mark.parametrize("name", [mood.name for mood in MOODS.values() if mood.opposite])
def test_contradictions_are_refused(name: str) -> None:
    with pytest.raises(BadInput, match=f"no song is {name} and {MOODS[name].opposite} at once"):
        moods.of([name, "danceable", MOODS[name].opposite])


def test_the_answer_says_what_was_asked_and_what_could_not_be_told() -> None:
    asked = moods.of(["slower", "sad"])
    assert list(map(str, moods.notes(asked, 0))) == ["Chosen by mood: slower, sad."]
    assert str(moods.notes(asked, 1)[1]) == "Of 1 song I could not tell whether it is slower, sad, so I left it out."
    assert str(moods.notes(asked, 2)[1]).startswith("Of 2 songs I could not tell whether they are slower, sad")
    assert moods.notes((), 3) == []


def test_that_nothing_was_found_is_said() -> None:
    asked = moods.of(["slower", "sad"])
    assert str(moods.unmatched(asked, 0)) == "I cannot use that: I found no song for this mood (slower, sad)."
    assert str(moods.unmatched(asked, 2000)) == (
        "I cannot use that: I found no song for this mood (slower, sad); of 2,000 I could not tell."
    )
    stored = unpack(pack(moods.unmatched(asked, 3).args_))
    assert stored == moods.unmatched(asked, 3).args_
