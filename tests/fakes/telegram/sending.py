"""What a bot sends: texts, photos, songs, albums, and that it is busy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram import errors, keyboards, payloads, writing
from tests.fakes.telegram.call import Call, Handler
from tests.fakes.telegram.state import Chat, Message, Stored
from tests.fakes.telegram.world import World

KINDS = ("photo", "audio", "voice", "document")
ACTIONS = frozenset({
    "choose_sticker", "find_location", "record_video", "record_video_note", "record_voice", "typing",
    "upload_document", "upload_photo", "upload_video", "upload_video_note", "upload_voice",
})  # fmt: skip
FEWEST_IN_ALBUM, MOST_IN_ALBUM = 2, 10
ACTION_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Action:
    """The bot is "typing" or "upload_voice" in a chat, for five seconds."""

    chat: Chat
    name: str
    began: float


class Sending:
    """The handlers of send…"""

    def __init__(self, world: World) -> None:
        self.actions: list[Action] = []
        self._world = world

    def handlers(self) -> dict[str, Handler]:
        media = {f"send{kind.title()}": self._send_media(kind) for kind in KINDS}
        album, action = self._send_album, self._send_action
        return {"sendMessage": self._send_text, "sendMediaGroup": album, "sendChatAction": action, **media}

    async def _send_text(self, call: Call) -> dict[str, Any]:
        chat = self._world.writable(call.get("chat_id"), "text")
        message = self._new(chat, call)
        message.text, message.entities = writing.text(call.parameters, self._world.shown_users())
        message.preview = call.get("link_preview_options")
        return self._publish(message)

    def _send_media(self, kind: str) -> Callable[[Call], Awaitable[dict[str, Any]]]:
        async def send(call: Call) -> dict[str, Any]:
            chat = self._world.writable(call.get("chat_id"), kind)
            message = self._new(chat, call)
            message.text, message.entities = writing.caption(call.parameters, self._world.shown_users())
            message.media = self._world.library.take(kind, call.get(kind), call, call.parameters)
            return self._publish(message)

        return send

    async def _send_album(self, call: Call) -> list[dict[str, Any]]:
        items = call.get("media", [])
        chat = self._world.writable(call.get("chat_id"), items[0]["type"] if items else None)
        _check_album(items)
        captions = [writing.caption(item, self._world.shown_users()) for item in items]
        files = [self._take(item, call) for item in items]
        number = str(self._world.number())
        sent = []
        for (text, entities), media in zip(captions, files, strict=True):
            message = self._new(chat, call)
            message.text, message.entities, message.media, message.album = text, entities, media, number
            sent.append(self._publish(message))
        return sent

    async def _send_action(self, call: Call) -> bool:
        chat = self._world.writable(call.get("chat_id"))
        if call.get("action") not in ACTIONS:
            raise errors.bad_request("wrong parameter action in request")
        self.actions.append(Action(chat, call.get("action"), self._world.clock.now))
        return True

    def _take(self, item: dict[str, Any], call: Call) -> Stored:
        return self._world.library.take(item["type"], item["media"], call, item)

    def _new(self, chat: Chat, call: Call) -> Message:
        """A message of the bot, with all that has nothing to do with what it says."""
        thread, reply_to = _thread(chat, call.get("message_thread_id")), self._reply_to(chat, call)
        controls = keyboards.checked(call.get("reply_markup"))
        message = self._world.message(chat, self._world.bot)
        message.thread, message.reply_to, message.controls = thread, reply_to, controls
        message.silent, message.protected = call.get("disable_notification", False), call.get("protect_content", False)
        return message

    def _reply_to(self, chat: Chat, call: Call) -> Message | None:
        reply = call.get("reply_parameters")
        if reply is None:
            return None
        place = self._world.find(reply["chat_id"]) if "chat_id" in reply else chat
        found = place.messages.get(reply["message_id"])
        if found is None and not reply.get("allow_sending_without_reply"):
            raise errors.bad_request("message to be replied not found")
        return found

    def _publish(self, message: Message) -> dict[str, Any]:
        self._world.publish(message)
        return payloads.message(message, self._world.bot)


def _thread(chat: Chat, number: int | None) -> int | None:
    if number is None:
        return None
    if number not in chat.topics:
        raise errors.bad_request("message thread not found")
    if number in chat.closed_topics:
        raise errors.bad_request("TOPIC_CLOSED")
    return number


def _check_album(items: list[dict[str, Any]]) -> None:
    if len(items) < FEWEST_IN_ALBUM:
        raise errors.bad_request("not enough messages to send as an album")
    if len(items) > MOST_IN_ALBUM:
        raise errors.bad_request("too many messages to send as an album")
    kinds = {item["type"] for item in items}
    for kind in ("audio", "document"):
        if kind in kinds and len(kinds) > 1:
            raise errors.bad_request(f"{kind.title()} can't be mixed with other media types")
    if not kinds <= {"photo", "audio", "document"}:
        raise errors.bad_request(f"albums of {', '.join(sorted(kinds))} are not modelled")
