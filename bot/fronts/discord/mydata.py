"""/mydata: what is stored about a person, to see, to take away, to erase."""

from __future__ import annotations

import io

import discord

from bot import house
from bot.fronts.discord.desk import Desk
from bot.fronts.discord.drawn import button
from bot.fronts.discord.markdown import lines
from bot.people import Known
from bot.press import Press, Verb


async def show(desk: Desk, interaction: discord.Interaction) -> None:
    """How much there is of what."""
    caller = await desk.caller(interaction)
    await desk.tell(interaction, "\n".join(await house.data(desk.talk, caller, lines)))


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
    buttons = [
        button(caller.words.say("Erase everything"), Press(Verb.FORGET, "me"), danger=True),
        button(caller.words.say("Erase, but keep bare counts"), Press(Verb.FORGET, "me", house.COUNTS), danger=True),
    ]
    told = "\n".join([text, caller.words.say(house.COUNTED)])
    await interaction.response.send_message(ephemeral=True, **desk.pen.notice(told, buttons).sending())


async def forget(desk: Desk, interaction: discord.Interaction, caller: Known, press: Press) -> None:
    """Erases."""
    await desk.talk.commands.forget(caller.listener, keep_counts=press.value == house.COUNTS)
    drawn = desk.pen.notice(caller.words.say("Everything about you is erased."))
    await interaction.response.edit_message(**drawn.editing())
