"""Moods in what people write, in six languages."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words import LANGUAGES, words
from core.errors import BadInput, UnknownChoice
from core.mood_words import LONGEST, asked, named, parse
from core.moods import MOODS

LINK = "https://www.deezer.com/playlist/908622995"


@pytest.mark.parametrize(
    ("said", "moods"),
    [
        ("slower instrumental", ("slower", "instrumental")),
        ("Like this, but SAD!", ("sad",)),
        ("the same but without vocals please", ("instrumental",)),
        ("langsamer", ("slower",)),
        ("so wie das, aber fröhlicher und ohne Gesang", ("happy", "instrumental")),
        ("más lenta y triste", ("slower", "sad")),
        ("MAS RAPIDO por favor", ("faster",)),
        ("como esto pero más alegre", ("happy",)),
        ("plus lent mais joyeux", ("slower", "happy")),
        ("la même chose en moins fort", ("quieter",)),
        ("moins rapide", ()),  # better nothing than the opposite
        ("plus\nsombre", ("darker",)),
        ("mais rápidas e dançantes", ("faster", "danceable")),
        ("もっと遅く、でも悲しい曲", ("slower", "sad")),
        ("インストで", ("instrumental",)),
        ("not sad", ()),
        ("Happy by Pharrell", ()),
        ("sadness", ()),
        ("Slow – Kylie Minogue", ()),
        ("", ()),
        ("please", ()),
    ],
)
def test_what_is_asked_for(said: str, moods: tuple[str, ...]) -> None:
    assert asked(said) == moods
    assert asked(f"{LINK} {said}") == moods
    assert asked(f"{said} {LINK}") == moods


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mood", MOODS)
def test_a_mood_is_understood_as_we_call_it(language: str, mood: str) -> None:
    called = words(language).say(mood)
    assert named(called) == (mood,)
    assert named(unicodedata.normalize("NFD", called.upper())) == (mood,)


def test_every_mood_has_words_of_its_own() -> None:
    everything = ", ".join(name for name in MOODS if MOODS[name].opposite <= name)
    assert set(named(everything)) == {name for name in MOODS if MOODS[name].opposite <= name}


def test_the_rest_is_given_back() -> None:
    moods, rest = parse(f"{LINK}  slower and sad   for Ada")
    assert [mood.name for mood in moods] == ["slower", "sad"]
    assert rest == f"{LINK} and for Ada"


def test_in_a_field_for_moods_other_words_are_a_mistake() -> None:
    assert named("slower,sad") == ("slower", "sad")
    assert named("") == ()
    with pytest.raises(UnknownChoice, match=r"no mood called “gloomy”\. Choose one of: slower, "):
        named("sad and gloomy")
    with pytest.raises(UnknownChoice):
        named("x" * 100_000)


@pytest.mark.parametrize("read", [parse, asked, named])
def test_contradictions_are_refused(read: object) -> None:
    assert callable(read)
    with pytest.raises(BadInput, match="no song is slower and faster at once"):
        read("slower, faster")


def test_a_long_text_is_no_wish() -> None:
    assert asked("sad " * LONGEST) == ()


@given(st.text(max_size=60), st.sampled_from(sorted(MOODS)))
def test_any_text_can_be_read(text: str, mood: str) -> None:
    spaced = f"{text} , {mood} , "
    try:
        moods, rest = parse(spaced)
    except BadInput:
        return
    assert mood in [each.name for each in moods]
    assert rest == " ".join(rest.split())
    assert parse(rest)[0] == () or rest != " ".join(unicodedata.normalize("NFC", spaced).split())
