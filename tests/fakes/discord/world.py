"""The server's memory, what it tells the gateway, and how a test waits for something to be true."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.fakes.discord import payloads
from tests.fakes.discord.clock import Clock
from tests.fakes.discord.state import Channel, Guild, Message, User

T = TypeVar("T")

GUILDS = 1 << 0
GUILD_MESSAGES = 1 << 9
GUILD_MESSAGE_REACTIONS = 1 << 10
DIRECT_MESSAGES = 1 << 12
DIRECT_MESSAGE_REACTIONS = 1 << 13
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
KNOWN = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25


@dataclass(slots=True)
class Session:
    """One IDENTIFY: what was sent to it so far, so that a RESUME can be told the rest."""

    id: str
    intents: int
    shard: tuple[int, int]
    log: list[dict[str, Any]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    valid: bool = True

    def dispatch(self, event: str, data: Any) -> None:
        """Adds an event; whoever holds the connection sends it."""
        self.log.append({"op": 0, "t": event, "s": len(self.log) + 1, "d": data})
        self.news.set()


class World:
    """Everything there is, without the network."""

    def __init__(self, *, token: str, allowed_intents: int) -> None:
        self.token = token
        self.allowed_intents = allowed_intents
        self.clock = Clock()
        self.bot = User(self.clock.snowflake(), payloads.APPLICATION_NAME, bot=True)
        self.owner = User(self.clock.snowflake(), "Owner")
        self.users = {self.bot.id: self.bot, self.owner.id: self.owner}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.commands: dict[str | None, list[dict[str, Any]]] = {}
        self.sessions: dict[str, Session] = {}
        self.typing: list[Channel] = []
        self.old_edit_limit = 30
        self.base_url = ""
        self._waiting: set[asyncio.Event] = set()

    def changed(self) -> None:
        """Wakes everybody who waits."""
        for event in self._waiting:
            event.set()

    async def until(self, answer: Callable[[], T | None], seconds: float = 10) -> T:
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

    def direct(self, user: User) -> Channel:
        """The direct messages with ``user``; made when there are none yet."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.clock.snowflake(), "", recipient=user)
        self.channels[channel.id] = channel
        return channel

    def message(self, channel: Channel, author: User, *, number: str | None = None) -> Message:
        """A message that nobody sees yet: fill it, then ``publish`` it."""
        number = number or self.clock.snowflake()
        return Message(number, channel, author, self.clock.now, self.clock.stamp())

    def publish(self, message: Message) -> None:
        """Puts it into its channel and tells the gateway."""
        message.channel.messages[message.id] = message
        self._tell("MESSAGE_CREATE", message)

    def republish(self, message: Message) -> None:
        """Tells the gateway that it changed."""
        self._tell("MESSAGE_UPDATE", message)

    def remove(self, message: Message) -> None:
        message.deleted = True
        del message.channel.messages[message.id]
        data = {"id": message.id, "channel_id": message.channel.id} | _guild_id(message.channel)
        if not message.ephemeral:
            self.emit("MESSAGE_DELETE", data, message.channel, GUILD_MESSAGES, DIRECT_MESSAGES)

    def react(self, message: Message, user: User, emoji: str, *, add: bool) -> None:
        """Adds or takes away a reaction; nothing happens when it was so already."""
        users = message.reactions.setdefault(emoji, [])
        if (user in users) is not add:
            (users.append if add else users.remove)(user)
            data: dict[str, Any] = {"user_id": user.id, "channel_id": message.channel.id, "message_id": message.id}
            data |= {"emoji": payloads.emoji(emoji), "burst": False, "type": 0} | _guild_id(message.channel)
            if add:
                data["message_author_id"] = message.author.id
            if add and message.channel.guild is not None:
                data["member"] = payloads.member(user) | {"user": payloads.user(user)}
            event = "MESSAGE_REACTION_ADD" if add else "MESSAGE_REACTION_REMOVE"
            self.emit(event, data, message.channel, GUILD_MESSAGE_REACTIONS, DIRECT_MESSAGE_REACTIONS)
        if not users:
            del message.reactions[emoji]

    def emit(self, event: str, data: dict[str, Any], channel: Channel, in_guild: int, in_private: int) -> None:
        """Sends an event to the sessions whose intents ask for it."""
        needed = in_private if channel.guild is None else in_guild
        if _audible(channel):
            for session in self.concerned(channel.guild):
                if needed & session.intents:
                    session.dispatch(event, data)
        self.changed()

    def concerned(self, guild: Guild | None) -> list[Session]:
        """The sessions whose shard the guild is on; private things are on shard 0."""
        number = 0 if guild is None else int(guild.id) >> 22
        return [one for one in self.sessions.values() if one.valid and number % one.shard[1] == one.shard[0]]

    def may_read(self, message: Message, intents: int) -> bool:
        """Whether the bot sees what is written: its own, private, addressed to it, or allowed by the intent."""
        mine = message.author is self.bot or self.bot in message.mentions
        return mine or message.channel.guild is None or bool(intents & MESSAGE_CONTENT)

    def _tell(self, event: str, message: Message) -> None:
        channel = message.channel
        needed = DIRECT_MESSAGES if channel.guild is None else GUILD_MESSAGES
        if _audible(channel) and not message.ephemeral:
            looks = payloads.message(message, self.bot) | _guild_id(channel)
            if channel.guild is not None:
                looks["member"] = payloads.member(message.author)
            for session in self.concerned(channel.guild):
                if needed & session.intents:
                    readable = self.may_read(message, session.intents)
                    session.dispatch(event, looks if readable else payloads.without_content(looks))
        self.changed()


def _guild_id(channel: Channel) -> dict[str, Any]:
    return {} if channel.guild is None else {"guild_id": channel.guild.id}


def _audible(channel: Channel) -> bool:
    in_reach = channel.guild is None or channel.guild.has_bot
    return in_reach and "view_channel" not in channel.denied
