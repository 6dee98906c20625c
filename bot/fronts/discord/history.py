"""/history: what was asked, and every answer again, for the listener's eyes alone."""

from __future__ import annotations

import discord
from discord import ui

from bot.cards import Card, JobCard, SlateCard
from bot.fronts.discord import lines
from bot.fronts.discord.desk import Desk
from bot.fronts.discord.ids import Press, Verb
from bot.fronts.discord.text import harmless, link, plain
from bot.people import Known
from bot.words import Words

#: A menu holds 25 entries, and a sentence about each must fit into a message.
_MOST = 20
_TITLE, _LABEL, _ERROR = 80, 100, 200


async def overview(desk: Desk, interaction: discord.Interaction) -> None:
    """The latest requests, and a menu to see an answer again."""
    caller = await desk.caller(interaction)
    cards = (await desk.talk.commands.history(caller.listener, caller.words))[::-1][:_MOST]
    if not cards:
        start = lines.slash(caller.words, "recommend")
        await desk.tell(
            interaction, caller.words.say("You have asked for nothing yet. Start with {command}.", command=start)
        )
        return
    shown = [
        caller.words.say("What you asked for, the latest first:"),
        *(_line(desk, card, caller.words) for card in cards),
    ]
    answers = [card for card in cards if isinstance(card, SlateCard)]
    drawn = desk.pen.notice("\n".join(shown), [_menu(desk, answers, caller.words)] if answers else [])
    await interaction.response.send_message(ephemeral=True, **drawn.sending())


async def show(desk: Desk, interaction: discord.Interaction, caller: Known, request_id: str) -> None:
    """One answer again, in one message."""
    card = await desk.talk.commands.card(caller.listener, request_id, caller.words)
    if isinstance(card, JobCard):
        drawn = desk.pen.job(card, caller.words)
    else:
        drawn = desk.pen.notice("\n".join(_picks(desk, card, caller.words)))
    await interaction.response.send_message(ephemeral=True, **drawn.sending())


def _menu(desk: Desk, answers: list[SlateCard], words: Words) -> ui.Select[ui.View]:
    menu: ui.Select[ui.View] = ui.Select(
        custom_id=str(Press(Verb.SHOW, "answer")), placeholder=words.say("See an answer again")
    )
    for card in answers:
        menu.add_option(label=plain(card.title, _LABEL), value=card.request_id)
    return menu


def _line(desk: Desk, card: Card, words: Words) -> str:
    title = harmless(card.title, _TITLE)
    if isinstance(card, SlateCard):
        rated = sum(1 for pick in card.picks if pick.rated)
        said = words.many("{count} song", "{count} songs", count=len(card.picks))
        return words.say("{title}: {songs}, {rated} of them rated", title=title, songs=said, rated=rated)
    return f"{title}: {harmless(card.error or card.stage, _ERROR)}"


def _picks(desk: Desk, card: SlateCard, words: Words) -> list[str]:
    shown = [harmless(card.title, _TITLE)]
    for pick in card.picks:
        song = f"{pick.rank}. {harmless(pick.artist, _TITLE)} – {harmless(pick.title, _TITLE)}"
        places = " · ".join(f"<{url}>" for found in pick.links if (url := link(found.url, lines.URL)))
        shown.append(" ".join(filter(None, (song, pick.rated, places))))
    return shown
