"""Whether Telegram knows the bot, and where people find it: for ``yasr doctor``, without polling."""

from __future__ import annotations

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from core.errors import TelegramTokenRefused
from core.settings import Telegram

#: What Telegram's library raises when there is no answer.
Unreachable = TelegramError


async def address(settings: Telegram) -> str:
    """Where the bot is to be found, and what @BotFather could still switch on. Raises TelegramTokenRefused, or
    TelegramError when Telegram does not answer.
    """
    try:
        async with Bot(settings.token.get_secret_value(), base_url=settings.api_base) as bot:
            me = bot.bot
    except InvalidToken as refused:
        raise TelegramTokenRefused() from refused
    missing = [
        f"{what} off (@BotFather: {how})"
        for what, how, on in (
            ("inline mode", "/setinline", me.supports_inline_queries),
            ("groups", "/setjoingroups", me.can_join_groups),
        )
        if not on
    ]
    return "; ".join([f"knows the bot: https://t.me/{me.username}", *missing])
