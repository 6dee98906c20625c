"""What is said of a passage: where a pick is most like a song of the listener's."""

from __future__ import annotations

import math

from babel.numbers import format_decimal

from bot.text import plain
from bot.words import Words
from core.model import Passage

#: So much of the song's title (characters) that the figures after it are not lost.
_TITLE = 80
#: Nothing is closer than everything: a share is measured against some songs of the catalogue.
_MOST = 99.9


def sentence(passage: Passage, words: Words) -> str:
    """Where the two are alike, and how rare that is; the times are those of the clips that can be played."""
    return words.say(
        "In the clips, {theirs} of this song is like {mine} of your {song}: closer than {share} % of the catalogue.",
        theirs=span(passage.theirs),
        mine=span(passage.mine),
        song=plain(passage.seed.title, _TITLE),
        share=format_decimal(_percent(passage.closer), "0.0", locale=words.language),
    )


def span(times: tuple[float, float]) -> str:
    """From when to when, "0:12–0:27", of seconds."""
    return "–".join(map(clock, times))


def clock(seconds: float) -> str:
    """The nearest full second as minutes and seconds, "1:05"; what lasts an hour has more minutes."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _percent(share: float) -> float:
    """Rounded down to a tenth; 0.29 is 29.0, though its product with 1000 may be a little less than 290."""
    return min(math.floor(round(share * 1000, 6)) / 10, _MOST)
