"""Names from outside in one visible line, whatever they are made of; how they are escaped is the platform's affair.

https://www.unicode.org/reports/tr36/ (bidirectional and invisible characters).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import accumulate

#: For a name that is empty, or nothing but invisible.
NOTHING = "–"
_ELLIPSIS = "…"
#: More marks than this upon one letter are a weapon, not a script.
_MARKS = 4
#: Between letters or emoji they join or part them; elsewhere they only hide.
_JOINERS = "\u200c\u200d"
#: Line breaks, and the letters and symbols that look like nothing (Hangul fillers, Braille without a dot).
_BLANKS = "\t\n\v\f\r\x85\u115f\u1160\u2800\u3164\uffa0"
#: An emoji may be newer than Python's table of characters.
_EMOJI = range(0x1F000, 0x1FB00)
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_LINK = re.compile(r"https://(?:[\w-]+\.)+[\w-]+(?::\d+)?(?:[/?#][^\s<>\"\\^`{|}]*)?")


def plain(text: str, limit: int) -> str:
    """For labels, which are not formatted: visible characters in one line, at most ``limit`` of them."""
    return cut(visible(text), limit)


def link(url: str, limit: int) -> str:
    """The address as it is, if it is a plain one of at most ``limit`` characters; else nothing."""
    return url if len(url) <= limit and _LINK.fullmatch(url) and _seen(url) == url else ""


def fitting(text: str, limit: int) -> str:
    """Lines of ours, with harmless names: as many whole ones as ``limit`` characters hold."""
    if len(text) <= limit:
        return text
    head, line_break, _ = text[: limit - 1].rpartition("\n")
    return (head + line_break or text[: limit - 1]) + _ELLIPSIS


def visible(text: str) -> str:
    """What is seen of a text, in one line; ``NOTHING`` where that is nothing."""
    return _seen(text) or NOTHING


def cut(pieces: Sequence[str], limit: int, size: Callable[[str], int] = len) -> str:
    """As many pieces as fit by ``size``; a letter keeps the marks upon it, or goes with them."""
    lengths = list(accumulate(map(size, pieces)))
    if lengths[-1] <= limit:
        return "".join(pieces)
    end = bisect(lengths, limit - len(_ELLIPSIS))
    while end and _clings(pieces[end - 1], pieces[end]):
        end -= 1
    return "".join(pieces[:end]).rstrip() + _ELLIPSIS


def _seen(text: str) -> str:
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


def _clings(before: str, piece: str) -> bool:
    return before in _JOINERS or piece in _JOINERS or piece in _SKIN_TONES or _kind(piece[0]) == "mark"
