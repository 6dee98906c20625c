"""Telegram's HTML, and the lines of cards in it. https://core.telegram.org/bots/api#html-style"""

from __future__ import annotations

from datetime import datetime
from html import escape
from urllib.parse import urlsplit

from bot.fronts.telegram.text import harmless
from bot.lines import Lines
from bot.words import Words


class Html:
    """A Markup."""

    def name(self, text: str, limit: int) -> str:
        return harmless(text, limit)

    def bold(self, line: str) -> str:
        return f"<b>{line}</b>"

    def small(self, line: str) -> str:
        return f"<i>{line}</i>"

    def url(self, address: str) -> str:
        return f'<a href="{escape(address)}">{escape(urlsplit(address).netloc)}</a>'

    def moment(self, when: datetime, words: Words) -> str:
        template = "{when} UTC"  # the same in every language
        return words.say(template, when=when)

    def how(self, words: Words) -> str:
        return words.say("Rate them with the buttons, or with a reaction.")

    def command(self, name: str, words: Words) -> str:
        """Telegram's commands have one word and one name in all languages."""
        return f"/{name.split()[0]}"


lines = Lines(Html())
