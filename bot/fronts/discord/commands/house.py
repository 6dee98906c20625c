"""The bot itself: how to use it, how well it does, and whether it may do what it must."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str

from bot import house
from bot.fronts.discord.desk import Desk
from bot.fronts.discord.markdown import lines
from bot.words import Words
from core import verdicts
from core.settings import Discord

#: What the bot must be allowed in a channel.
NEEDED = discord.Permissions(
    view_channel=True, send_messages=True, embed_links=True, attach_files=True, read_message_history=True,
    add_reactions=True,
)  # fmt: skip


def add(tree: app_commands.CommandTree[Any], desk: Desk, settings: Discord) -> None:
    """Adds the commands."""

    @tree.command(name=locale_str("help"), description=locale_str("What I do, and how"))
    async def helping(interaction: discord.Interaction) -> None:
        caller = await desk.caller(interaction)
        await desk.tell(interaction, _help(caller.words))

    @tree.command(name=locale_str("stats"), description=locale_str("What I have to offer, and how my picks are rated"))
    async def stats(interaction: discord.Interaction) -> None:
        caller = await desk.caller(interaction)
        await desk.tell(interaction, "\n".join(await house.stats(desk.talk, caller)))

    @tree.command(name=locale_str("setup"), description=locale_str("Check what I am allowed to do here"))
    async def setup(interaction: discord.Interaction) -> None:
        caller = await desk.caller(interaction)
        await desk.tell(interaction, _check(interaction, caller.words, settings))


def _help(words: Words) -> str:
    say = words.say
    scale = " ".join(f"{emoji} {verdicts.value_of(emoji)}" for emoji in verdicts.ROW)
    return "\n".join([
        say("I find songs by new, little-known artists that sound like what you love."),
        say("{command} with the link of a playlist, album or song – or with songs as text.",
            command=lines.command("recommend", words)),
        say("You can also send me a link in a direct message, mention me beside one, or choose “Recommend from this” "
            "in a message's menu."),
        say("Rate the picks with the buttons or with any of these reactions: {scale}. Numbers from 0 to 10 count too, "
            "and taking a reaction away takes the rating back.", scale=scale),
        say("{more} brings other songs, {history} shows what was, {settings} changes what I look for, {mydata} shows, "
            "exports and erases what I keep about you.",
            more=lines.command("more", words), history=lines.command("history", words),
            settings=lines.command("settings me", words), mydata=lines.command("mydata show", words)),
    ])  # fmt: skip


def _check(interaction: discord.Interaction, words: Words, settings: Discord) -> str:
    say = words.say
    if interaction.guild_id is None:
        return say(
            "Here I can do everything. In a server, {command} tells what is missing.",
            command=lines.command("setup", words),
        )
    if not interaction.is_guild_integration():
        return say(
            "You brought me here for yourself: I answer in direct messages. An admin can invite me to the server."
        )
    missing = [name for name, wanted in NEEDED if wanted and not getattr(interaction.app_permissions, name)]
    told = [say("Missing permission: {name}", name=name.replace("_", " ").title()) for name in missing]
    if not missing:
        told.append(say("I have every permission that I need here."))
    if not settings.message_content:
        told.append(
            say("Links shared in channels stay unread: whoever runs this bot has not enabled the message content "
                "intent (YASR_DISCORD__MESSAGE_CONTENT). Mentions, direct messages and commands work without it.")
        )  # fmt: skip
    return "\n".join(told)
