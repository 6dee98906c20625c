"""Cards as Telegram shows them: text or a picture with a caption, and the buttons under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import InlineKeyboardMarkup

from bot.cards import Card, JobCard, PickCard, SlateCard
from bot.fronts.telegram import keyboards
from bot.fronts.telegram.html import lines
from bot.fronts.telegram.keyboards import Row, keyboard
from bot.fronts.telegram.text import CAPTION, TEXT, fitting, seen
from bot.lines import cover
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message: its lines (HTML, or plain text), its buttons, the address of its picture.

    ``spare`` is the line that goes first where there is no room for all of them.
    """

    lines: tuple[str, ...]
    keyboard: InlineKeyboardMarkup | None = None
    picture: str = ""
    html: bool = True
    spare: str = ""

    def plain(self) -> Drawn:
        """The same without markup."""
        return replace(self, lines=tuple(map(seen, self.lines)), html=False, spare=seen(self.spare))

    @property
    def text(self) -> str:
        return self._fitting(TEXT)

    @property
    def caption(self) -> str:
        return self._fitting(CAPTION)

    def _fitting(self, limit: int) -> str:
        text = fitting(self.lines, limit, html=self.html)
        if not self.spare or text == "\n".join(self.lines):
            return text
        return fitting([line for line in self.lines if line != self.spare], limit, html=self.html)


def card(shown: Card, words: Words) -> Drawn:
    """Whatever a request is at the moment, as a progress message."""
    return job(shown, words) if isinstance(shown, JobCard) else done(shown, words)


def job(shown: JobCard, words: Words) -> Drawn:
    """A request under way, refused or cancelled."""
    return Drawn(tuple(lines.job(shown, words)), keyboard(keyboards.job(shown, words)))


def done(shown: SlateCard, words: Words) -> Drawn:
    """What the progress message becomes: the answer stands below it."""
    return Drawn(tuple(lines.done(shown, "", words)))


def head(shown: SlateCard, words: Words, asker: str = "") -> Drawn:
    """The first message of an answer; ``asker`` is a mention."""
    return Drawn(tuple(lines.head(shown, asker, words)), keyboard(keyboards.head(shown, words)))


def pick(shown: PickCard, words: Words, *, play: bool) -> Drawn:
    """One pick; the rating that is given is marked on its button."""
    text = (lines.song(shown), *lines.why(replace(shown, rated=""), words))
    buttons = keyboard(keyboards.pick(shown, words, play=play))
    return Drawn(text, buttons, cover(shown), spare=lines.passage(shown))


def brief(shown: SlateCard, rows: Sequence[Row] = ()) -> Drawn:
    """A whole answer in one message."""
    return Drawn(tuple(lines.brief(shown)), keyboard(rows))


def notice(text: str | Sequence[str], rows: Sequence[Row] = ()) -> Drawn:
    """A sentence or some lines, harmless already, with buttons under it."""
    return Drawn(tuple(text.splitlines() if isinstance(text, str) else text), keyboard(rows))
