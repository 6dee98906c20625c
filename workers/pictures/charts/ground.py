"""The two grounds that charts are drawn on, and how words are written there: to be read on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.text import Text

#: Pixels, and pixels per inch; a phone shows a chart at 0.4 of that.
WIDTH, DPI = 800, 100
#: Points.
SMALL, MEDIUM, LARGE = 16, 19, 25
#: Kinds differ in colour (Okabe and Ito, "Color Universal Design", 2008, told apart by every eye), and in shape.
MARKERS = ("o", "^", "s")
HATCHES = ("", "//", "xx")


@dataclass(frozen=True, slots=True)
class Ground:
    """Colours: of the ground, of words (at least 7:1 on it), of quieter words (4.5:1), of lines, and of kinds (3:1)."""

    ground: str
    words: str
    quiet: str
    lines: str
    kinds: tuple[str, str, str]


DARK = Ground("#1b1d23", "#ffffff", "#b4bac6", "#4a4f5c", ("#56b4e9", "#e69f00", "#f3a6d0"))
LIGHT = Ground("#ffffff", "#2a2137", "#625a70", "#d8d2de", ("#0072b2", "#b34a00", "#a3417a"))


def plain(axes: Axes, ground: Ground) -> None:
    """No frame, quiet ticks."""
    axes.set_facecolor(ground.ground)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, labelsize=SMALL, colors=ground.quiet)


def legend(axes: Axes, ground: Ground, *, above: float = 1.0) -> None:
    """What kinds are called, over the chart's left end."""
    if not axes.get_legend_handles_labels()[1]:
        return  # nothing has a name
    found = axes.legend(
        loc="lower left", bbox_to_anchor=(0, above), ncols=3, fontsize=SMALL, frameon=False, borderaxespad=0.2,
        handletextpad=0.4, columnspacing=1.2, labelcolor=ground.words,
    )  # fmt: skip
    for text in found.get_texts():
        text.set_parse_math(False)


def unmathematical(texts: Sequence[Text]) -> None:
    """A dollar sign is a dollar sign."""
    for text in texts:
        text.set_parse_math(False)
