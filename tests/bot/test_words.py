"""Every sentence in every language: none is missing, none is left over, and each takes what its English takes."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from hypothesis import given
from hypothesis import strategies as st

from bot import drawing
from bot.wording import catalogue, extracted, written
from bot.words import ENGLISH, FOLDER, LANGUAGES, words
from core import errors
from core.errors import YasrError
from core.said import Arg, Said, counted, dumps, loads, pack, said, unpack
from workers.stock import COMPOSING, PREPARING

OTHERS = LANGUAGES[1:]
ROOT = Path(__file__).parents[2]
#: How many templates a call begins with, and whether what goes into them follows by name.
CALLS = {"locale_str": 1, "say": 1, "said": 1, "Said": 1, "many": 2, "counted": 2, "mark": 1, "marks": 2}
MARKS = {"mark", "marks"}


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def parts(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> tuple[str, ...]:
    return (message.string or "",) if isinstance(message.string or "", str) else tuple(message.string)


def sentences(of: Catalog) -> list[Message]:
    return [message for message in of if message.id]


def tree(cls: type[YasrError] = YasrError) -> list[type[YasrError]]:
    return [cls, *(found for child in cls.__subclasses__() for found in tree(child))]


@cache
def calls() -> list[tuple[str, str, ast.Call]]:
    """Every call in the code: where it stands, the function's or the method's name, and the call."""
    files = [file for package in ("bot", "core", "workers") for file in sorted((ROOT / package).rglob("*.py"))]
    return [
        (f"{file.relative_to(ROOT)}:{node.lineno}", name, node)
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for name in [getattr(node.func, "id", getattr(node.func, "attr", ""))]
    ]


def literals(node: ast.Call) -> tuple[str, ...]:
    """The texts that a call begins with."""
    found: list[str] = []
    for argument in node.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            break
        found.append(argument.value)
    return tuple(found)


def said_in_code() -> Iterator[tuple[str, tuple[str, ...], ast.Call]]:
    for place, name, node in calls():
        if name in CALLS and len(literals(node)) >= CALLS[name]:
            yield place, literals(node)[: CALLS[name]], node


def passed(node: ast.Call) -> set[str] | None:
    """The names of what a call passes; None where that cannot be read from the code."""
    given = {keyword.arg for keyword in node.keywords}
    for argument in node.args[1:]:
        if isinstance(argument, ast.Dict):
            given |= {key.value if isinstance(key, ast.Constant) else None for key in argument.keys}
    return None if None in given else {str(name) for name in given}


def test_exactly_the_sentences_of_the_code_are_found() -> None:
    found = {part for message in sentences(extracted()) for part in parts(message)}
    assert found == {part for _, templates, _ in said_in_code() for part in templates}


def test_every_sentence_gets_what_it_names() -> None:
    missing = [
        (place, templates)
        for place, templates, node in said_in_code()
        for given in [passed(node)]
        if not isinstance(node.func, ast.Name) or node.func.id not in MARKS
        if given is not None and not set().union(*map(names, templates)) <= given
    ]
    assert missing == []


def test_every_error_gets_what_its_sentence_names() -> None:
    classes = {cls.__name__: cls for cls in tree()}
    for place, name, node in calls():
        given = passed(node)
        if name in classes and isinstance(node.func, ast.Name) and given is not None and not node.args:
            error = classes[name](**dict.fromkeys(given, 2))
            assert "{" not in str(error), place


def test_every_stage_has_words() -> None:
    stages = {literals(node)[0] for place, name, node in calls()
              if place.startswith("workers/") and name == "Progress" and literals(node)}  # fmt: skip
    assert "reading" in stages
    assert stages | {COMPOSING, PREPARING} <= set(drawing.STAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_is_in_step_with_the_code(language: str) -> None:
    translations = catalogue(language)
    translations.update(extracted(), no_fuzzy_matching=True)
    assert not translations.obsolete, "run `make words`"
    assert (FOLDER / f"{language}.po").read_bytes() == written(translations), "run `make words`"


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language: str) -> None:
    missing = [message.id for message in sentences(catalogue(language)) if message.fuzzy or not all(forms(message))]
    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_takes_what_its_english_takes(language: str) -> None:
    translations = catalogue(language)
    assert translations.plural_forms == get_plural(language).plural_forms
    for message in sentences(translations):
        expected = set().union(*map(names, parts(message)))
        if message.pluralizable:
            assert len(forms(message)) == translations.num_plurals, message.id
        for form in filter(None, forms(message)):
            assert names(form) == expected, (message.id, form)
            assert (form[0].isspace(), form[-1].isspace()) == (parts(message)[0][0].isspace(), False), message.id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("cls", tree(), ids=lambda cls: cls.__name__)
def test_every_error_is_said_in_every_language(cls: type[YasrError], count: int, language: str) -> None:
    wanted = names(cls.sentence) | names(cls.many)
    generic: dict[str, Arg] = {name: f"some {name}" for name in wanted} | (
        {"count": count} if "count" in wanted else {}
    )
    sentence = words(language).error(errors.revive(cls.__name__, generic))
    assert sentence
    assert "{" not in sentence
    if language == "en":
        assert sentence == str(cls(**generic))


@pytest.mark.parametrize(
    ("locale", "language"),
    [("pt-BR", "pt"), ("pt_PT", "pt"), ("ja", "ja"), ("FR", "fr"), ("DE", "de"), ("de_AT", "de"), ("es-419", "es"),
     ("en-US", "en"), ("tlh", "en"), ("", "en"), ("zh-CN", "en")],
)  # fmt: skip
def test_a_locale_has_a_language(locale: str, language: str) -> None:
    assert words(locale).language == language


@pytest.mark.parametrize(
    ("language", "number", "day", "moment"),
    [
        ("en", "1,234,567.5", "20 Nov", "20 Nov, 21:05"),
        ("de", "1.234.567,5", "20. Nov.", "20. Nov., 21:05"),
        ("es", "1.234.567,5", "20 nov", "20 nov, 21:05"),
        ("fr", "1\u202f234\u202f567,5", "20 nov.", "20 nov., 21:05"),
        ("ja", "1,234,567.5", "11月20日", "11月20日 21:05"),
        ("pt", "1.234.567,5", "20 de nov.", "20 de nov. 21:05"),
    ],
)
def test_numbers_and_days_are_written_as_people_do(language: str, number: str, day: str, moment: str) -> None:
    speak = words(language)
    assert speak.say("{x}", x=1_234_567.5) == number
    assert speak.say("{x}", x=date(2026, 11, 20)) == day
    assert speak.say("{x}", x=datetime(2026, 11, 20, 21, 5)) == moment
    assert speak.say("{x}", x="2026") == "2026", "what is a name stays as it is"


def test_a_sentence_within_a_sentence() -> None:
    inner = counted("{count} song", "{count} songs", count=1_200)
    assert ENGLISH.say("I have {songs}.", songs=inner) == "I have 1,200 songs."
    assert ENGLISH.join([said("One."), counted("{count} song.", "{count} songs.", count=1)]) == "One. 1 song."


def test_the_sentences_of_people_are_no_templates() -> None:
    assert ENGLISH.render(Said("{not} a {template}")) == "{not} a {template}"
    assert ENGLISH.say("I read {what}.", what="{0} % {name}") == "I read {0} % {name}."


args = st.recursive(
    st.text() | st.integers() | st.floats(allow_nan=False) | st.dates() | st.datetimes(),
    lambda inner: st.builds(Said, st.text(), st.dictionaries(st.text(), inner, max_size=3), st.text()),
    max_leaves=8,
)
saids = st.builds(Said, st.text(), st.dictionaries(st.text(), args, max_size=3), st.text())


@given(st.lists(saids, max_size=3), st.dictionaries(st.text(), args))
def test_what_was_said_is_read_back_whole(parts: list[Said], given: dict[str, Arg]) -> None:
    assert loads(dumps(parts)) == tuple(parts)
    assert unpack(pack(given)) == given


@given(st.text().filter(lambda text: not text.startswith('[{"said":')))
def test_a_text_of_a_time_when_only_english_was_stored_is_one_sentence(text: str) -> None:
    assert loads(text) == ((Said(text),) if text else ())
    assert [ENGLISH.render(part) for part in loads(text)] == ([text] if text else [])
