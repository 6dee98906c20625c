"""Names from outside, made harmless for Discord: they can neither ping, nor format, nor break out of their place.

https://support.discord.com/hc/en-us/articles/210298617 (Markdown), https://discord.com/developers/docs/reference
(message formatting).
"""

from __future__ import annotations

import re

from bot.text import cut, visible

#: Does not show, and parts "@" from what it would ping, "https:" from what it would link.
_GAP = "\u200b"
_AT_START = re.compile(r"[-+#>]|\d+[.)]")
#: What acts by itself, what formats, anything else; an invitation is a link without "https:".
_PIECE = re.compile(r"(:(?=//)|@|discord(?:app)?\.(?=\w))|([\\*_~|`\[\]()<>])|.", re.IGNORECASE)


def harmless(text: str, limit: int) -> str:
    """One visible line, escaped; ``limit`` counts what is sent."""
    return cut(_escaped(visible(text)), limit)


def _escaped(text: str) -> list[str]:
    """Piece by piece, so that none is cut in two."""
    start = _AT_START.match(text)
    block = start.end() - 1 if start else -1  # the sign that makes a line a list, a heading, a quotation
    return [
        f"\\{piece[0]}" if piece[2] or piece.start() == block else piece[0] + (_GAP if piece[1] else "")
        for piece in _PIECE.finditer(text)
    ]
