"""Native reactions: any emoji of the scale under a pick is a rating, and its removal takes it back."""

from __future__ import annotations

import discord
import structlog

from bot.conversation import Talk
from bot.fronts.discord.drawn import Drawn, Pen
from bot.fronts.discord.emoji import rating_of
from bot.fronts.discord.places import NAME, Place
from core.errors import YasrError
from core.model import Post, PostKind

log = structlog.get_logger()


class Reactions:
    """Looks the message up in the store, so that no message cache is needed and age does not matter."""

    def __init__(self, talk: Talk, pen: Pen, client: discord.Client) -> None:
        self._talk = talk
        self._pen = pen
        self._client = client

    async def added(self, payload: discord.RawReactionActionEvent) -> None:
        """The last one wins."""
        await self._count(payload, added=True)

    async def removed(self, payload: discord.RawReactionActionEvent) -> None:
        """Takes the rating back, if it is the one that counts."""
        await self._count(payload, added=False)

    async def _count(self, payload: discord.RawReactionActionEvent, *, added: bool) -> None:
        emoji = payload.emoji.name
        if rating_of(payload.emoji) is None:
            return
        if self._client.user is not None and payload.user_id == self._client.user.id:
            return
        place = Place.channel(payload.guild_id, payload.channel_id)
        post = await self._talk.posts.at(NAME, str(place), str(payload.message_id))
        if post is None or post.pick_id is None:
            return
        person = await self._talk.people.meet(NAME, str(payload.user_id))
        try:
            if added:
                await self._talk.picks.rate(person.listener, post.pick_id, emoji, shared=True)
            else:
                await self._talk.picks.unrate(person.listener, post.pick_id, emoji)
        except YasrError as error:
            log.info("a reaction was not counted", error=error.code)
            return
        if card := await self._talk.picks.card(person.listener, post.pick_id, person.words):
            await self._acknowledge(place, post, self._pen.pick(card, person.words, kept=post.kind is PostKind.CLIP))

    async def _acknowledge(self, place: Place, post: Post, drawn: Drawn) -> None:
        """Shows the asker's own rating in the message."""
        channel = self._client.get_partial_messageable(place.id, guild_id=place.guild)
        try:
            await channel.get_partial_message(int(post.message)).edit(**drawn.editing())
        except (discord.Forbidden, discord.NotFound):
            await self._talk.posts.drop(NAME, post.place, post.message)
