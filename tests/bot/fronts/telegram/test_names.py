"""Names as weapons: whatever a song, an artist or a playlist is called, Telegram takes the message and shows what was
meant. Judged by the fake's parser of HTML, which says no with Telegram's own sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from bot.cards import JobCard, PickCard, SlateCard
from bot.fronts.telegram import drawn
from bot.fronts.telegram.drawn import Drawn
from bot.fronts.telegram.text import CAPTION, GAP, TEXT, fitting, harmless, seen, units
from bot.press import Press, Verb
from bot.text import visible
from bot.words import ENGLISH, LANGUAGES, words
from tests.bot.fronts.discord.drawings import LICENCE, WEAPONS, jobs, names, passage, pick, picks, slates, tame
from tests.fakes.telegram import entities, keyboards

_languages = st.sampled_from(LANGUAGES).map(words)
#: Texts that try to be Telegram's HTML.
TAGS = (
    "<b>", "</b>", "<b>bold</b>", "<a href='https://evil.example'>x</a>", "&lt;", "&amp;lt;", "&#60;b&#62;", "&", "<",
    ">", "<!-- -->", "<tg-spoiler>", "</i></b>", "<pre><code class='x'>", "\"'", "&#x202e;", "<b", "tg://user?id=1",
    "@somebody", "/start", "#tag", "https://evil.example", "t.me/evil",
)  # fmt: skip
_names = names | st.lists(st.sampled_from(TAGS) | st.text(max_size=5), max_size=30).map("".join)


@given(_names)
def test_any_name_is_shown_as_it_is_meant_and_formats_nothing(name: str) -> None:
    text, found = entities.parse_html(harmless(name, 10**6))
    assert text.replace(GAP, "") == visible(name)
    assert found == []


@given(_names, st.integers(1, 200))
def test_any_name_is_as_long_as_it_may_be_after_the_markup_is_read(name: str, limit: int) -> None:
    text, _ = entities.parse_html(harmless(name, limit))
    assert 1 <= entities.units(text) <= limit
    assert units(text) == entities.units(text)


@pytest.mark.parametrize("weapon", [*WEAPONS, *TAGS])
def test_a_weapon_neither_calls_nor_links(weapon: str) -> None:
    text, _ = entities.parse_html(harmless(f"a {weapon} b", 10**6))
    assert "@" not in text.replace(f"@{GAP}", "")
    assert "://" not in text


@pytest.mark.parametrize(
    ("name", "limit", "shown"),
    [
        ("abcdef", 5, "abcd…"), ("&&&&&&", 5, "&amp;&amp;&amp;&amp;…"), ("🏆🏆🏆", 5, "🏆🏆…"), ("ab👍🏽c", 5, "ab…"),
        ("a<b", 5, "a&lt;b"),
    ],
)  # fmt: skip
def test_a_name_is_cut_by_what_is_seen(name: str, limit: int, shown: str) -> None:
    assert harmless(name, limit) == shown


@given(picks, st.booleans(), _languages)
def test_any_pick_is_within_the_limits(card: PickCard, play: bool, language: Any) -> None:
    _check(drawn.pick(card, language, play=play), drawn.pick(tame(card), language, play=play))


def test_a_passage_is_a_line_under_the_reason() -> None:
    shown = drawn.pick(pick(passage=passage("It is like your <b>Starálfur</b> & @somebody.")), ENGLISH, play=True)
    assert shown.lines == (
        "2. <b>Hoppípolla</b> – Sigur Rós",
        "Close: It has the pace of “Starálfur”.",
        f"<i>It is like your &lt;b&gt;Starálfur&lt;/b&gt; &amp; @{GAP}somebody.</i>",
        "<i>12 fans</i>",
    )
    assert shown.caption == shown.text == "\n".join(shown.lines)


@pytest.mark.parametrize("plain", [False, True])
def test_a_passage_goes_first_where_there_is_no_room(plain: bool) -> None:
    card = pick(reason="r" * 400, evidence="e" * 200, label="l" * 200, licence_url=LICENCE, passage=passage("p" * 300))
    shown = drawn.pick(card, ENGLISH, play=True)
    shown = shown.plain() if plain else shown
    assert units(seen("\n".join(shown.lines))) > CAPTION
    assert shown.caption.split("\n") == [line for line in shown.lines if "ppp" not in line]
    assert shown.text.split("\n") == list(shown.lines)


@given(jobs, _languages)
def test_any_request_is_within_the_limits(card: JobCard, language: Any) -> None:
    _check(drawn.job(card, language), drawn.job(tame(card), language))


@given(slates, _languages)
def test_any_answer_is_within_the_limits(card: SlateCard, language: Any) -> None:
    asker = '<a href="tg://user?id=1">🎧</a>'
    _check(drawn.head(card, language, asker), drawn.head(tame(card), language, asker))
    _check(drawn.done(card, language), drawn.done(tame(card), language))
    _check(drawn.brief(card), drawn.brief(tame(card)), same=False)


@given(st.lists(_names.map(lambda name: harmless(name, 900)), max_size=12), st.integers(1, 5000))
def test_lines_are_left_out_whole(lines: list[str], limit: int) -> None:
    text, _ = entities.parse_html(fitting(lines, limit))
    assert entities.units(text) <= limit
    kept = fitting(lines, limit).split("\n") if lines and units(seen(lines[0])) <= limit else []
    assert kept == lines[: len(kept)]


def test_plain_text_has_no_markup_and_loses_no_word() -> None:
    shown = Drawn(("<b>Rock &amp; Roll</b>", "a &lt; b")).plain()
    assert (shown.text, shown.html) == ("Rock & Roll\na < b", False)


def _check(shown: Drawn, harmless_one: Drawn, *, same: bool = True) -> None:
    """Telegram takes it, and names have changed nothing but words."""
    for text, most in ((shown.text, TEXT), (shown.caption, CAPTION)):
        assert 1 <= entities.units(entities.parse_html(text)[0]) <= most
    parsed = [entities.parse_html(line) for line in shown.lines]
    assert [text for text, _ in parsed] == [seen(line) for line in shown.lines]
    if same:
        assert _kinds(shown.lines) == _kinds(harmless_one.lines)
    _check_buttons(shown.keyboard)


def _kinds(lines: Sequence[str]) -> list[list[str]]:
    return [[entity["type"] for entity in entities.parse_html(line)[1]] for line in lines]


def _check_buttons(keyboard: InlineKeyboardMarkup | None) -> None:
    if keyboard is None:
        return
    checked = keyboards.checked(keyboard.to_dict())
    assert checked is not None
    for button in (one for row in checked["inline_keyboard"] for one in row):
        assert "url" in button or Press.parse(button["callback_data"]) is not None


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize(("what", "value"), [("f" * 32, "sure"), (str(2**63), "10-"), ("answer", "f" * 32)])
def test_the_longest_ids_fit_into_a_button(verb: Verb, what: str, value: str) -> None:
    assert len(str(Press(verb, what, value)).encode()) <= 64
