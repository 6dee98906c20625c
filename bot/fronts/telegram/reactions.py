"""Native reactions under picks. Telegram allows 73 emoji, no digits among them; each has its worth on the scale.

https://core.telegram.org/bots/api#reactiontypeemoji
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from telegram import MessageReactionUpdated, ReactionTypeEmoji

from bot.cards import PickCard
from bot.fronts.telegram import drawn
from bot.fronts.telegram.desk import Desk
from bot.fronts.telegram.places import NAME, Place
from bot.people import Known
from core import verdicts
from core.errors import YasrError
from core.model import Post, PostKind

log = structlog.get_logger()
#: The allowed emoji by what they are worth, as people mean them under a song.
SCALE = {
    10: "💯 🏆",
    9: "❤ 😍 🤩 🥰 ❤‍🔥 😘 💘 💋",
    8: "🔥 🎉 🤯 ⚡ 🍾 🦄 😎 🆒",
    7: "👍 👏 😁 🙏 🤗 😇 🫡 🤝 🐳 🍓 💅 😭",
    6: "👌 🕊 🤣 🤪 🤓 👀 👻 🎃 🎅 🎄 ☃ 👾 👨‍💻 ✍ 😈",
    5: "😐 🗿 🌚 🌭 🍌 🙈 🙉 🙊 🤷 🤷‍♂ 🤷‍♀",
    4: "🤔 🤨 😱 😨 🥴",
    3: "🥱 😴 😢 💊",
    2: "👎 💔",
    1: "🤮 😡 🤬 🤡",
    0: "💩 🖕",
}
_WORTH = {verdicts.plain(emoji): value for value, row in SCALE.items() for emoji in row.split()}


def worth(emoji: str) -> int | None:
    """What a reaction means, 0..10; None for one that Telegram does not offer to everybody."""
    return _WORTH.get(verdicts.plain(emoji))


class Reactions:
    """The message is looked up in the store, so that its age does not matter."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._talk = desk.talk

    async def changed(self, reaction: MessageReactionUpdated) -> None:
        """The new reaction is the rating; without one the rating that the old one gave is taken back."""
        if reaction.user is None:
            log.info("an anonymous reaction was not counted")
            return
        post = await self._post(reaction)
        if post is None or post.pick_id is None:
            return
        caller = await self._desk.caller(reaction.user)
        new, old = _value(reaction.new_reaction), _value(reaction.old_reaction)
        try:
            if new is not None:
                await self._talk.picks.rate(caller.listener, post.pick_id, verdicts.emoji_of(new), shared=True)
            elif old is not None:
                await self._talk.picks.unrate(caller.listener, post.pick_id, verdicts.emoji_of(old))
        except YasrError as error:
            log.info("a reaction was not counted", error=error.code)
            return
        if card := await self._talk.picks.card(caller.listener, post.pick_id, caller.words):
            await self._mark(post, card, caller)

    async def _mark(self, reacted: Post, card: PickCard, caller: Known) -> None:
        """The buttons are under the pick, also where its clip was reacted to."""
        place = Place.parse(reacted.place)
        shown = drawn.pick(card, caller.words, play=place.group)
        for post in await self._talk.posts.of(reacted.request_id):
            if (post.place, post.pick_id, post.kind) == (reacted.place, reacted.pick_id, PostKind.PICK):
                self._desk.sender.mark(place, int(post.message), shown)

    async def _post(self, reaction: MessageReactionUpdated) -> Post | None:
        """The message, wherever in its chat: a reaction does not tell its topic."""
        return await self._talk.posts.within(NAME, str(reaction.chat.id), str(reaction.message_id))


def _value(reactions: Sequence[Any]) -> int | None:
    """What a set of reactions means: the first that is on the scale."""
    values = [worth(one.emoji) for one in reactions if isinstance(one, ReactionTypeEmoji)]
    return next((value for value in values if value is not None), None)
