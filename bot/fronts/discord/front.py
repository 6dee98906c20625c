"""The Discord front end: one client of discord.py in the bot's own event loop."""

from __future__ import annotations

from typing import Any

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.conversation import Talk
from bot.fronts.discord.client import Client
from bot.fronts.discord.places import NAME
from core.errors import DiscordIntentMissing, DiscordTokenRefused
from core.model import Address
from core.settings import Discord


class DiscordFront:
    """``start`` logs in, ``run`` stays connected, ``stop`` leaves. ``options`` go to discord.py's client."""

    name = NAME

    def __init__(self, settings: Discord, talk: Talk, **options: Any) -> None:
        Route.BASE = settings.api_base.rstrip("/")
        DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.gateway)
        self._token = settings.token.get_secret_value()
        self._talk = talk
        self.client = Client(settings, talk, **options)

    async def start(self) -> None:
        """Logs in; raises DiscordTokenRefused."""
        try:
            await self.client.login(self._token)
        except discord.LoginFailure as refused:
            raise DiscordTokenRefused() from refused

    async def run(self) -> None:
        """Stays connected for ever; raises DiscordIntentMissing, or what discord.py could not cope with."""
        try:
            await self.client.connect()
        except discord.PrivilegedIntentsRequired as refused:
            raise DiscordIntentMissing() from refused

    async def stop(self) -> None:
        """Leaves."""
        await self.client.close()

    async def post(self, address: Address, request_id: str) -> str:
        """Posts the answer to where it was asked for, once; returns the id of its first message."""
        await self.client.wait_until_ready()
        request = await self._talk.commands.request(request_id)
        return await self.client.delivery.post(request) if request else ""
