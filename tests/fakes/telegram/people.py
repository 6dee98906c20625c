"""What a test does in a person's place: writing, pressing, reacting, calling the bot, letting it in and out."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.telegram import payloads, writing
from tests.fakes.telegram.entities import units
from tests.fakes.telegram.queries import CallbackQuery, GuestQuery, InlineQuery, Queries
from tests.fakes.telegram.reactions import Reactions
from tests.fakes.telegram.state import (
    ADMINISTRATOR,
    CHANNEL,
    GROUP,
    INSIDE,
    KICKED,
    LEFT,
    MEMBER,
    SUPERGROUP,
    Chat,
    Message,
    User,
)
from tests.fakes.telegram.world import World

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class Person:
    """Somebody at the keyboard. Everything asserts that the app would have allowed it."""

    def __init__(self, world: World, queries: Queries, reactions: Reactions, user: User) -> None:
        self.user = user
        self._world = world
        self._queries = queries
        self._reactions = reactions

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def private(self) -> Chat:
        """The chat between this person and the bot."""
        return self._world.direct(self.user)

    async def says(
        self, chat: Chat, text: str, *, reply_to: Message | None = None, thread: int | None = None
    ) -> Message:
        """Writes into a chat; "@yasr_bot" mentions, "/help" is a command. In a channel the channel speaks."""
        assert 1 <= units(text) <= writing.MOST_TEXT, "the app would cut it"
        message = await self._new(chat, reply_to, thread)
        message.text, message.entities = writing.complete(text, [])
        self._world.publish(message)
        return message

    async def sends(
        self, chat: Chat, kind: str, data: bytes, *, name: str = "", mime: str = "", caption: str = ""
    ) -> Message:
        """Sends a "photo", "audio", "voice" or "document"."""
        message = await self._new(chat, None, None)
        message.text, message.entities = writing.complete(caption, [])
        message.media = self._world.library.store(kind, data, name, {}, mime=mime)
        self._world.publish(message)
        return message

    async def starts(self, payload: str = "") -> Message:
        """Opens the bot, through https://t.me/yasr_bot?start=payload when there is a payload."""
        assert PAYLOAD.fullmatch(payload), "the app would not take the link"
        return await self.says(self.private, f"/start {payload}".strip())

    async def edits(self, message: Message, text: str) -> None:
        """Changes a message of one's own."""
        assert message.author is self.user, "only the author edits"
        message.text, message.entities = writing.complete(text, [])
        self._world.republish(message)

    async def deletes(self, message: Message) -> None:
        """Deletes any message, as its author or an administrator would; a bot is not told."""
        self._world.remove(message)

    async def forwards(self, message: Message, chat: Chat, *, hidden: bool = False) -> Message:
        """Forwards a message; ``hidden`` is that its author does not let a link to them be added."""
        assert not message.protected, "it must not be forwarded"
        copy = await self._new(chat, None, None)
        copy.text, copy.entities, copy.media = message.text, message.entities, message.media
        copy.origin = payloads.origin(message, hidden=hidden)
        self._world.publish(copy)
        return copy

    async def press(self, message: Message, data: str) -> CallbackQuery:
        """Presses the button with that callback data."""
        offered = [one.get("callback_data") for row in message.keyboard for one in row]
        assert data in offered, f"{data} is not among {offered}"
        return self._queries.press(self.user, message, data)

    async def react(self, message: Message, *emoji: str, anonymous: bool = False) -> None:
        """Sets one's reactions to a message, none to take them back; ``anonymous`` for an administrator who hides."""
        self._reactions.react(message, self.user, list(emoji), anonymous=anonymous)

    async def inline(self, query: str, *, chat: Chat | None = None, offset: str = "") -> InlineQuery:
        """Types "@yasr_bot query" somewhere."""
        return self._queries.inline(self.user, query, offset, chat)

    async def choose(self, query: InlineQuery, number: str, chat: Chat) -> Message:
        """Sends the result of that id into a chat, and tells the bot."""
        assert query.answer is not None, "nothing is offered yet"
        [result] = [one for one in query.results if one["id"] == number]
        message = await self._new(chat, None, None)
        message.via_bot = True
        message = self._queries.post(result, query.answer, message)
        chosen: dict[str, Any] = {"result_id": number, "from": payloads.user(self.user), "query": query.query}
        chosen |= {"inline_message_id": message.number} if message.keyboard else {}
        self._world.updates.add("chosen_inline_result", chosen)
        return message

    async def guest(self, chat: Chat, text: str, *, reply_to: Message | None = None) -> GuestQuery:
        """Calls the bot by its @name in a chat where it is no member."""
        assert f"@{self._world.bot.username}" in text, "the bot is called by its name"
        assert chat.status(self._world.bot) not in INSIDE, "here the bot is no guest"
        return self._queries.guest(self.user, await self.says(chat, text, reply_to=reply_to))

    async def blocks(self) -> None:
        """Blocks the bot."""
        self._world.set_status(self.private, self.user, KICKED)

    async def unblocks(self) -> None:
        """Lets the bot write again."""
        self._world.set_status(self.private, self.user, MEMBER)

    async def adds_bot(self, chat: Chat) -> None:
        """Makes the bot a member."""
        self._world.set_status(chat, self.user, MEMBER)
        self._world.announce(chat, self.user, {"new_chat_members": [payloads.user(self._world.bot)]})

    async def promotes_bot(self, chat: Chat) -> None:
        """Makes the bot an administrator."""
        self._world.set_status(chat, self.user, ADMINISTRATOR)

    async def demotes_bot(self, chat: Chat) -> None:
        self._world.set_status(chat, self.user, MEMBER)

    async def kicks_bot(self, chat: Chat) -> None:
        """Throws the bot out."""
        self._world.set_status(chat, self.user, KICKED)

    async def upgrades(self, chat: Chat) -> Chat:
        """Makes a group a supergroup, which is another chat."""
        assert chat.type == GROUP and chat.migrated_to is None, "only a group can be upgraded"
        people = tuple(self._world.users[number] for number in chat.members if number != self._world.bot.id)
        bot = chat.status(self._world.bot)
        new = self._world.chat(SUPERGROUP, chat.title, people, bot=None if bot == LEFT else bot)
        new.members |= chat.members
        self._world.announce(chat, self.user, {"migrate_to_chat_id": new.id})
        chat.migrated_to = new
        self._world.announce(new, self.user, {"migrate_from_chat_id": chat.id})
        return new

    def sees(self, chat: Chat) -> list[Message]:
        """The chat's messages that were not deleted."""
        return list(chat.messages.values())

    async def _new(self, chat: Chat, reply_to: Message | None, thread: int | None) -> Message:
        assert chat.migrated_to is None, "the group is a supergroup now"
        assert self.user.id in chat.members or chat.type == CHANNEL, f"{self.user.name} is not in {chat.title}"
        assert thread is None or thread in chat.topics, "there is no such topic"
        if chat.private:
            await self.unblocks()
            chat.started = True
        message = self._world.message(chat, self.user)
        message.reply_to, message.thread = reply_to, thread
        return message
