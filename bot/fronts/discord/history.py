"""/history: what was asked, and every answer again, for the listener's eyes alone."""

from __future__ import annotations

import discord
from discord import ui

from bot.cards import JobCard, SlateCard
from bot.fronts.discord.desk import Desk
from bot.fronts.discord.markdown import lines
from bot.people import Known
from bot.press import Press, Verb
from bot.text import plain
from bot.words import Words

#: A menu holds 25 entries, and a sentence about each must fit into a message.
_MOST = 20
_LABEL = 100


async def overview(desk: Desk, interaction: discord.Interaction) -> None:
    """The latest requests, and a menu to see an answer again."""
    caller = await desk.caller(interaction)
    cards = (await desk.talk.commands.history(caller.listener, caller.words))[::-1][:_MOST]
    if not cards:
        start = lines.command("recommend", caller.words)
        await desk.tell(
            interaction, caller.words.say("You have asked for nothing yet. Start with {command}.", command=start)
        )
        return
    shown = [
        caller.words.say("What you asked for, the latest first:"),
        *(lines.past(card, caller.words) for card in cards),
    ]
    answers = [card for card in cards if isinstance(card, SlateCard)]
    drawn = desk.pen.notice("\n".join(shown), [_menu(answers, caller.words)] if answers else [])
    await interaction.response.send_message(ephemeral=True, **drawn.sending())


async def show(desk: Desk, interaction: discord.Interaction, caller: Known, request_id: str) -> None:
    """One answer again, in one message."""
    card = await desk.talk.commands.card(caller.listener, request_id, caller.words)
    if isinstance(card, JobCard):
        drawn = desk.pen.job(card, caller.words)
    else:
        drawn = desk.pen.notice("\n".join(lines.brief(card)))
    await interaction.response.send_message(ephemeral=True, **drawn.sending())


def _menu(answers: list[SlateCard], words: Words) -> ui.Select[ui.View]:
    menu: ui.Select[ui.View] = ui.Select(
        custom_id=str(Press(Verb.SHOW, "answer")), placeholder=words.say("See an answer again")
    )
    for card in answers:
        menu.add_option(label=plain(card.title, _LABEL), value=card.request_id)
    return menu
