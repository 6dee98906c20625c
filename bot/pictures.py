"""A listener's taste as a picture, for chats: it must be read on a phone, on a dark background."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bot.tastes import WORDINGS
from bot.words import ENGLISH, Words
from core.taste import Taste, Trait

WIDTH = 900
#: Everything is drawn twice as large and then reduced, which smooths the edges that Pillow leaves jagged.
_FINE = 2
_MARGIN, _HEADER, _ROW = 44, 128, 92
#: How wide the words at the ends of a bar may be.
_ENDS = 190

_GROUND, _TRACK, _MIDDLE = "#1b1d23", "#343843", "#9aa1b1"
_BRIGHT, _SOFT = "#ffffff", "#b4bac6"
#: One colour per trait, light enough on the ground (a contrast of 7 to 1 or more).
_COLOURS = {"tempo": "#ff9e64", "loudness": "#f783ac", "brightness": "#ffd866", "onset_rate": "#5ed3c6"}


@dataclass(frozen=True, slots=True)
class _Style:
    colour: str
    size: int
    bold: bool = False


_TITLE, _SUBTITLE, _NAME, _END = _Style(_BRIGHT, 40, True), _Style(_SOFT, 24), _Style(_BRIGHT, 28), _Style(_SOFT, 23)


@dataclass(frozen=True, slots=True)
class _Row:
    """A trait in words: its name, its value with the unit, and the ends of its scale."""

    trait: Trait
    name: str
    value: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """All that is written in the picture."""

    title: str
    songs: str
    rows: tuple[_Row, ...]

    def texts(self) -> Iterator[str]:
        yield from (self.title, self.songs)
        for row in self.rows:
            yield from (row.name, row.value, row.low, row.high)


async def draw(taste: Taste, words: Words) -> bytes:
    """:func:`taste_picture` without holding up the conversation."""
    return await asyncio.to_thread(taste_picture, taste, words)


def taste_picture(taste: Taste, words: Words) -> bytes:
    """A PNG, 900 pixels wide; the same taste in the same language makes the same bytes.

    Each trait has a bar on which a dot marks its place in the catalogue, coloured from the catalogue's middle to there.
    In English where the font lacks the language's letters.
    """
    sheet = _sheet(taste, words)
    if not all(covered(text) for text in sheet.texts()):
        sheet = _sheet(taste, ENGLISH)
    size = (WIDTH * _FINE, (_HEADER + _ROW * len(sheet.rows)) * _FINE)
    image = Image.new("RGB", size, _GROUND)
    _Pen(ImageDraw.Draw(image)).sheet(sheet)
    file = BytesIO()
    image.reduce(_FINE).save(file, "PNG")
    return file.getvalue()


def covered(text: str) -> bool:
    """Whether the font has a glyph for every character."""
    return all(map(_has_glyph, text))


def _sheet(taste: Taste, words: Words) -> _Sheet:
    rows = []
    for trait in taste.traits:
        wording = WORDINGS[trait.name]
        value = wording.amount(trait.value, words)
        rows.append(_Row(trait, words.say(wording.name), value, words.say(wording.low), words.say(wording.high)))
    songs = words.say("Median of {count} songs, compared with the catalogue", count=taste.songs)
    return _Sheet(words.say("Your taste"), songs, tuple(rows))


class _Pen:
    """Writes and draws; all measures are those of the finished picture."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def sheet(self, sheet: _Sheet) -> None:
        wide = WIDTH - 2 * _MARGIN
        self._write(sheet.title, (_MARGIN, 62), "ls", _TITLE, wide)
        self._write(sheet.songs, (_MARGIN, 98), "ls", _SUBTITLE, wide)
        low = min(_ENDS, max((_length(row.low, _END) for row in sheet.rows), default=0))
        high = min(_ENDS, max((_length(row.high, _END) for row in sheet.rows), default=0))
        for number, row in enumerate(sheet.rows):
            top = _HEADER + number * _ROW
            self._row(row, top, _MARGIN + low + 22, WIDTH - _MARGIN - high - 22)

    def _row(self, row: _Row, top: float, left: float, right: float) -> None:
        """``left`` and ``right`` are where the bar begins and ends."""
        half, value = (WIDTH - 2 * _MARGIN) / 2 - 10, _Style(_COLOURS[row.trait.name], 28, True)
        self._write(row.name, (_MARGIN, top + 27), "ls", _NAME, half)
        self._write(row.value, (WIDTH - _MARGIN, top + 27), "rs", value, half)
        middle = top + 53
        self._write(row.low, (_MARGIN, middle + 8), "ls", _END, _ENDS)
        self._write(row.high, (WIDTH - _MARGIN, middle + 8), "rs", _END, _ENDS)
        self._bar(row.trait, middle, left, right)

    def _bar(self, trait: Trait, middle: float, left: float, right: float) -> None:
        colour = _COLOURS[trait.name]
        centre, dot = (left + right) / 2, left + 12 + trait.place * (right - left - 24)
        self._box(left, middle, right, 7, _TRACK)
        self._box(min(centre, dot), middle, max(centre, dot), 7, colour)
        self._box(dot - 16, middle, dot + 16, 16, _GROUND)
        self._box(centre - 2, middle, centre + 2, 14, _MIDDLE)
        self._box(dot - 12, middle, dot + 12, 12, _BRIGHT)

    def _box(self, left: float, middle: float, right: float, half: float, colour: str) -> None:
        """A bar with round ends."""
        corners = [left * _FINE, (middle - half) * _FINE, right * _FINE, (middle + half) * _FINE]
        self._draw.rounded_rectangle(corners, min(half, (right - left) / 2) * _FINE, colour)

    def _write(self, text: str, at: tuple[float, float], anchor: str, style: _Style, wide: float) -> None:
        """Writes a line that is at most ``wide``: smaller where it would be longer."""
        length = _length(text, style)
        size = style.size if length <= wide else int(style.size * wide / length)
        self._draw.text((at[0] * _FINE, at[1] * _FINE), text, style.colour, _font(size * _FINE, style.bold), anchor)


def _length(text: str, style: _Style) -> float:
    return _font(style.size * _FINE, style.bold).getlength(text) / _FINE


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    """DejaVu Sans: it comes with matplotlib, which need not be loaded for it; Pillow's own font has no accents."""
    library = find_spec("matplotlib")
    if library is None or library.origin is None:
        raise ModuleNotFoundError("matplotlib")
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = Path(library.origin).parent / "mpl-data" / "fonts" / "ttf" / name
    # Basic layout is the same on every machine; the other one depends on the libraries that are installed.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _has_glyph(character: str) -> bool:
    """Whether the character looks different from one that no font has."""
    font = _font(24, False)
    return bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))
