"""Names and descriptions of commands in the languages of Discord's people."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.words import words


class Translator(app_commands.Translator):
    """Looks texts up in the catalogue; what reads the same in English is left out, for it is the default."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        said = words(locale.value).say(string.message)
        return said if said != string.message else None
