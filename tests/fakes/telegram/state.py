"""What Telegram remembers: users, chats, messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PRIVATE, GROUP, SUPERGROUP, CHANNEL = "private", "group", "supergroup", "channel"
MEMBER, ADMINISTRATOR, LEFT, KICKED = "member", "administrator", "left", "kicked"
INSIDE = (MEMBER, ADMINISTRATOR)


@dataclass(slots=True, eq=False)
class User:
    """A person or the bot; ``language`` may be unknown."""

    id: int
    name: str
    username: str | None = None
    language: str | None = None
    premium: bool = False
    bot: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    """A place for messages. ``members`` holds everybody's status, the bot's too; ``topics`` names by thread id.

    ``reactions`` are those the administrators allow, None for all; ``denied`` what nobody but administrators may
    send: "text" or a kind of media; ``started`` whether the person of a private chat ever wrote.
    """

    id: int
    type: str
    title: str = ""
    username: str | None = None
    person: User | None = None
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    reactions: list[str] | None = None
    denied: set[str] = field(default_factory=set)
    started: bool = False
    migrated_to: Chat | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0
    seen: int = 0

    @property
    def private(self) -> bool:
        return self.type == PRIVATE

    def status(self, user: User) -> str:
        """The status of ``user`` here; a stranger has left."""
        return self.members.get(user.id, LEFT)


@dataclass(slots=True, eq=False)
class Stored:
    """A file Telegram has: what a file_id stands for; ``looks`` is what the API says about it."""

    kind: str
    looks: dict[str, Any]
    data: bytes | None
    path: str

    @property
    def file_id(self) -> str:
        return str(self.looks["file_id"])


@dataclass(slots=True, eq=False)
class Message:
    """A message as everybody sees it. ``sender`` is the channel that it speaks for.

    ``controls`` is the reply markup as sent, ``service`` what kind of news a service message brings; ``number`` is
    the inline_message_id of one that was sent through the bot where it is no member.
    """

    id: int
    chat: Chat
    author: User
    date: int
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    media: Stored | None = None
    album: str | None = None
    controls: dict[str, Any] | None = None
    reply_to: Message | None = None
    thread: int | None = None
    origin: dict[str, Any] | None = None
    preview: dict[str, Any] | None = None
    silent: bool = False
    protected: bool = False
    sender: Chat | None = None
    via_bot: bool = False
    caller: User | None = None
    service: dict[str, Any] = field(default_factory=dict)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    edited: int | None = None
    number: str | None = None
    deleted: bool = False

    @property
    def keyboard(self) -> list[list[dict[str, Any]]]:
        """The rows of buttons under the message."""
        rows: list[list[dict[str, Any]]] = (self.controls or {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> dict[str, str]:
        """What stands on the buttons, and what each of them does: its callback data, its address, or nothing."""
        return {one["text"]: one.get("callback_data") or one.get("url") or "" for row in self.keyboard for one in row}
