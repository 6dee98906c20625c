"""Saying something in a chat: once, whatever Telegram thinks of its markup, its picture or its place.

The sentences by which errors are known are those of https://github.com/tdlib/telegram-bot-api (Client.cpp).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, TypeAlias

import stamina
import structlog
from telegram import LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError, TimedOut
from telegram.ext import ExtBot

from bot.conversation import Talk
from bot.fronts.telegram.drawn import Drawn
from bot.fronts.telegram.limits import Lane, Limits, Skipped
from bot.fronts.telegram.places import NAME, Place
from core.model import Post

log = structlog.get_logger()
Bot: TypeAlias = ExtBot[Any]
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("to edit not found", "can't be edited", "message_id_invalid", "chat not found")
_CLOSED = ("chat not found", "not enough rights to send text", "have no rights to send", "chat_write_forbidden")


#: How often a message is sent again that the network has lost, and the longest wait before it (seconds).
_ATTEMPTS, _WAIT_S = 4, 5.0


class Closed(Exception):
    """The bot may not write there: blocked, thrown out, muted, or never spoken to."""


def says(error: TelegramError, *sentences: str) -> bool:
    """Whether an error is one of these."""
    return any(sentence in error.message.lower() for sentence in sentences)


class Sender:
    """Sends and edits messages."""

    def __init__(self, bot: Bot, talk: Talk) -> None:
        self.bot = bot
        self._talk = talk
        self._marks: dict[tuple[Place, int], Drawn] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def room(self) -> bool:
        """Whether an edit of a progress message would have a chance now."""
        limits = self.bot.rate_limiter
        return not isinstance(limits, Limits) or limits.room

    async def send(self, place: Place, drawn: Drawn, *, reply: int = 0, lane: Lane = Lane.ACKNOWLEDGE) -> Message:
        """Sends a message, simpler where Telegram does not take it as it is. Raises Closed."""
        try:
            async for attempt in stamina.retry_context(on=_lost, attempts=_ATTEMPTS, wait_max=_WAIT_S):
                with attempt:
                    return await self._send(place, drawn, reply, lane)
        except ChatMigrated as moved:
            place = await self.moved(place, moved.new_chat_id)
        except Forbidden as refused:
            raise Closed from refused
        except BadRequest as refused:
            place, drawn = await self._simpler(place, drawn, refused)
        return await self.send(place, drawn, reply=reply, lane=lane)

    async def edit(self, post: Post, drawn: Drawn, lane: Lane = Lane.ACKNOWLEDGE) -> bool:
        """Shows something else in a message of text; False where that was not possible now."""
        place = Place.parse(post.place)
        try:
            await self.bot.edit_message_text(
                drawn.text, **_target(place, post.message), **_looks(drawn), reply_markup=drawn.keyboard,
                link_preview_options=_NO_PREVIEW, rate_limit_args=lane,
            )  # fmt: skip
        except Skipped:
            return False
        except (Forbidden, ChatMigrated):
            await self._talk.posts.drop(NAME, post.place, post.message)
            return False
        except BadRequest as refused:
            return await self._not_edited(post, drawn, lane, refused)
        except NetworkError as trouble:
            log.info("a message was not edited", error=type(trouble).__name__)
            return False
        return True

    async def file(self, place: Place, document: bytes, name: str, caption: str) -> None:
        """Sends a file. Raises Closed."""
        try:
            await self.bot.send_document(place.chat, document, filename=name, caption=caption)
        except Forbidden as refused:
            raise Closed from refused

    async def photo(self, place: Place, picture: bytes, caption: str) -> None:
        """Sends a picture of ours. Raises Closed."""
        try:
            await self.bot.send_photo(place.chat, picture, caption=caption, message_thread_id=place.thread or None)
        except Forbidden as refused:
            raise Closed from refused

    def mark(self, place: Place, message: int, drawn: Drawn) -> None:
        """Shows other buttons under a message when there is room: in a group that may take a while, and the latest
        ones are enough.
        """
        waiting = (place, message) in self._marks
        self._marks[place, message] = drawn
        if not waiting:
            task = asyncio.create_task(self._mark(place, message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def rest(self) -> None:
        """Gives up what nobody waits for."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def moved(self, place: Place, chat: int) -> Place:
        """The group has become a supergroup, which has another id."""
        await self._talk.people.move_server(NAME, place.server, str(chat))
        return replace(place, chat=chat)

    async def _mark(self, place: Place, message: int) -> None:
        shown: Drawn | None = None
        try:
            while (now := self._marks[place, message]) is not shown:
                shown = now
                await self.bot.edit_message_reply_markup(
                    **_target(place, str(message)), reply_markup=now.keyboard, rate_limit_args=Lane.ANSWER
                )
        except TelegramError as refused:
            if not says(refused, "not modified"):
                log.info("buttons were not changed", error=refused.message)
        finally:
            del self._marks[place, message]

    async def _send(self, place: Place, drawn: Drawn, reply: int, lane: Lane) -> Message:
        where: dict[str, Any] = {
            "chat_id": place.chat,
            "message_thread_id": place.thread or None,
            "reply_parameters": ReplyParameters(reply, allow_sending_without_reply=True) if reply else None,
            "reply_markup": drawn.keyboard,
            "rate_limit_args": lane,
        }
        if not drawn.picture:
            return await self.bot.send_message(
                text=drawn.text, **where, **_looks(drawn), link_preview_options=_NO_PREVIEW
            )
        known = await self._talk.media.get(NAME, drawn.picture)
        message = await self.bot.send_photo(
            photo=known or drawn.picture, caption=drawn.caption, **where, **_looks(drawn)
        )
        if not known and message.photo:
            await self._talk.media.keep(NAME, drawn.picture, message.photo[-1].file_id)
        return message

    async def _simpler(self, place: Place, drawn: Drawn, refused: BadRequest) -> tuple[Place, Drawn]:
        """What to try after a refusal; raises it, or Closed, where nothing is left."""
        if says(refused, "thread not found") and place.thread:
            return replace(place, thread=0), drawn
        if says(refused, "can't parse entities") and drawn.html:
            return place, drawn.plain()
        if says(refused, *_CLOSED):
            raise Closed from refused
        if drawn.picture:
            log.info("a picture was not taken", error=refused.message)
            if await self._talk.media.get(NAME, drawn.picture):  # perhaps Telegram has lost it: from its address again
                await self._talk.media.drop(NAME, drawn.picture)
                return place, drawn
            return place, replace(drawn, picture="")
        raise refused

    async def _not_edited(self, post: Post, drawn: Drawn, lane: Lane, refused: BadRequest) -> bool:
        if says(refused, "not modified"):
            return True
        if says(refused, "can't parse entities") and drawn.html:
            return await self.edit(post, drawn.plain(), lane)
        if says(refused, *_GONE):
            await self._talk.posts.drop(NAME, post.place, post.message)
        log.info("a message was not edited", error=refused.message)
        return False


def _lost(error: Exception) -> bool:
    """Whether a message has most likely not arrived. One that timed out may have; the outbox tries that again later."""
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest | TimedOut)


def _target(place: Place, message: str) -> dict[str, Any]:
    if place.inline:
        return {"inline_message_id": place.inline}
    return {"chat_id": place.chat, "message_id": int(message)}


def _looks(drawn: Drawn) -> dict[str, Any]:
    return {"parse_mode": ParseMode.HTML} if drawn.html else {}
