"""The REST interface, version 10: the bot itself, channels, messages, reactions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.fakes.discord import errors, payloads
from tests.fakes.discord.call import Answer, Call
from tests.fakes.discord.state import PERMISSIONS, Channel, Message
from tests.fakes.discord.world import MESSAGE_CONTENT, World
from tests.fakes.discord.writing import write

Handler = Callable[[Call], Awaitable[Answer]]
Route = tuple[str, str, Handler]

MOST_REACTIONS = 20
NONCE_SECONDS = 180
OLD_SECONDS = 3600

_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = _MESSAGES + "/{message_id}"
_REACTION = _MESSAGE + "/reactions/{emoji_name}"


class Rest:
    """The handlers of what a bot does with its own token."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        return [
            ("GET", "/users/@me", self._me),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway", self._gateway),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("POST", "/users/@me/channels", self._open_private),
            ("GET", "/channels/{channel_id}", self._channel),
            ("POST", "/channels/{channel_id}/typing", self._typing),
            ("GET", _MESSAGES, self._list),
            ("POST", _MESSAGES, self._post),
            ("GET", _MESSAGE, self._get),
            ("PATCH", _MESSAGE, self._edit),
            ("DELETE", _MESSAGE, self._delete),
            ("GET", _REACTION, self._who_reacted),
            ("PUT", _REACTION + "/@me", self._react),
            ("DELETE", _REACTION + "/@me", self._unreact),
        ]

    async def _me(self, _: Call) -> Answer:
        return Answer(payloads.myself(self._world.bot))

    async def _application(self, _: Call) -> Answer:
        granted = bool(self._world.allowed_intents & MESSAGE_CONTENT)
        return Answer(payloads.application(self._world.bot, self._world.owner, message_content=granted))

    async def _gateway(self, _: Call) -> Answer:
        return Answer({"url": self._world.base_url.replace("http", "ws") + "/gateway"})

    async def _gateway_bot(self, call: Call) -> Answer:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return Answer((await self._gateway(call)).body | {"shards": 1, "session_start_limit": limit})

    async def _open_private(self, call: Call) -> Answer:
        user = self._world.users.get(str(call.body["recipient_id"]))
        if user is None:
            raise errors.unknown_user()
        return Answer(payloads.channel(self._world.direct(user), self._world.bot))

    async def _channel(self, call: Call) -> Answer:
        return Answer(payloads.channel(self._find(call), self._world.bot))

    async def _typing(self, call: Call) -> Answer:
        self._world.typing.append(self._find(call, "send_messages"))
        self._world.changed()
        return Answer()

    async def _list(self, call: Call) -> Answer:
        messages = [one for one in self._find(call, "read_message_history").messages.values() if not one.ephemeral]
        before, after = int(call.query.get("before", 2**63)), int(call.query.get("after", 0))
        found = [one for one in messages if after < int(one.id) < before]
        limit = int(call.query.get("limit", 50))
        chosen = found[:limit] if "after" in call.query else found[-limit:]
        return Answer([self._looks(one) for one in reversed(chosen)])

    async def _post(self, call: Call) -> Answer:
        channel = self._find(call, *_needed(call))
        if channel.recipient is not None and channel.recipient.blocks_bot:
            raise errors.cannot_message_user()
        nonce = call.body.get("nonce")
        if call.body.get("enforce_nonce") and (same := self._same_nonce(channel, nonce)):
            return Answer(payloads.message(same, self._world.bot))
        message = self._world.message(channel, self._world.bot)
        message.nonce = nonce
        if reference := call.body.get("message_reference"):
            message.reply_to = channel.messages.get(str(reference["message_id"]))
            message.type = 19
            if message.reply_to is None and reference.get("fail_if_not_exists", True):
                raise errors.invalid_form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        write(self._world, message, call.body, call.files)
        self._world.publish(message)
        return Answer(payloads.message(message, self._world.bot))

    async def _get(self, call: Call) -> Answer:
        return Answer(self._looks(self._find_message(call, "read_message_history")))

    async def _edit(self, call: Call) -> Answer:
        message = self._find_message(call)
        if message.author is not self._world.bot:
            raise errors.not_the_author()
        if self._world.clock.now - message.created >= OLD_SECONDS:
            if message.old_edits >= self._world.old_edit_limit:
                raise errors.too_many_old_edits()
            message.old_edits += 1
        write(self._world, message, call.body, call.files)
        message.edited = self._world.clock.stamp()
        self._world.republish(message)
        return Answer(payloads.message(message, self._world.bot))

    async def _delete(self, call: Call) -> Answer:
        message = self._find_message(call)
        if message.author is not self._world.bot:
            self._find(call, "manage_messages")
        self._world.remove(message)
        return Answer()

    async def _who_reacted(self, call: Call) -> Answer:
        users = self._find_message(call).reactions.get(call.path["emoji_name"], [])
        after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 25))
        return Answer([payloads.user(one) for one in users if int(one.id) > after][:limit])

    async def _react(self, call: Call) -> Answer:
        message = self._find_message(call, "read_message_history")
        emoji = call.path["emoji_name"]
        if emoji.isascii() and ":" not in emoji and not emoji.isdigit():
            raise errors.unknown_emoji()
        if emoji not in message.reactions:
            self._find(call, "add_reactions")
            if len(message.reactions) >= MOST_REACTIONS:
                raise errors.too_many_reactions()
        self._world.react(message, self._world.bot, emoji, add=True)
        return Answer()

    async def _unreact(self, call: Call) -> Answer:
        self._world.react(self._find_message(call), self._world.bot, call.path["emoji_name"], add=False)
        return Answer()

    def _find(self, call: Call, *permissions: str) -> Channel:
        """The channel of the path, where the bot has the permissions; raises Refused."""
        channel = self._world.channels.get(call.path["channel_id"])
        if channel is None or channel.deleted:
            raise errors.unknown_channel()
        if "view_channel" in channel.denied or (channel.guild is not None and not channel.guild.has_bot):
            raise errors.missing_access()
        if any(not channel.bot_permissions & PERMISSIONS[name] for name in permissions):
            raise errors.missing_permissions()
        return channel

    def _find_message(self, call: Call, *permissions: str) -> Message:
        message = self._find(call, *permissions).messages.get(call.path["message_id"])
        if message is None or message.ephemeral:
            raise errors.unknown_message()
        return message

    def _looks(self, message: Message) -> dict[str, object]:
        looks = payloads.message(message, self._world.bot)
        readable = self._world.may_read(message, self._world.allowed_intents)
        return looks if readable else payloads.without_content(looks)

    def _same_nonce(self, channel: Channel, nonce: str | int | None) -> Message | None:
        for message in channel.messages.values():
            young = self._world.clock.now - message.created < NONCE_SECONDS
            if young and message.author is self._world.bot and message.nonce == nonce:
                return message
        return None


def _needed(call: Call) -> list[str]:
    extra = ["embed_links"] if call.body.get("embeds") else []
    return ["send_messages", *extra, *(["attach_files"] if call.files else [])]
