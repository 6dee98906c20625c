"""Discord's Markdown, and the lines of cards in it. https://support.discord.com/hc/en-us/articles/210298617"""

from __future__ import annotations

from datetime import datetime

from bot.fronts.discord.text import harmless
from bot.lines import Lines
from bot.words import Words
from core import verdicts
from core.said import Said


class Markdown:
    """A Markup."""

    def name(self, text: str, limit: int) -> str:
        return harmless(text, limit)

    def bold(self, line: str) -> str:
        return f"**{line}**"

    def small(self, line: str) -> str:
        return f"-# {line}"

    def url(self, address: str) -> str:
        return f"<{address}>"  # without a preview

    def moment(self, when: datetime, words: Words) -> str:
        # Discord shows a moment in everybody's own time zone.
        return f"<t:{int(when.timestamp())}:R>"

    def how(self, words: Words) -> str:
        scale = " ".join(verdicts.ROW)
        return words.say("Rate them with the buttons, or react with {scale} or a number.", scale=scale)

    def command(self, name: str, words: Words) -> str:
        """By the name that it has in the listener's Discord: "/settings me"."""
        return "/" + " ".join(words.render(Said(part)) for part in name.split())


lines = Lines(Markdown())
