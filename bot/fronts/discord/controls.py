"""The buttons and menus under cards."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.cards import JobCard, PickCard, SlateCard
from bot.fronts.discord.drawn import button
from bot.lines import URL
from bot.press import Press, Verb
from bot.text import link, plain
from bot.words import Words
from core import verdicts
from core.model import State

#: In the menu of exact ratings, the entry that takes the rating back.
WITHDRAW = "-"
#: Discord takes 80 characters on a button, and five buttons in a row.
_LABEL, _LINKS = 80, 2
#: The emoji that are buttons, by their worth.
_ROW = {verdicts.value_of(emoji): emoji for emoji in verdicts.ROW}
Row = list[ui.Item[Any]]


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
        button(words.say("More"), Press(Verb.MORE, card.request_id), primary=True),
        button(words.say("Less famous"), Press(Verb.LESSER, card.request_id)),
        *page,
    ]]  # fmt: skip


def pick(card: PickCard, words: Words) -> list[Row]:
    """Ratings, then what else can be done with a song."""
    rated = verdicts.value_of(card.rated) if card.rated else None
    actions = [
        button(words.say("More like this"), Press(Verb.LIKE, str(card.id))),
        button(words.say("Not this artist"), Press(Verb.NEVER, str(card.id))),
        button(words.say("Where else?"), Press(Verb.WHERE, str(card.id))),
        button(words.say("Why?"), Press(Verb.WHY, str(card.id))),
    ]
    if card.label:
        actions.append(button(words.say("That is wrong"), Press(Verb.APPEAL, str(card.id))))
    links: Row = [
        ui.Button(label=plain(place.label, _LABEL), url=place.url) for place in card.links if link(place.url, URL)
    ]
    rows: list[Row] = [_ratings(card, rated), [_exact(card, rated, words)], [*actions]]
    return [*rows, links[:_LINKS]] if links else rows


def _ratings(card: PickCard, rated: int | None) -> Row:
    return [
        ui.Button(
            emoji=emoji,
            style=discord.ButtonStyle.primary if value == rated else discord.ButtonStyle.secondary,
            custom_id=str(Press(Verb.RATE, str(card.id), str(value))),
        )
        for value, emoji in _ROW.items()
    ]


def _exact(card: PickCard, rated: int | None, words: Words) -> ui.Select[Any]:
    """The whole scale, for those who want to be exact."""
    menu: ui.Select[Any] = ui.Select(
        custom_id=str(Press(Verb.EXACT, str(card.id))), placeholder=words.say("Your rating, from 0 to 10")
    )
    for value in range(verdicts.MOST, -1, -1):
        label = words.say("{value} of 10", value=value)
        menu.add_option(label=label, value=str(value), emoji=_ROW.get(value), default=value == rated)
    if rated is not None:
        menu.add_option(label=words.say("Take my rating back"), value=WITHDRAW)
    return menu
