"""What is said of a passage: times of clips, and a share that never promises too much."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import passages
from bot.words import ENGLISH, LANGUAGES, words
from core.model import Passage, Track


def passage(**other: Any) -> Passage:
    fields: dict[str, Any] = {"seed": Track("Moonlit Harbor", ("Ada",)), "mine": (3.0, 18.0), "theirs": (12.0, 27.0),
                              "closer": 0.9926, "path": ((3.0, 12.0), (17.5, 26.5))}  # fmt: skip
    return Passage(**fields | other)


def test_a_passage_in_english_and_german() -> None:
    assert passages.sentence(passage(), ENGLISH) == (
        "In the clips, 0:12–0:27 of this song is like 0:03–0:18 of your Moonlit Harbor: "
        "closer than 99.2 % of the catalogue."
    )
    assert passages.sentence(passage(), words("de")) == (
        "In den Hörproben klingt dieser Song bei 0:12–0:27 wie „Moonlit Harbor“ aus deiner Liste bei 0:03–0:18, "
        "näher dran als 99,2\u00a0% des Katalogs."
    )


@pytest.mark.parametrize(
    ("closer", "said"),
    [(1.0, "99.9 %"), (0.99999, "99.9 %"), (0.999, "99.9 %"), (0.99899, "99.8 %"), (0.99, "99.0 %"), (0.907, "90.7 %"),
     (0.29, "29.0 %"), (0.0, "0.0 %")],
)  # fmt: skip
def test_a_share_is_rounded_down_and_never_all(closer: float, said: str) -> None:
    assert f"closer than {said} of" in passages.sentence(passage(closer=closer), ENGLISH)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (3.4, "0:03"), (59.4, "0:59"), (59.6, "1:00"), (65, "1:05"), (3661.0, "61:01")],
)
def test_seconds_are_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert passages.clock(seconds) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_is_one_line_and_loses_no_figure(language: str) -> None:
    title = "\u202eevil\n{share} " * 99
    said = passages.sentence(passage(seed=Track(title, ("Ada",))), words(language))
    assert "0:03–0:18" in said and "0:12–0:27" in said and "99" in said
    assert not {"\u202e", "\n"} & set(said)
    assert len(said) < 250


@given(st.floats(0, 1))
def test_no_share_is_more_than_it_is(share: float) -> None:
    percent = passages._percent(share)
    assert 0 <= percent <= 99.9
    assert percent / 100 <= share + 1e-8
