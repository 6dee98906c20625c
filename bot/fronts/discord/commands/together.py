"""Taste: one's own, and what several people share. Nobody's is shown to others unless they said so."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str

from bot import showing, tastes
from bot.fronts.discord import blending
from bot.fronts.discord.desk import Desk
from bot.fronts.discord.markdown import lines
from bot.fronts.discord.places import NAME


def add(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """Adds the commands."""

    @tree.command(name=locale_str("taste"), description=locale_str("A picture of what you love"))
    async def taste(interaction: discord.Interaction) -> None:
        caller = await desk.caller(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await desk.show_picture(interaction, await showing.taste(desk.talk, caller), "taste.png")

    @tree.command(name=locale_str("blend"), description=locale_str("Songs that please several of you"))
    @app_commands.rename(
        one=locale_str("one"), two=locale_str("two"), three=locale_str("three"), four=locale_str("four")
    )
    @app_commands.describe(
        one=locale_str("Somebody to blend with"), two=locale_str("One more"), three=locale_str("One more"),
        four=locale_str("One more"),
    )  # fmt: skip
    async def blend(
        interaction: discord.Interaction,
        one: discord.User,
        two: discord.User | None = None,
        three: discord.User | None = None,
        four: discord.User | None = None,
    ) -> None:
        await blending.invite(desk, interaction, [person for person in (one, two, three, four) if person])

    @tree.context_menu(name=locale_str("Compare taste"))
    async def compare(interaction: discord.Interaction, user: discord.User) -> None:
        caller = await desk.caller(interaction)
        other = await desk.talk.people.meet(NAME, str(user.id))
        if not other.preferences.compare and other.listener != caller.listener:
            closed = caller.words.say(
                "{who} has not opened their taste to others. They can, with {command}.",
                who=f"<@{user.id}>",
                command=lines.command("settings me", caller.words),
            )
            await desk.tell(interaction, closed)
            return
        comparison = await desk.talk.tastes.compare(caller.listener, other.listener)
        await desk.tell(interaction, tastes.describe_comparison(comparison, caller.words))
