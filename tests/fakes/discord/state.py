"""What exists on the server: people, guilds, channels, messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15
TEXT_DISPLAY = 10

PERMISSIONS = {
    "add_reactions": 1 << 6,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "use_external_apps": 1 << 50,
}
EVERYTHING = sum(PERMISSIONS.values())
MANAGE_GUILD = 1 << 5


@dataclass(slots=True)
class User:
    id: str
    name: str
    locale: str = "en-US"
    bot: bool = False
    blocks_bot: bool = False
    manages: bool = False

    @property
    def permissions(self) -> int:
        """What they may do in a channel; who ``manages`` may change the server itself."""
        return EVERYTHING | (MANAGE_GUILD if self.manages else 0)


@dataclass(slots=True)
class Guild:
    """A server; ``has_bot`` is false where the application is only installed by one of its members."""

    id: str
    name: str
    has_bot: bool = True
    allows_external_apps: bool = True
    locale: str = "en-US"
    members: dict[str, User] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)


@dataclass(slots=True)
class Channel:
    """A text channel of a guild, or the direct messages between the bot and ``recipient``."""

    id: str
    name: str
    guild: Guild | None = None
    recipient: User | None = None
    messages: dict[str, Message] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    deleted: bool = False
    seen: str = "0"

    def deny(self, *permissions: str) -> None:
        """Takes permissions from the bot, by their names in PERMISSIONS."""
        assert set(permissions) <= PERMISSIONS.keys(), permissions
        self.denied |= set(permissions)

    @property
    def bot_permissions(self) -> int:
        """What the bot may do here, as Discord's bit set."""
        return EVERYTHING - sum(PERMISSIONS[name] for name in self.denied)


@dataclass(slots=True)
class Message:
    """A message as it is now; it changes in place when it is edited."""

    id: str
    channel: Channel
    author: User
    created: float
    timestamp: str
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    flags: int = 0
    type: int = 0
    nonce: str | int | None = None
    edited: str | None = None
    old_edits: int = 0
    reply_to: Message | None = None
    mentions: list[User] = field(default_factory=list)
    reactions: dict[str, list[User]] = field(default_factory=dict)
    metadata: dict[str, Any] | None = None
    webhook: bool = False
    shown_to: User | None = None
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)


def walk(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All components of a message, the nested ones too."""
    found = []
    for component in components:
        inner = [component[key] for key in ("accessory", "component") if key in component]
        found += [component, *walk(inner + component.get("components", []))]
    return found
