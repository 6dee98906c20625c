"""The server's memory, what it tells the bot, and how a test waits for something to be true."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

from tests.fakes.telegram import errors, payloads
from tests.fakes.telegram.clock import Clock
from tests.fakes.telegram.media import Library
from tests.fakes.telegram.state import (
    ADMINISTRATOR,
    CHANNEL,
    INSIDE,
    KICKED,
    MEMBER,
    PRIVATE,
    SUPERGROUP,
    Chat,
    Message,
    User,
)
from tests.fakes.telegram.updates import Updates

T = TypeVar("T")

BOT_ID = 7_000_000_001
USERNAME = "yasr_bot"


class World:
    """Everything there is, without the network."""

    def __init__(self, judge: Callable[[dict[str, Any]], None]) -> None:
        self.clock = Clock(self.changed)
        self.bot = User(BOT_ID, "YASR", USERNAME, bot=True)
        self.privacy = True
        self.users = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.inline_messages: dict[str, Message] = {}
        self.library = Library()
        self.updates = Updates(self.clock, self.changed, judge)
        self._ids = count(1)
        self._shared_ids = count(1)
        self._waiting: set[asyncio.Event] = set()

    def changed(self) -> None:
        """Wakes everybody who waits."""
        for event in self._waiting:
            event.set()

    async def until(self, answer: Callable[[], T | None], seconds: float | None = 10) -> T:
        """Waits until ``answer()`` is true, and gives it; it is asked again whenever the server did something."""
        bell = asyncio.Event()
        self._waiting.add(bell)
        try:
            async with asyncio.timeout(seconds):
                while not (found := answer()):
                    await bell.wait()
                    bell.clear()
        finally:
            self._waiting.discard(bell)
        return found

    def number(self) -> int:
        """A number that nothing else has."""
        return next(self._ids)

    def chat(
        self, kind: str, title: str, members: tuple[User, ...], *, bot: str | None, username: str | None = None
    ) -> Chat:
        """A new group, supergroup or channel, with the bot in it as ``bot`` says."""
        number = -self.number() if kind == "group" else -1_000_000_000_000 - self.number()
        statuses = {one.id: MEMBER for one in members} | ({self.bot.id: bot} if bot else {})
        chat = Chat(number, kind, title, username, members=statuses)
        self.chats[chat.id] = chat
        return chat

    def direct(self, user: User) -> Chat:
        """The private chat between ``user`` and the bot."""
        if user.id not in self.chats:
            members = {user.id: MEMBER, self.bot.id: MEMBER}
            self.chats[user.id] = Chat(user.id, PRIVATE, person=user, members=members)
        return self.chats[user.id]

    def message(self, chat: Chat, author: User) -> Message:
        """A message that nobody sees yet: fill it, then ``publish`` it."""
        own = chat.type in (SUPERGROUP, CHANNEL)
        chat.last_id = chat.last_id + 1 if own else next(self._shared_ids)
        sender = chat if chat.type == CHANNEL else None
        return Message(chat.last_id, chat, author, self.clock.stamp(), sender=sender)

    def publish(self, message: Message) -> None:
        """Puts it into its chat and tells the bot, if it is not the bot's own."""
        message.chat.messages[message.id] = message
        self._tell_message(message, "channel_post" if message.chat.type == CHANNEL else "message")
        self.changed()

    def republish(self, message: Message) -> None:
        """Says that a person changed it."""
        message.edited = self.clock.stamp()
        kind = "edited_channel_post" if message.chat.type == CHANNEL else "edited_message"
        self._tell_message(message, kind)
        self.changed()

    def remove(self, message: Message) -> None:
        message.deleted = True
        message.chat.messages.pop(message.id, None)
        self.changed()

    def announce(self, chat: Chat, author: User, news: dict[str, Any]) -> Message:
        """A service message."""
        message = self.message(chat, author)
        message.service = news
        self.publish(message)
        return message

    def set_status(self, chat: Chat, by: User, status: str) -> None:
        """Changes what the bot is in a chat, and tells it so."""
        old, chat.members[self.bot.id] = chat.status(self.bot), status
        if old != status:
            change = payloads.status_change(chat, by, self.bot, old, status, self.clock.stamp())
            self.updates.add("my_chat_member", change)
        self.changed()

    def find(self, number: int | str) -> Chat:
        """The chat of that id or @username; raises Refused unless the bot may know it."""
        for chat in self.chats.values():
            named = isinstance(number, str) and f"@{chat.username}".lower() == number.lower() and not chat.private
            if chat.id == number or named:
                if not chat.private and self.bot.id not in chat.members:
                    break
                return chat
        raise errors.bad_request("chat not found")

    def writable(self, number: int | str, kind: str | None = None) -> Chat:
        """The chat, where the bot may write; ``kind`` is "text" or a kind of media."""
        chat = self.find(number)
        if chat.migrated_to is not None:
            raise errors.migrated(chat.migrated_to.id)
        status = chat.status(self.bot)
        if chat.private:
            if status == KICKED:
                raise errors.forbidden("bot was blocked by the user")
            if not chat.started:
                raise errors.forbidden("bot can't initiate conversation with a user")
            return chat
        if sentence := payloads.gone_sentence(chat, status):
            raise errors.forbidden(sentence)
        if chat.type == CHANNEL and status != ADMINISTRATOR:
            raise errors.bad_request("need administrator rights in the channel chat")
        if kind in chat.denied and status != ADMINISTRATOR:
            what = "text messages" if kind == "text" else f"{kind}s"
            raise errors.bad_request(f"not enough rights to send {what} to the chat")
        return chat

    def shown_users(self) -> dict[int, dict[str, Any]]:
        return {number: payloads.user(user) for number, user in self.users.items()}

    def hears(self, message: Message) -> bool:
        """Whether the bot is told of the message (https://core.telegram.org/bots/features#privacy-mode)."""
        chat = message.chat
        status = chat.status(self.bot)
        if status not in INSIDE or message.author is self.bot:
            return False
        if chat.private or message.service or not self.privacy or status == ADMINISTRATOR or message.via_bot:
            return True
        to_me = message.reply_to is not None and message.reply_to.author is self.bot
        return to_me or chat.type == CHANNEL or self._addresses(message)

    def _addresses(self, message: Message) -> bool:
        for entity in message.entities:
            raw = message.text.encode("utf-16-le")[2 * entity["offset"] :][: 2 * entity["length"]]
            said = raw.decode("utf-16-le").lower()
            command = entity["type"] == "bot_command" and entity["offset"] == 0 and "@" not in said
            mine = entity["type"] in ("bot_command", "mention") and said.endswith(f"@{self.bot.username}".lower())
            if command or mine or entity.get("user", {}).get("id") == self.bot.id:
                return True
        return False

    def _tell_message(self, message: Message, kind: str) -> None:
        if self.hears(message):
            self.updates.add(kind, payloads.message(message, self.bot))
