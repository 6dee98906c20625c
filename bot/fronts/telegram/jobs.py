"""Progress messages: edited while a request is under way, and "typing" while somebody works on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.cards import Card, JobCard
from bot.conversation import Talk
from bot.fronts.telegram import drawn
from bot.fronts.telegram.drawn import Drawn
from bot.fronts.telegram.limits import Lane, Skipped
from bot.fronts.telegram.places import NAME, Place
from bot.fronts.telegram.sending import Sender
from bot.people import Known
from bot.watch import Watch
from core.model import Post, PostKind, State

#: Seconds between two looks at the store; "typing" is shown for five seconds.
LOOK_S, TYPING_S = 1.0, 4.5
_QUARTERS = 4


class Jobs:
    """Edits give way to everything else: when there is no room for one, the next will do."""

    def __init__(self, talk: Talk, sender: Sender, clock: Callable[[], float] = time.monotonic) -> None:
        self._talk = talk
        self._sender = sender
        self._clock = clock
        self.watch = Watch(talk, NAME, self._show, _worth, clock)
        self._typed: dict[int, float] = {}

    async def run(self) -> None:
        """For ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> list[asyncio.Task[None]]:
        """Begins to edit what is due, while there is room for it: in a crowd nothing need be drawn."""
        if not self._sender.room:
            return []
        await self._type()
        return await self.watch.look()

    def shown(self, request_id: str, card: Card) -> None:
        """A request's message has been sent, with this card."""
        if isinstance(card, JobCard):
            self.watch.note(request_id, card)

    async def end(self, request_id: str, shown: Drawn) -> bool:
        """Shows how it ended in place of the progress; False when the message cannot be reached."""
        self.watch.forget(request_id)
        posts = [post for post in await self._talk.posts.of(request_id) if post.kind is PostKind.JOB]
        return bool(posts) and await self._sender.edit(posts[0], shown, Lane.ANSWER)

    async def _show(self, _: str, post: Post | None, card: JobCard, caller: Known) -> bool:
        return post is not None and await self._sender.edit(post, drawn.job(card, caller.words), Lane.PROGRESS)

    async def _type(self) -> None:
        """In private chats; in groups it would use up what a group may hear in a minute."""
        now = self._clock()
        self._typed = {chat: at for chat, at in self._typed.items() if now - at < TYPING_S}
        for post in await self._talk.posts.under_way(NAME, (State.WORKING,)):
            place = Place.parse(post.place)
            if place.chat > 0 and place.chat not in self._typed:
                self._typed[place.chat] = now
                await self._send_typing(place.chat)

    async def _send_typing(self, chat: int) -> None:
        try:
            await self._sender.bot.send_chat_action(chat, ChatAction.TYPING, rate_limit_args=Lane.PROGRESS)
        except (TelegramError, Skipped):
            return  # an ornament


def _worth(before: JobCard | None, now: JobCard, post: Post | None) -> bool:
    """Any change in a private chat; where others read too, a new stage and every quarter of it."""
    if before is None or post is None or Place.parse(post.place).chat > 0:
        return before != now
    return _rough(before) != _rough(now)


def _rough(card: JobCard) -> tuple[object, ...]:
    return card.title, card.state, card.stage, card.until, card.done * _QUARTERS // (card.total or 1)
