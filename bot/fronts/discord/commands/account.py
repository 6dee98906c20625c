"""A listener's own things: accounts, settings, history, data."""

from __future__ import annotations

from typing import Any, Literal

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot import accounts, house
from bot.fronts.discord import history, mydata
from bot.fronts.discord.commands.asking import Reach
from bot.fronts.discord.desk import Desk
from bot.fronts.discord.markdown import lines
from bot.fronts.discord.places import NAME
from bot.lines import URL
from bot.people import Known
from bot.words import LANGUAGES
from core.model import Server

Language = Literal["auto", "en", "de", "es", "fr", "ja", "pt"]


def add(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """Adds the commands."""
    _add_links(tree, desk)
    tree.add_command(_settings(desk))
    tree.add_command(_mydata(desk))

    @tree.command(name=locale_str("history"), description=locale_str("What you asked for, and the answers again"))
    async def past(interaction: discord.Interaction) -> None:
        await history.overview(desk, interaction)


def _add_links(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    people = desk.talk.people
    services = [app_commands.Choice(name=title, value=name) for name, title in accounts.services(desk.talk).items()]
    if not services:  # then there is nothing to choose from, and no dead command is shown
        return

    @tree.command(name=locale_str("link"), description=locale_str("Link an account, to ask without a playlist"))
    @app_commands.rename(service=locale_str("service"), name=locale_str("name"))
    @app_commands.describe(
        service=locale_str("Where"), name=locale_str("Your name there, or a token of yours; Spotify asks you by itself")
    )
    @app_commands.choices(service=services)
    async def link(interaction: discord.Interaction, service: str, name: str = "") -> None:
        caller = await desk.caller(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)  # the service is asked
        if accounts.is_asked_for(desk.talk, service, name):
            await _invite(desk, interaction, caller, service)
            return
        await desk.tell(interaction, await accounts.link(desk.talk, caller, lines, service, name))

    @tree.command(name=locale_str("unlink"), description=locale_str("Forget an account"))
    @app_commands.rename(service=locale_str("service"))
    @app_commands.describe(service=locale_str("Where"))
    @app_commands.choices(service=services)
    async def unlink(interaction: discord.Interaction, service: str) -> None:
        caller = await desk.caller(interaction)
        done = await people.unlink(caller.listener, service)
        said = caller.words.say("Forgotten.") if done else caller.words.say("No account of yours is linked there.")
        await desk.tell(interaction, said)


async def _invite(desk: Desk, interaction: discord.Interaction, caller: Known, service: str) -> None:
    """Seen by the one who asked alone, wherever that was."""
    invitation = await accounts.invite(desk.talk, caller, lines, service, f"{interaction.user.name} (Discord)")
    told, url = invitation.lines, invitation.url
    if len(url) > URL:
        await interaction.edit_original_response(**desk.pen.notice("\n".join([*told, url])).editing())
        return
    button: ui.Button[Any] = ui.Button(label=invitation.label, url=url)
    await interaction.edit_original_response(**desk.pen.notice("\n".join(told), [button]).editing())


def _settings(desk: Desk) -> app_commands.Group:
    group = app_commands.Group(name=locale_str("settings"), description=locale_str("Your settings, and this server's"))
    people, commands = desk.talk.people, desk.talk.commands

    @group.command(name=locale_str("me"), description=locale_str("What holds for you; without options it is shown"))
    @app_commands.rename(
        audience=locale_str("audience"), fresh=locale_str("fresh"), language=locale_str("language"),
        private=locale_str("private"), compare=locale_str("compare"),
    )  # fmt: skip
    @app_commands.describe(
        audience=locale_str("How little known the artists must be"),
        fresh=locale_str("How new the songs must be, in weeks"),
        language=locale_str("The language I answer in"),
        private=locale_str("Answers come in a direct message"),
        compare=locale_str("Others may compare their taste with yours"),
    )
    async def me(
        interaction: discord.Interaction,
        audience: Reach | None = None,
        fresh: app_commands.Range[int, 1, 520] | None = None,
        language: Language | None = None,
        private: bool | None = None,
        compare: bool | None = None,
    ) -> None:
        caller = await desk.caller(interaction)
        kept = caller.preferences
        if audience or fresh:
            await commands.prefer(caller.listener, audience or kept.audience, fresh or kept.weeks)
        changes = {"language": _code(language), "private": private, "compare": compare}
        await people.set(caller.listener, **{name: value for name, value in changes.items() if value is not None})
        await desk.tell(interaction, "\n".join(house.settings(desk.talk, await people.of(caller.listener))))

    @group.command(name=locale_str("server"), description=locale_str("What holds for this server; for its admins"))
    @app_commands.rename(links=locale_str("links"), language=locale_str("language"))
    @app_commands.describe(
        links=locale_str("Offer to answer links that people share, by a reaction"),
        language=locale_str("The language I answer in"),
    )
    async def server(
        interaction: discord.Interaction, links: bool | None = None, language: Language | None = None
    ) -> None:
        await _set_server(desk, interaction, links, _code(language))

    return group


async def _set_server(desk: Desk, interaction: discord.Interaction, links: bool | None, language: str | None) -> None:
    caller = await desk.caller(interaction)
    say = caller.words.say
    if interaction.guild_id is None or not interaction.is_guild_integration():
        await desk.tell(interaction, say("This only works in a server that has invited me."))
        return
    if not interaction.permissions.manage_guild:
        await desk.tell(interaction, say("Only those who may manage this server can change its settings."))
        return
    before = await desk.talk.people.server(NAME, str(interaction.guild_id))
    after = Server(
        links=before.links if links is None else links,
        language=before.language if language is None else language,
    )
    await desk.talk.people.set_server(NAME, str(interaction.guild_id), after)
    await desk.tell(interaction, "\n".join(house.server(caller.words, after)))


def _code(language: str | None) -> str | None:
    """A language's code; empty for that of the platform."""
    return language if language in LANGUAGES or language is None else ""


def _mydata(desk: Desk) -> app_commands.Group:
    group = app_commands.Group(name=locale_str("mydata"), description=locale_str("What I keep about you"))

    @group.command(name=locale_str("show"), description=locale_str("How much there is of what"))
    async def show(interaction: discord.Interaction) -> None:
        await mydata.show(desk, interaction)

    @group.command(name=locale_str("export"), description=locale_str("All of it as a file"))
    async def export(interaction: discord.Interaction) -> None:
        await mydata.export(desk, interaction)

    @group.command(name=locale_str("forget"), description=locale_str("Erase all of it"))
    async def forget(interaction: discord.Interaction) -> None:
        await mydata.ask_to_forget(desk, interaction)

    return group
