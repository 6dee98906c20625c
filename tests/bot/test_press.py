"""What buttons and menus carry."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.press import TEMPLATE, Press, Verb

_words = st.text("abcXYZ019_-", min_size=1, max_size=40)


@given(st.builds(Press, st.sampled_from(Verb), _words, st.just("") | _words))
def test_an_id_says_what_was_pressed(press: Press) -> None:
    assert Press.parse(str(press)) == press
    assert len(str(press)) <= 100
    assert re.fullmatch(TEMPLATE, str(press))


def test_ids_in_messages_that_are_already_sent_keep_their_meaning() -> None:
    assert str(Press(Verb.RATE, "7", "10")) == "yasr:rate:7:10"
    assert str(Press(Verb.MORE, "01J9ZK7M3Q")) == "yasr:more:01J9ZK7M3Q"
    assert Press.parse("yasr:exact:7:-") == Press(Verb.EXACT, "7", "-")
    assert set(Verb) >= {
        "appeal", "cancel", "exact", "forget", "hear", "join", "leave", "lesser", "like", "more", "never", "paste",
        "rate", "show", "start", "where",
    }  # fmt: skip


@pytest.mark.parametrize(
    "custom_id",
    [
        "", "yasr", "yasr:", "yasr:rate", "yasr:rate:", "yasr:rate::7", "yasr:rate:7:", "yasr:rate:7:8:9", "yasr:rob:7",
        "yasr:RATE:7", "other:rate:7", " yasr:rate:7", "yasr:rate:7\n", "yasr:rate:7 8", "yasr:rate:٧",
        "yasr:rate:7;drop", "yasr:rate:../x", f"yasr:rate:{'7' * 41}", f"yasr:rate:7:{'7' * 41}",
    ],
)  # fmt: skip
def test_an_id_that_is_not_ours_means_nothing(custom_id: str) -> None:
    assert Press.parse(custom_id) is None


@given(st.text() | st.text(max_size=30).map("yasr:rate:{}".format))
def test_whatever_comes_is_ours_to_the_letter_or_nothing(custom_id: str) -> None:
    press = Press.parse(custom_id)
    assert press is None or str(press) == custom_id
