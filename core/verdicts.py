"""What each emoji means on the 0–10 scale."""

from __future__ import annotations

import re

from core.errors import UnknownChoice
from core.said import said

#: The best rating; the worst is 0.
MOST = 10
#: The row every front end shows, from worst to best.
ROW = ("👎", "😐", "👍", "🔥", "💯")

_SCALE = {
    "💯": 10, "🏆": 10, "❤": 9, "😍": 9, "🤩": 9, "🔥": 8, "👍": 7, "👏": 7, "👌": 6, "😐": 5,
    "🤔": 4, "🤨": 4, "🥱": 3, "😴": 3, "👎": 2, "🤮": 1, "💩": 0, "🔟": 10,
} | {f"{digit}\u20e3": digit for digit in range(10)}  # fmt: skip


_LOOKS = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")


def plain(emoji: str) -> str:
    """The emoji without variation selectors and skin tones."""
    return _LOOKS.sub("", emoji.strip())


def emoji_of(value: int) -> str:
    """An emoji for a rating 0..10: one of the row where there is one, else the number's own."""
    row = {_SCALE[emoji]: emoji for emoji in ROW}
    return row.get(value) or ("🔟" if value == MOST else f"{value}\u20e3")


def value_of(emoji: str) -> int:
    """The rating 0..10 that ``emoji`` stands for, whatever its looks. Raises UnknownChoice."""
    if plain(emoji) not in _SCALE:
        raise UnknownChoice(kind=said("rating"), value=emoji[:16], choices=" ".join(ROW))
    return _SCALE[plain(emoji)]
