"""Sending the messages of an answer, each of them once, whatever was sent before a crash."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeAlias

import discord
import structlog
from aiolimiter import AsyncLimiter

from bot.conversation import Talk
from bot.fronts.discord.drawn import Drawn
from bot.fronts.discord.places import NAME, Place
from bot.press import Press, Verb
from core.model import Post, PostKind, Request

log = structlog.get_logger()
#: How many messages after the progress message, or the question, are looked through for what was posted before a crash.
_LOOK_BACK = 100
#: How far Discord's clock may be behind ours.
_APART = timedelta(minutes=1)
Channel: TypeAlias = discord.DMChannel | discord.PartialMessageable


class Sender:
    """Sends the messages of one answer to one channel, each once."""

    def __init__(
        self, talk: Talk, pace: AsyncLimiter, channel: Channel, place: Place, request: Request, asker: int
    ) -> None:
        self._talk = talk
        self._pace = pace
        self._channel = channel
        self.place = place
        self._request = request
        self._asker = discord.Object(asker)
        self._sent: dict[int | None, str] = {}

    async def recall(self, client: discord.Client, interrupted: bool) -> None:
        """Remembers what was sent: from the store, and after a restart from the channel itself."""
        posts = await self._talk.posts.of(self._request.id)
        here = [post for post in posts if post.place == str(self.place)]
        self._sent = {post.pick_id: post.message for post in here if post.kind is not PostKind.JOB}
        if not interrupted:
            return
        progress = next((post for post in here if post.kind is PostKind.JOB), None)
        after = discord.Object(int(progress.message)) if progress else self._request.created_at - _APART
        try:
            async for message in self._channel.history(limit=_LOOK_BACK, after=after):
                if client.user is not None and message.author.id == client.user.id:
                    await self._recognise(message)
        except discord.Forbidden:
            log.info("no look back: the channel's history is closed", place=str(self.place))

    async def _recognise(self, message: discord.Message) -> None:
        for press in _presses(message):
            if press.verb is Verb.MORE and press.what == self._request.id:
                self._sent.setdefault(None, str(message.id))
            elif press.verb is Verb.RATE:
                self._sent.setdefault(int(press.what), str(message.id))
            elif press.verb is Verb.CANCEL and press.what == self._request.id:
                await self._keep(PostKind.JOB, str(message.id))

    async def send(self, drawn: Drawn, kind: PostKind, pick_id: int | None = None) -> str:
        """Sends a message unless it was sent; returns its id. Discord itself drops a repeated nonce."""
        if pick_id not in self._sent:
            nonce = f"{self._request.id[:14]}{pick_id or 0:x}"
            allowed = discord.AllowedMentions(everyone=False, roles=False, users=[self._asker], replied_user=False)
            await self._pace.acquire()
            message = await self._channel.send(nonce=nonce, allowed_mentions=allowed, **drawn.sending())
            self._sent[pick_id] = str(message.id)
        await self._keep(kind, self._sent[pick_id], pick_id)
        return self._sent[pick_id]

    async def _keep(self, kind: PostKind, message: str, pick_id: int | None = None) -> None:
        await self._talk.posts.keep(NAME, Post(str(self.place), message, self._request.id, kind, pick_id))


def _presses(message: discord.Message) -> list[Press]:
    view = discord.ui.LayoutView if message.flags.components_v2 else discord.ui.View
    ids = (getattr(item, "custom_id", None) for item in view.from_message(message).walk_children())
    return [press for custom_id in ids if custom_id and (press := Press.parse(custom_id))]
