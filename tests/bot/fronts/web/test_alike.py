"""The drawing of a passage: in one scale, and within its frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import PassageCard
from bot.fronts.web import alike
from bot.fronts.web.alike import WIDTH


def passage(
    mine: tuple[float, float], theirs: tuple[float, float], *path: tuple[float, float], sentence: str = "It is like it."
) -> PassageCard:
    return PassageCard(sentence, "Moonlit Harbor", True, mine, theirs, path)


def test_a_clip_of_half_a_minute_is_drawn_from_its_beginning() -> None:
    drawing = alike.draw(passage((3, 18), (15, 30), (3, 15), (18, 30)))
    assert (drawing.mine.left, drawing.mine.width) == pytest.approx((WIDTH / 10, WIDTH / 2))
    assert drawing.theirs.left + drawing.theirs.width == pytest.approx(WIDTH)
    assert drawing.lines == ((WIDTH / 10, WIDTH / 2), (WIDTH * 0.6, WIDTH))
    assert (drawing.mine.label, drawing.theirs.label) == ("0:03–0:18", "0:15–0:30")


def test_a_long_song_is_drawn_around_its_passage() -> None:
    drawing = alike.draw(passage((100, 110), (3000, 3020), (100, 3000)))
    assert drawing.mine.left + drawing.mine.width / 2 == pytest.approx(WIDTH / 2, abs=0.1)
    assert drawing.theirs.width == pytest.approx(2 * drawing.mine.width, abs=0.1), "both are in one scale"
    assert drawing.lines == ((drawing.mine.left, drawing.theirs.left),)


_spans = st.tuples(st.floats(0, 7200), st.floats(0.5, 60)).map(lambda drawn: (drawn[0], drawn[0] + drawn[1]))


@given(_spans, _spans)
def test_nothing_lies_outside(mine: tuple[float, float], theirs: tuple[float, float]) -> None:
    drawing = alike.draw(passage(mine, theirs, (mine[0], theirs[0]), (mine[1], theirs[1])))
    for bar in (drawing.mine, drawing.theirs):
        assert bar.left >= -0.1 and bar.left + bar.width <= WIDTH + 0.2
        assert 0 < bar.middle < WIDTH
    for ends in drawing.lines:
        assert all(-0.1 <= end <= WIDTH + 0.2 for end in ends)
    assert drawing.lines[0] == pytest.approx((drawing.mine.left, drawing.theirs.left))
