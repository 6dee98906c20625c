"""Orders of pictures: what is the same picture, and that none is changed on its way."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.orders import Axis, Cloud, Group, Histogram, Map, Order, Pair, Pairs, Path, Portrait, Radar, Sheet, dump, key
from core.orders import load as loaded

share = st.floats(0, 1, width=32)
points = st.lists(st.tuples(share, share)).map(tuple)
parts = st.one_of(
    st.builds(Radar, st.lists(st.builds(Axis, st.text(), share, st.text())).map(tuple), st.text()),
    st.builds(Map, st.lists(st.builds(Cloud, st.text(), points)).map(tuple)),
    st.builds(Histogram, st.lists(st.text()).map(tuple),
              st.lists(st.builds(Group, st.text(), st.lists(share).map(tuple))).map(tuple)),
    st.builds(Pairs, st.text(), st.text(), st.text(), st.text(), st.lists(st.builds(
        Pair, st.text(), st.text(), st.text(), st.none() | share, st.booleans())).map(tuple)),
    st.builds(Path, st.text(), st.text(), st.tuples(share, share), st.tuples(share, share), points, st.text()),
)  # fmt: skip
sheets = st.builds(Sheet, st.text(), st.text(), st.lists(st.tuples(st.text(), parts), max_size=3).map(tuple))
orders: st.SearchStrategy[Order] = st.one_of(
    sheets, st.builds(Portrait, st.integers(0, 2**31), st.text(), st.lists(st.text()).map(tuple))
)


@given(orders)
def test_an_order_comes_out_as_it_was_given(order: Order) -> None:
    assert loaded(dump(order)) == order
    assert key(loaded(dump(order)), 7) == key(order, 7)


@given(sheets)
def test_another_listener_another_ground_another_word_is_another_picture(sheet: Sheet) -> None:
    others = [replace(sheet, light=True), replace(sheet, title=f"{sheet.title}."), replace(sheet, otherwise=sheet)]
    assert len({key(sheet, 1), key(sheet, 2), *(key(other, 1) for other in others)}) == 5


def test_what_must_be_legible_are_words_and_not_names() -> None:
    pairs = Pairs("A song", "Another", "less", "more", (Pair("Tempo", "1", "2", None, True),))
    sheet = Sheet("Why?", "Because.", (("What agrees", pairs), ("Where", Map((Cloud("Yours", ()),)))))
    assert list(sheet.words()) == ["Why?", "Because.", "What agrees", "Where", "Tempo"]
