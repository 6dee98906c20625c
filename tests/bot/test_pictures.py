"""The picture of a taste: decoded, measured, and read in every language."""

from __future__ import annotations

from io import BytesIO
from itertools import combinations
from typing import Any

import pytest
from PIL import Image, ImageDraw

from bot import pictures
from bot.pictures import WIDTH, covered, draw, taste_picture
from bot.tastes import WORDINGS
from bot.words import ENGLISH, LANGUAGES, Words, words
from core.said import Said
from core.taste import Taste, Trait

Box = tuple[float, float, float, float]

EXTREME = Taste(
    12_345,
    (
        Trait("tempo", 222.4, 1.0),
        Trait("loudness", -63.25, 0.0),
        Trait("brightness", 11_025.3, 0.5),
        Trait("onset_rate", 14.96, 0.97),
    ),
)
GROUND = (0x1B, 0x1D, 0x23)


class LongWinded(Words):
    """A language in which everything takes twice as long as in English."""

    def __init__(self) -> None:
        super().__init__("en")

    def render(self, sentence: Said) -> str:
        return " ".join([super().render(sentence)] * 2)


class Foreign(Words):
    """A language whose letters the font does not have."""

    def __init__(self) -> None:
        super().__init__("en")

    def render(self, sentence: Said) -> str:
        return "テンポ"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Box]]:
    """What is written into pictures, and where (in the pixels of the finished picture)."""
    found: dict[str, list[Box]] = {}
    original = ImageDraw.ImageDraw.text

    def text(self: ImageDraw.ImageDraw, at: Any, words: str, fill: Any, font: Any, anchor: str) -> None:
        left, top, right, bottom = (edge / 2 for edge in self.textbbox(at, words, font, anchor))
        found.setdefault(words, []).append((left, top, right, bottom))
        original(self, at, words, fill, font, anchor)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    return found


def opened(png: bytes) -> Image.Image:
    image = Image.open(BytesIO(png))
    assert image.format == "PNG"
    return image.convert("RGB")


def overlapping(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_all_is_written(written: dict[str, list[Box]]) -> None:
    image = opened(taste_picture(EXTREME, ENGLISH))
    assert image.size == (WIDTH, 496)
    assert list(written) == [
        "Your taste", "Median of 12,345 songs, compared with the catalogue",
        "Tempo", "222 BPM", "slow", "fast",
        "Loudness", "-63.2 LUFS", "quiet", "loud",
        "Brightness", "11,025 Hz", "dark", "bright",
        "Rhythm", "15 notes per second", "calm", "busy",
    ]  # fmt: skip


@pytest.mark.parametrize("language", [*map(words, LANGUAGES), LongWinded()], ids=[*LANGUAGES, "long-winded"])
def test_no_language_overflows(written: dict[str, list[Box]], language: Words) -> None:
    image = opened(taste_picture(EXTREME, language))
    boxes = [box for places in written.values() for box in places]
    assert len(boxes) == 18
    for left, top, right, bottom in boxes:
        assert 40 <= left < right <= WIDTH - 40
        assert 10 <= top < bottom <= image.height - 10
    assert [pair for pair in combinations(boxes, 2) if overlapping(*pair)] == []


def test_long_words_are_written_whole_and_legibly(written: dict[str, list[Box]]) -> None:
    taste_picture(EXTREME, LongWinded())
    ((left, top, right, bottom),) = written["15 notes per second 15 notes per second"]
    assert 350 < right - left <= 396
    assert bottom - top >= 12


def test_the_margins_are_empty() -> None:
    image = opened(taste_picture(EXTREME, LongWinded()))
    inner = (40, 20, WIDTH - 40, image.height - 20)
    image.paste(GROUND, inner)
    assert image.getcolors() == [(image.width * image.height, GROUND)]


def test_the_dot_is_at_the_place() -> None:
    def dot(place: float) -> float:
        """The middle of the white dot on the first bar."""
        image = opened(taste_picture(Taste(3, (Trait("tempo", 100.0, place),)), ENGLISH))
        line = [x for x in range(100, WIDTH - 100) if image.getpixel((x, 181)) == (255, 255, 255)]
        return (line[0] + line[-1]) / 2

    first, middle, last = dot(0.0), dot(0.5), dot(1.0)
    assert middle - first == pytest.approx(308, abs=25)
    assert last - middle == pytest.approx(middle - first, abs=1)
    assert dot(0.25) == pytest.approx((first + middle) / 2, abs=1)


def test_the_same_taste_makes_the_same_bytes() -> None:
    assert taste_picture(EXTREME, ENGLISH) == taste_picture(EXTREME, ENGLISH)


def test_another_taste_makes_another_picture() -> None:
    traits = (Trait("tempo", 222.4, 0.9), *EXTREME.traits[1:])
    assert taste_picture(Taste(EXTREME.songs, traits), ENGLISH) != taste_picture(EXTREME, ENGLISH)


def test_letters_that_the_font_lacks_are_replaced_by_english() -> None:
    assert taste_picture(EXTREME, Foreign()) == taste_picture(EXTREME, ENGLISH)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Größe, Ø, œuvre, ñ, ç, ã, –", True),
        ("2\u202f345\u00a0Hz", True),
        ("テンポ", False),
        ("Tempo 音", False),
        ("", True),
    ],
)
def test_whether_the_font_has_the_letters(text: str, known: bool) -> None:
    assert covered(text) is known


async def test_it_is_drawn_beside_the_conversation() -> None:
    assert await draw(EXTREME, ENGLISH) == taste_picture(EXTREME, ENGLISH)


def test_every_trait_has_a_colour() -> None:
    assert set(pictures._COLOURS) == set(WORDINGS)
