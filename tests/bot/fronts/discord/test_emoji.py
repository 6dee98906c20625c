"""Reactions as ratings."""

from __future__ import annotations

import discord
import pytest

from bot.fronts.discord.emoji import rating_of


@pytest.mark.parametrize(
    ("emoji", "rating"),
    [
        ("💯", 10), ("🔟", 10), ("❤️", 9), ("❤", 9), ("🔥", 8), ("👍", 7), ("👍🏽", 7), ("👍🏿\ufe0f", 7), ("👌🏻", 6),
        ("😐", 5), ("👎🏼", 2), ("💩", 0), ("0️⃣", 0), ("7️⃣", 7), ("9\u20e3", 9), ("3\ufe0f\u20e3", 3),
        ("🎉", None), ("7", None), ("10", None), ("", None), ("\ufe0f", None), ("🏽", None), ("👍👍", None),
    ],
)  # fmt: skip
def test_a_reaction_is_a_rating_whatever_its_looks(emoji: str, rating: int | None) -> None:
    assert rating_of(discord.PartialEmoji(name=emoji)) == rating


def test_an_emoji_of_a_servers_own_making_is_none_whatever_its_name() -> None:
    assert rating_of(discord.PartialEmoji(name="👍", id=1)) is None
