"""Names from outside, made harmless for Discord: they can neither ping, nor format, nor break out of their place.

https://support.discord.com/hc/en-us/articles/210298617 (Markdown), https://discord.com/developers/docs/reference
(message formatting), https://www.unicode.org/reports/tr36/ (bidirectional and invisible characters).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate

#: For a name that is empty, or nothing but invisible.
NOTHING = "–"
_ELLIPSIS = "…"
#: Does not show, and parts "@" from what it would ping, "https:" from what it would link.
_GAP = "\u200b"
#: More marks than this upon one letter are a weapon, not a script.
_MARKS = 4
#: Between letters or emoji they join or part them; elsewhere they only hide.
_JOINERS = "\u200c\u200d"
#: Line breaks, and the letters and symbols that look like nothing (Hangul fillers, Braille without a dot).
_BLANKS = "\t\n\v\f\r\x85\u115f\u1160\u2800\u3164\uffa0"
#: An emoji may be newer than Python's table of characters.
_EMOJI = range(0x1F000, 0x1FB00)
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_AT_START = re.compile(r"[-+#>]|\d+[.)]")
#: What acts by itself, what formats, anything else; an invitation is a link without "https:".
_PIECE = re.compile(r"(:(?=//)|@|discord(?:app)?\.(?=\w))|([\\*_~|`\[\]()<>])|.", re.IGNORECASE)
_LINK = re.compile(r"https://(?:[\w-]+\.)+[\w-]+(?::\d+)?(?:[/?#][^\s<>\"\\^`{|}]*)?")


def plain(text: str, limit: int) -> str:
    """For labels, which are not formatted: visible characters in one line, at most ``limit`` of them."""
    return _cut(_visible(text) or NOTHING, limit)


def harmless(text: str, limit: int) -> str:
    """For texts, which are formatted: the same, escaped; ``limit`` counts what is sent."""
    return _cut(_escaped(_visible(text) or NOTHING), limit)


def link(url: str, limit: int) -> str:
    """The address as it is, if Discord takes it and it is safe between <>; else nothing."""
    return url if len(url) <= limit and _LINK.fullmatch(url) and _visible(url) == url else ""


def fitting(text: str, limit: int) -> str:
    """Lines of ours, with harmless names: as many whole ones as ``limit`` characters hold."""
    if len(text) <= limit:
        return text
    head, line_break, _ = text[: limit - 1].rpartition("\n")
    return (head + line_break or text[: limit - 1]) + _ELLIPSIS


def _visible(text: str) -> str:
    kept, joiner, marks = "", "", _MARKS
    for character in text:
        kind = _kind(character)
        if kind == "joiner":
            joiner = character if kept[-1:] > "\x7f" else ""
        elif kind == "seen":
            kept += (joiner if character > "\x7f" else "") + character
            joiner, marks = "", 0
        elif kind == "mark" and marks < _MARKS:
            kept += character
            joiner, marks = "", marks + 1
        elif kind == "blank":
            kept += " "
            joiner, marks = "", _MARKS  # there is no letter for a mark to be upon
    return " ".join(kept.split())


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "Z" or character in _BLANKS:
        return "blank"
    if character in _JOINERS:
        return "joiner"
    if category[0] == "C" and not (category == "Cn" and ord(character) in _EMOJI):
        return "hidden"
    return "mark" if category[0] == "M" else "seen"


def _escaped(text: str) -> list[str]:
    """Piece by piece, so that none is cut in two."""
    start = _AT_START.match(text)
    block = start.end() - 1 if start else -1  # the sign that makes a line a list, a heading, a quotation
    return [
        f"\\{piece[0]}" if piece[2] or piece.start() == block else piece[0] + (_GAP if piece[1] else "")
        for piece in _PIECE.finditer(text)
    ]


def _cut(pieces: Sequence[str], limit: int) -> str:
    """As many pieces as fit; a letter keeps the marks upon it, or goes with them."""
    lengths = list(accumulate(map(len, pieces)))
    if lengths[-1] <= limit:
        return "".join(pieces)
    end = bisect(lengths, limit - len(_ELLIPSIS))
    while end and _clings(pieces[end - 1], pieces[end]):
        end -= 1
    return "".join(pieces[:end]).rstrip() + _ELLIPSIS


def _clings(before: str, piece: str) -> bool:
    return before in _JOINERS or piece in _JOINERS or piece in _SKIN_TONES or _kind(piece[0]) == "mark"
