"""Asking for songs: /recommend, /more, /submit, and "Recommend from this" on any message."""

from __future__ import annotations

from typing import Any, Literal

import discord
from discord import app_commands
from discord.app_commands import locale_str

from bot.fronts.discord import sharing
from bot.fronts.discord.desk import Desk
from bot.text import plain
from bot.words import words
from core import mood_words
from core.model import Options
from core.moods import MOODS

#: Discord takes 25 choices of 100 characters.
_CHOICES, _LENGTH = 25, 100
Reach = Literal["tiny", "small", "medium", "any"]


async def _moods(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """What is typed with each mood that it may end in, in the language of the one who types."""
    said = words(interaction.locale.value).say
    before, comma, begun = typed.rpartition(",")
    found = []
    for name in MOODS:
        mood = said(name)
        if mood.casefold().startswith(begun.strip().casefold()):
            whole = f"{before}{comma} {mood}".strip()
            found.append(app_commands.Choice(name=whole, value=whole))
    return [choice for choice in found if len(choice.value) <= _LENGTH]


def add(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """Adds the commands."""
    commands = desk.talk.commands
    _add_recommend(tree, desk)

    @tree.command(name=locale_str("more"), description=locale_str("Again from what you gave last, with other songs"))
    @app_commands.rename(mood=locale_str("mood"))
    @app_commands.describe(mood=locale_str("What the songs must be: slower, sad, instrumental, …"))
    @app_commands.autocomplete(mood=_moods)
    async def more(interaction: discord.Interaction, mood: str = "") -> None:
        async def asking(listener: int, address: Any) -> str:
            return await commands.more_of_last(listener, address, mood_words.named(mood))

        await desk.ask(interaction, asking)

    @tree.command(
        name=locale_str("submit"), description=locale_str("You make music? Offer a song, EP or album to the catalogue")
    )
    @app_commands.rename(link=locale_str("link"))
    @app_commands.describe(link=locale_str("Where your music can be heard"))
    async def submit(interaction: discord.Interaction, link: str) -> None:
        await desk.ask(interaction, lambda who, where: commands.submit(who, where, link))

    @tree.context_menu(name=locale_str("Recommend from this"))
    async def from_this(interaction: discord.Interaction, message: discord.Message) -> None:
        await sharing.from_message(desk, interaction, message)


def _add_recommend(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    commands = desk.talk.commands

    @tree.command(
        name=locale_str("recommend"), description=locale_str("Songs by new, little-known artists like those you love")
    )
    @app_commands.rename(
        link=locale_str("link"), model=locale_str("model"), count=locale_str("count"), audience=locale_str("audience"),
        fresh=locale_str("fresh"), mood=locale_str("mood"),
    )  # fmt: skip
    @app_commands.describe(
        link=locale_str("A playlist, album or song, or songs as text; empty: your linked account"),
        model=locale_str("How songs are compared"),
        count=locale_str("How many close songs, and as many wildcards"),
        audience=locale_str("How little known the artists must be"),
        fresh=locale_str("How new the songs must be, in weeks"),
        mood=locale_str("What the songs must be: slower, sad, instrumental, …"),
    )
    @app_commands.autocomplete(mood=_moods)
    async def recommend(
        interaction: discord.Interaction,
        link: str | None = None,
        model: Literal["timbre", "nearest"] | None = None,
        count: app_commands.Range[int, 1, 5] | None = None,
        audience: Reach | None = None,
        fresh: app_commands.Range[int, 1, 520] | None = None,
        mood: str = "",
    ) -> None:
        base = Options()
        options = Options(
            model=model or base.model, count=count or base.count, wildcards=count or base.wildcards,
            audience=audience or "", weeks=fresh or 0, moods=mood_words.named(mood),
        )  # fmt: skip
        if link:
            given = link
            await desk.ask(interaction, lambda who, where: commands.recommend(who, where, given, options))
        elif await commands.has_account((await desk.caller(interaction)).listener):
            await desk.ask(interaction, lambda who, where: commands.recommend_account(who, where, options))
        else:
            await sharing.offer_to_paste(desk, interaction)

    @recommend.autocomplete("link")
    async def recent(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        listener = (await desk.caller(interaction)).listener
        found = [
            app_commands.Choice(name=plain(title, _LENGTH), value=link)
            for link, title in (await commands.recent(listener)).items()
            if len(link) <= _LENGTH and typed.casefold() in f"{title} {link}".casefold()
        ]
        return found[:_CHOICES]
