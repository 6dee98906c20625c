"""Where an answer goes on Telegram, and what asked for it, as the store keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from core.model import Address

NAME = "telegram"
_INLINE = "@inline"


@dataclass(frozen=True, slots=True)
class Place:
    """A private chat ("chat"), a topic of a group ("chat/thread", 0 for none), or a message that the bot sent where
    it is no member ("@inline/message").
    """

    chat: int = 0
    thread: int = 0
    inline: str = ""

    def __str__(self) -> str:
        if self.inline:
            return f"{_INLINE}/{self.inline}"
        return f"{self.chat}/{self.thread}" if self.group else str(self.chat)

    @property
    def group(self) -> bool:
        """Whether several people read what is said there; the ids of groups are negative."""
        return self.chat < 0

    @property
    def server(self) -> str:
        """The group's id, by which its settings are kept."""
        return str(self.chat)

    @classmethod
    def parse(cls, text: str) -> Place:
        chat, _, rest = text.partition("/")
        return cls(inline=rest) if chat == _INLINE else cls(int(chat), int(rest or 0))

    def asked_by(self, origin: Origin) -> Address:
        """The address of a request whose answer goes here."""
        return Address(NAME, str(self), str(origin))


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that asked, or under which a button was pressed; ``press`` is the press. Telegram delivers both
    again after a crash.
    """

    chat: int = 0
    message: int = 0
    press: str = ""

    def __str__(self) -> str:
        return f"{self.chat}:{self.message}:{self.press}"

    @classmethod
    def parse(cls, text: str) -> Origin:
        """The origin of a request, or an empty one."""
        chat, _, rest = text.partition(":")
        message, _, press = rest.partition(":")
        return cls(int(chat), int(message), press) if message else cls()
