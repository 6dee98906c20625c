"""/mydata: what is stored about a person, to see, to take away, to erase."""

from __future__ import annotations

import io

import discord

from bot.fronts.discord.desk import Desk
from bot.fronts.discord.drawn import button
from bot.fronts.discord.ids import Press, Verb
from bot.fronts.discord.lines import slash
from bot.people import Known
from bot.words import Words


async def show(desk: Desk, interaction: discord.Interaction) -> None:
    """How much there is of what."""
    caller = await desk.caller(interaction)
    held = await desk.talk.people.held(caller.listener)
    lines = [caller.words.say("What I keep about you. No text of a message is ever kept.")]
    lines += [f"{name}: {held[table]}" for table, name in _names(caller.words).items() if table in held]
    export, forget = slash(caller.words, "mydata export"), slash(caller.words, "mydata forget")
    lines.append(caller.words.say("{export} gives you all of it, {forget} erases it.", export=export, forget=forget))
    await desk.tell(interaction, "\n".join(lines))


async def export(desk: Desk, interaction: discord.Interaction) -> None:
    """All of it as a file."""
    caller = await desk.caller(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    document = await desk.talk.people.export(caller.listener)
    file = discord.File(io.BytesIO(document), "yasr.json")
    await interaction.edit_original_response(
        content=caller.words.say("Everything I keep about you."), attachments=[file]
    )


async def ask_to_forget(desk: Desk, interaction: discord.Interaction) -> None:
    """Erasing is asked for twice."""
    caller = await desk.caller(interaction)
    text = caller.words.say("This erases your requests, answers, ratings, settings and accounts here, for good.")
    buttons = [button(caller.words.say("Erase everything"), Press(Verb.FORGET, "me"), danger=True)]
    await interaction.response.send_message(ephemeral=True, **desk.pen.notice(text, buttons).sending())


async def forget(desk: Desk, interaction: discord.Interaction, caller: Known) -> None:
    """Erases."""
    await desk.talk.commands.forget(caller.listener)
    drawn = desk.pen.notice(caller.words.say("Everything about you is erased."))
    await interaction.response.edit_message(**drawn.editing())


def _names(words: Words) -> dict[str, str]:
    """The tables that a person cares for, by name; the others hang on these."""
    return {
        "requests": words.say("requests"),
        "picks": words.say("songs shown"),
        "verdicts": words.say("ratings"),
        "barred": words.say("artists you do not want to see"),
        "accounts": words.say("linked accounts"),
        "blend_members": words.say("invitations to blends"),
    }
