"""The emoji scale."""

from __future__ import annotations

import pytest

from core.errors import UnknownChoice
from core.verdicts import ROW, value_of


@pytest.mark.parametrize(
    ("emoji", "value"),
    [("💯", 10), ("❤️", 9), ("❤", 9), ("🔥", 8), ("👎", 2), ("💩", 0), ("7️⃣", 7), ("0⃣", 0), ("🔟", 10)],
)
def test_known_emoji(emoji: str, value: int) -> None:
    assert value_of(emoji) == value


def test_the_row_rises_and_spans_the_scale() -> None:
    values = [value_of(emoji) for emoji in ROW]
    assert values == sorted(set(values))
    assert values[0] <= 2
    assert values[-1] == 10


@pytest.mark.parametrize("emoji", ["", "7", "🦄", "👎👎", "<script>"])
def test_others_are_refused(emoji: str) -> None:
    with pytest.raises(UnknownChoice):
        value_of(emoji)
