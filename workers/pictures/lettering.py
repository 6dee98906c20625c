"""Letters: which can be written here, and what stands for those that cannot."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

#: Asked in this order for what matplotlib's own font cannot write, where they are installed.
_FONTS = (
    "DejaVu Sans",
    "Noto Sans CJK JP",
    "Hiragino Sans",
    "Yu Gothic",
    "Microsoft YaHei",
    "Malgun Gothic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Arial Unicode MS",
)
_UNKNOWN = "□"
_LONGEST = 100


def written(title: str, most: int = _LONGEST) -> str:
    """In one line of at most so many characters, without what no font here can write."""
    line = " ".join("".join(_glyph(character) for character in title[: 4 * most]).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def legible(text: str) -> bool:
    """Whether there is a letter for every character."""
    return all(_glyph(character) != _UNKNOWN for character in text)


def _glyph(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Cs"):
        return ""
    return character if any(ord(character) in family for family in families().values()) else _UNKNOWN


@cache
def families() -> Mapping[str, frozenset[int]]:
    """The fonts that are installed, and the characters that they have in bold."""
    installed = set(font_manager.get_font_names())
    files = {
        name: font_manager.findfont(FontProperties(family=name, weight="bold")) for name in _FONTS if name in installed
    }
    return {name: frozenset(font_manager.get_font(file).get_charmap()) for name, file in files.items()}
