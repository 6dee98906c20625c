"""The buttons under messages. What each means is in its data, so that it works after a restart and a year later."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.cards import JobCard, PickCard, SlateCard
from bot.lines import URL
from bot.press import Press, Verb
from bot.text import link, plain
from bot.words import Words
from core import verdicts
from core.model import State

Row = list[InlineKeyboardButton]
#: Marks the rating that is given, and the end of its button's data: pressed again by whose it is, it is taken back.
MARK, AGAIN = "✓", "-"
#: The ratings in two rows.
_ROWS = (range(6), range(6, verdicts.MOST + 1))
_LABEL = 64


def keyboard(rows: Sequence[Row]) -> InlineKeyboardMarkup | None:
    """Rows as Telegram wants them; None where there is nothing to press."""
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def button(label: str, press: Press) -> InlineKeyboardButton:
    """A button that means ``press``."""
    return InlineKeyboardButton(label, callback_data=str(press))


def job(card: JobCard, words: Words) -> list[Row]:
    """A way out of a request under way."""
    if card.state not in (State.ASKED, State.WORKING):
        return []
    return [[button(words.say("Cancel"), Press(Verb.CANCEL, card.request_id))]]


def head(card: SlateCard, words: Words) -> list[Row]:
    """What can be asked next."""
    if not card.picks:
        return []
    page = [button(words.say("See 50 more"), Press(Verb.PAGE, card.request_id))] if card.page else []
    return [[
        button(words.say("More"), Press(Verb.MORE, card.request_id)),
        button(words.say("Less famous"), Press(Verb.LESSER, card.request_id)),
        *page,
    ]]  # fmt: skip


def pick(card: PickCard, words: Words, *, play: bool) -> list[Row]:
    """Ratings, then what else can be done with a song; ``play`` says that its sound comes at a press."""
    given = verdicts.value_of(card.rated) if card.rated else None
    rows: list[Row] = [[_rating(card.id, value, given) for value in values] for values in _ROWS]
    sound = [button("▶", Press(Verb.PLAY, str(card.id)))] if play and card.sound else []
    rows.append([
        *sound,
        button(words.say("More like this"), Press(Verb.LIKE, str(card.id))),
        button(words.say("Not this artist"), Press(Verb.NEVER, str(card.id))),
    ])  # fmt: skip
    rows.append([
        *(InlineKeyboardButton(plain(place.label, _LABEL), url=place.url)
          for place in card.links[:1] if link(place.url, URL)),
        button(words.say("Where else?"), Press(Verb.WHERE, str(card.id))),
        button(words.say("Why?"), Press(Verb.WHY, str(card.id))),
    ])  # fmt: skip
    if card.label:
        rows.append([button(words.say("That is wrong"), Press(Verb.APPEAL, str(card.id)))])
    return rows


def _rating(pick_id: int, value: int, given: int | None) -> InlineKeyboardButton:
    if value == given:
        return button(f"{MARK} {value}", Press(Verb.RATE, str(pick_id), f"{value}{AGAIN}"))
    return button(str(value), Press(Verb.RATE, str(pick_id), str(value)))
