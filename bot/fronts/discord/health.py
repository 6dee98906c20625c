"""Whether Discord knows the bot, and the link that invites it: for ``yasr doctor``, without connecting."""

from __future__ import annotations

from urllib.parse import urlencode

import aiohttp
import discord

from bot.fronts.discord.commands.house import NEEDED
from core.errors import DiscordIntentMissing, DiscordTokenRefused
from core.settings import Discord


async def invitation(settings: Discord) -> str:
    """The link by which an admin invites the bot. Raises DiscordTokenRefused, DiscordIntentMissing, or what aiohttp
    raises when Discord does not answer.
    """
    token = {"Authorization": f"Bot {settings.token.get_secret_value()}"}
    address = f"{settings.api_base.rstrip('/')}/oauth2/applications/@me"
    async with aiohttp.ClientSession(headers=token) as session, session.get(address) as answer:
        if answer.status == 401:
            raise DiscordTokenRefused()
        answer.raise_for_status()
        application = await answer.json()
    flags = discord.ApplicationFlags._from_value(int(application.get("flags") or 0))
    if settings.message_content and not (flags.gateway_message_content or flags.gateway_message_content_limited):
        raise DiscordIntentMissing()
    query = {"client_id": application["id"], "scope": "bot applications.commands", "permissions": NEEDED.value}
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"
