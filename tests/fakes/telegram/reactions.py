"""Reactions: which there are, who may set how many, and who is told.

https://core.telegram.org/bots/api#reactiontypeemoji
"""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram import errors, payloads
from tests.fakes.telegram.call import Call, Handler
from tests.fakes.telegram.state import ADMINISTRATOR, CHANNEL, Chat, Message, User
from tests.fakes.telegram.world import World

_OFFERED = """
👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤️‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆
💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄
😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
ALLOWED = tuple(_OFFERED.split())
MOST_OF_A_BOT, MOST_OF_A_PERSON, MOST_OF_PREMIUM = 1, 1, 3
_BY_PLAIN = {one.replace("\ufe0f", ""): one for one in ALLOWED}


class Reactions:
    """The handler of setMessageReaction, and what happens when a person reacts."""

    def __init__(self, world: World) -> None:
        self._world = world

    def handlers(self) -> dict[str, Handler]:
        return {"setMessageReaction": self._set}

    def react(self, message: Message, who: User, emoji: list[str], *, anonymous: bool = False) -> None:
        """Replaces a person's reactions; those of an album sit on its first message."""
        chat, first = message.chat, _first_of_album(message)
        assert all(offered(chat, one) for one in emoji), f"{emoji} are not all offered here"
        emoji = [_canonical(one) for one in emoji]
        assert len(emoji) <= (MOST_OF_PREMIUM if who.premium else MOST_OF_A_PERSON), emoji
        assert not anonymous or chat.status(who) == ADMINISTRATOR, "only administrators are anonymous"
        actor = chat.id if anonymous else who.id
        old = first.reactions.get(actor, [])
        if old == emoji:
            return
        _put(first, actor, emoji)
        administers = chat.status(self._world.bot) == ADMINISTRATOR
        if (chat.private or administers) and chat.type != CHANNEL:
            change: dict[str, Any] = {"chat": payloads.chat(chat), "message_id": first.id}
            change |= {"actor_chat": payloads.chat(chat)} if anonymous else {"user": payloads.user(who)}
            change |= {"date": self._world.clock.stamp(), "old_reaction": payloads.reactions(old)}
            self._world.updates.add("message_reaction", change | {"new_reaction": payloads.reactions(emoji)})
        self._world.changed()

    async def _set(self, call: Call) -> bool:
        chat = self._world.writable(call.get("chat_id"))
        message = chat.messages.get(call.get("message_id"))
        if message is None:
            raise errors.bad_request("message to react not found")
        wanted = call.get("reaction", [])
        if len(wanted) > MOST_OF_A_BOT:
            raise errors.bad_request("REACTIONS_TOO_MANY")
        emoji = [one.get("emoji", "") for one in wanted]
        if not all(offered(chat, one) for one in emoji):
            raise errors.bad_request("REACTION_INVALID")
        _put(_first_of_album(message), self._world.bot.id, [_canonical(one) for one in emoji])
        self._world.changed()
        return True


def offered(chat: Chat, emoji: str) -> bool:
    """Whether the emoji may be used in the chat; U+FE0F makes no difference."""
    found = _BY_PLAIN.get(_plain(emoji))
    return found is not None and (chat.reactions is None or found in map(_canonical, chat.reactions))


def _canonical(emoji: str) -> str:
    return _BY_PLAIN[_plain(emoji)]


def _plain(emoji: str) -> str:
    return emoji.replace("\ufe0f", "")


def _put(message: Message, actor: int, emoji: list[str]) -> None:
    message.reactions.pop(actor, None)
    if emoji:
        message.reactions[actor] = emoji


def _first_of_album(message: Message) -> Message:
    if message.album is None:
        return message
    return next(one for one in message.chat.messages.values() if one.album == message.album)
