"""The application commands, by what they are about; all work in servers, direct messages and anywhere else a person
has taken the bot along.
"""

from __future__ import annotations

from typing import Any

from discord import app_commands

from bot.fronts.discord.commands import account, asking, house, together
from bot.fronts.discord.desk import Desk
from core.settings import Discord


def add(tree: app_commands.CommandTree[Any], desk: Desk, settings: Discord) -> None:
    """Gives the tree all commands."""
    asking.add(tree, desk)
    together.add(tree, desk)
    account.add(tree, desk)
    house.add(tree, desk, settings)
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Command | app_commands.Group):
            anywhere(command)
    for menu in (*_menus(tree),):
        anywhere(menu)


def anywhere(command: Any) -> None:
    """Installs for servers and for people, usable in every context, unless the command says otherwise."""
    if command.allowed_installs is None:
        command.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
    if command.allowed_contexts is None:
        command.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)


def _menus(tree: app_commands.CommandTree[Any]) -> list[app_commands.ContextMenu]:
    return [command for command in tree.get_commands() if isinstance(command, app_commands.ContextMenu)]
