"""Charts: the same order gives the same picture, whatever it is called in any script of the world."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.orders import Axis, Cloud, Group, Histogram, Map, Pair, Pairs, Part, Path, Radar, Sheet
from workers.pictures.charts.ground import DARK, LIGHT, WIDTH, Ground
from workers.pictures.charts.sheet import png

HOSTILE = "$\\alpha$ \u202e\x00😀 שלום <b>" + "W" * 10_000


def parts(name: str) -> dict[str, Part]:
    """One of each, in which everything is called ``name``."""
    path = tuple((float(second), second + 5.5) for second in range(9))
    return {
        "radar": Radar(tuple(Axis(name[:40], place, "118 BPM") for place in (0.0, 0.5, 1.0, 0.2)), name[:60]),
        "map": Map((Cloud(name, ((0.0, 0.0), (3.0, 1.0))), Cloud(name, ((1.0, 2.0),)))),
        "histogram": Histogram((name[:20], "b"), (Group(name, (0.25, 0.75)), Group("Picks", (1.0, 0.0)))),
        "pairs": Pairs(name, name, "less", "more",
                       (Pair(name[:40], "1", "2", -9.0, False), Pair("Key", "A", "A", None, True))),
        "path": Path(name, name, (0.0, 9.0), (5.0, 14.0), path, "seconds"),
        "empty path": Path(name, name, (0.0, 9.0), (5.0, 14.0), (), "seconds"),
        "nobody on the map": Map(()),
    }  # fmt: skip


def seen(image: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(image)).convert("RGB"))


def near(pixels: np.ndarray, colour: str) -> int:
    """How many pixels have a colour."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return int((np.abs(pixels.astype(int) - wanted).max(axis=2) < 4).sum())


@pytest.mark.parametrize("name", ["Tempo", HOSTILE, "", "テンポ"], ids=["plain", "hostile", "empty", "far"])
@pytest.mark.parametrize("kind", parts(""))
def test_every_part_is_drawn_whatever_it_is_called(kind: str, name: str) -> None:
    sheet = Sheet(name, name, ((name, parts(name)[kind]),))
    image = png(sheet)
    assert image == png(sheet), "the same order, the same bytes"
    pixels = seen(image)
    assert pixels.shape[1] == WIDTH and 200 < pixels.shape[0] < 1200
    assert len(image) < 400_000
    assert near(pixels, DARK.ground) > pixels.size / 3 / 3


@pytest.mark.parametrize("ground", [DARK, LIGHT])
def test_words_are_seen_on_their_ground(ground: Ground) -> None:
    """WCAG 2.2, contrast (minimum) and non-text contrast."""
    assert contrast(ground.words, ground.ground) >= 7
    assert contrast(ground.quiet, ground.ground) >= 4.5
    assert min(contrast(kind, ground.ground) for kind in ground.kinds) >= 3
    pixels = seen(png(Sheet("Title", "", (("", parts("x")["histogram"]),), light=ground is LIGHT)))
    assert near(pixels, ground.kinds[0]) > 1000 and near(pixels, ground.words) > 50


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""

    def luminance(colour: str) -> float:
        parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_longer_bar_for_more() -> None:
    def blue(share: float) -> int:
        part = Histogram(("a", "b"), (Group("Yours", (share, 0.5)),))
        return near(seen(png(Sheet("", "", (("", part),)))), DARK.kinds[0])

    assert blue(0.4) > blue(0.2) > blue(0.05)


def test_what_no_font_can_write_is_drawn_in_the_other_words() -> None:
    english = Sheet("Your taste", "Of 3 songs", ())
    unwritable = Sheet("\U0001f9ff\U0001f9ff", "", (), otherwise=english)
    assert png(unwritable) == png(english)
    assert png(replace(unwritable, otherwise=None)) != png(english)
    written = Sheet("Dein Geschmack", "", (), otherwise=english)
    assert png(written) != png(english)
