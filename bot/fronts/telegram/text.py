"""Names from outside, made harmless for Telegram's HTML: they can neither format, nor call somebody, nor link.

https://core.telegram.org/bots/api#html-style: ``<``, ``>`` and ``&`` are escaped. Lengths are counted in UTF-16 code
units after the markup is read (https://core.telegram.org/api/entities#entity-length).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape

from bot.text import cut, visible

#: The longest text and the longest caption of a picture.
TEXT, CAPTION = 4096, 1024
#: Does not show, and parts "@" from whom it would call, "https:" from what it would link.
GAP = "\u200b"
_PIECE = re.compile(r"(:(?=//)|@)|.", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def harmless(text: str, limit: int) -> str:
    """One visible line, escaped; at most ``limit`` code units are seen."""
    pieces = [piece[0] + (GAP if piece[1] else "") for piece in _PIECE.finditer(visible(text))]
    return escape(cut(pieces, limit, units), quote=False)


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def seen(html: str) -> str:
    """What is left of a line of ours when its markup is read."""
    return unescape(_TAG.sub("", html))


def fitting(lines: Sequence[str], limit: int, *, html: bool = True) -> str:
    """As many of the first lines as ``limit`` code units hold, as they are seen."""
    kept: list[str] = []
    for line in lines:
        limit -= units(seen(line) if html else line) + bool(kept)
        if limit < 0:
            break
        kept.append(line)
    return "\n".join(kept)
