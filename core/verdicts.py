"""What each emoji means on the 0–10 scale."""

from __future__ import annotations

from core.errors import UnknownChoice

#: The row every front end shows, from worst to best.
ROW = ("👎", "😐", "👍", "🔥", "💯")

_SCALE = {
    "💯": 10, "🏆": 10, "❤": 9, "😍": 9, "🤩": 9, "🔥": 8, "👍": 7, "👏": 7, "👌": 6, "😐": 5,
    "🤔": 4, "🤨": 4, "🥱": 3, "😴": 3, "👎": 2, "🤮": 1, "💩": 0, "🔟": 10,
} | {f"{digit}\u20e3": digit for digit in range(10)}  # fmt: skip


def value_of(emoji: str) -> int:
    """The rating 0..10 that ``emoji`` stands for; variation selectors are ignored. Raises UnknownChoice."""
    plain = emoji.strip().replace("\ufe0f", "")
    if plain not in _SCALE:
        raise UnknownChoice(kind="rating", value=emoji[:16], choices=" ".join(ROW))
    return _SCALE[plain]
