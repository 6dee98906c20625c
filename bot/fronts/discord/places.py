"""Where an answer goes on Discord, as the store keeps it: "guild/channel", "@me/channel" for direct messages, or
"@user/person" for somebody whose answer is private, or who asked where the bot may not write.
"""

from __future__ import annotations

from dataclasses import dataclass

import discord

from core.model import Address

NAME = "discord"
_DIRECT, _PERSON = "@me", "@user"


@dataclass(frozen=True, slots=True)
class Place:
    """``server`` is a guild's id, "@me" or "@user"; ``id`` that of the channel, or of the person."""

    server: str
    id: int

    def __str__(self) -> str:
        return f"{self.server}/{self.id}"

    @property
    def address(self) -> Address:
        return Address(NAME, str(self))

    @property
    def guild(self) -> int | None:
        """The guild's id, where it is in one."""
        return None if self.server.startswith("@") else int(self.server)

    @property
    def person(self) -> bool:
        """Whether it is a person whose direct messages are still to be opened."""
        return self.server == _PERSON

    @classmethod
    def parse(cls, text: str) -> Place:
        server, _, number = text.partition("/")
        return cls(server, int(number))

    @classmethod
    def channel(cls, guild: int | None, channel: int) -> Place:
        """A channel of a guild, or of direct messages."""
        return cls(_DIRECT if guild is None else str(guild), channel)

    @classmethod
    def user(cls, user: int) -> Place:
        return cls(_PERSON, user)


def place_of(interaction: discord.Interaction, *, private: bool) -> Place:
    """Where the answer to an interaction goes: its channel, if the bot may write there and the listener wishes it."""
    if private or not may_write(interaction) or interaction.channel_id is None:
        return Place.user(interaction.user.id)
    return Place.channel(interaction.guild_id, interaction.channel_id)


def may_write(interaction: discord.Interaction) -> bool:
    """Whether the bot itself may speak in the channel: not where a person has installed it for themselves alone."""
    if interaction.context.dm_channel:  # direct messages with the bot
        return True
    if interaction.guild_id is None or not interaction.is_guild_integration():
        return False
    allowed = interaction.app_permissions
    speak = allowed.send_messages_in_threads if _in_thread(interaction) else allowed.send_messages
    return allowed.view_channel and speak


def _in_thread(interaction: discord.Interaction) -> bool:
    return isinstance(interaction.channel, discord.Thread)
