"""Reactions as ratings."""

from __future__ import annotations

import discord

from core import verdicts
from core.errors import UnknownChoice


def rating_of(emoji: discord.PartialEmoji) -> int | None:
    """The rating 0..10 that a reaction means; None for one outside the scale, or of a server's own making."""
    if emoji.id is not None:
        return None
    try:
        return verdicts.value_of(emoji.name)
    except UnknownChoice:
        return None
