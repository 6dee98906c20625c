"""The drawing of a passage: two bars of time, and lines between the moments that belong together."""

from __future__ import annotations

from dataclasses import dataclass

from bot import passages
from bot.cards import PassageCard

#: Units of the drawing; its text is 13 of them high.
WIDTH = 280.0
#: What a bar shows at least (seconds): the whole of most clips. A longer sound is shown around its passage.
_SHOWN_S = 30.0
#: How much more than the passage a bar shows.
_AROUND = 1.25
#: The widths of a letter, and of the name at a bar's left end.
_LETTER, _NAME = 7.0, 50.0


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a passage lies on its bar, and where the middle of its label goes: at most so far out that it is seen."""

    left: float
    width: float
    label: str
    middle: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Both bars in one scale; ``lines`` go from the upper to the lower one. All in units of the drawing."""

    mine: Bar
    theirs: Bar
    lines: tuple[tuple[float, float], ...]
    width: float = WIDTH


def draw(passage: PassageCard) -> Drawing:
    """A passage as it is drawn."""
    shown = max(_SHOWN_S, _AROUND * max(end - begin for begin, end in (passage.mine, passage.theirs)))
    here, there = (_start(times, shown) for times in (passage.mine, passage.theirs))
    scale = WIDTH / shown
    return Drawing(
        _bar(passage.mine, here, scale),
        _bar(passage.theirs, there, scale),
        tuple((round((mine - here) * scale, 1), round((theirs - there) * scale, 1)) for mine, theirs in passage.path),
    )


def _start(times: tuple[float, float], shown: float) -> float:
    """The second that is at the left end of a bar."""
    begin, end = times
    return 0.0 if end <= shown else (begin + end - shown) / 2


def _bar(times: tuple[float, float], start: float, scale: float) -> Bar:
    begin, end = times
    label = passages.span(times)
    half = _LETTER * len(label) / 2
    middle = min(max(((begin + end) / 2 - start) * scale, _NAME + half), WIDTH - half)
    return Bar(round((begin - start) * scale, 1), round((end - begin) * scale, 1), label, round(middle, 1))
