"""What a bot does with messages that are there already: it edits them and deletes them."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram import errors, keyboards, payloads, writing
from tests.fakes.telegram.call import Call, Handler
from tests.fakes.telegram.state import ADMINISTRATOR, Message
from tests.fakes.telegram.world import World

SECONDS_TO_DELETE = 48 * 3600


class Editing:
    """The handlers of editMessage… and deleteMessage.

    An edit that names no keyboard takes the keyboard away.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def handlers(self) -> dict[str, Handler]:
        return {
            "editMessageText": self._edit_text,
            "editMessageCaption": self._edit_caption,
            "editMessageMedia": self._edit_media,
            "editMessageReplyMarkup": self._edit_controls,
            "deleteMessage": self._delete,
        }

    async def _edit_text(self, call: Call) -> Any:
        message = self._mine(call)
        if message.media is not None:
            raise errors.bad_request("there is no text in the message to edit")
        text, entities = writing.text(call.parameters, self._world.shown_users())
        preview = call.get("link_preview_options")
        return self._change(message, call, text=text, entities=entities, preview=preview)

    async def _edit_caption(self, call: Call) -> Any:
        message = self._mine(call)
        if message.media is None:
            raise errors.bad_request("there is no caption in the message to edit")
        text, entities = writing.caption(call.parameters, self._world.shown_users())
        return self._change(message, call, text=text, entities=entities)

    async def _edit_media(self, call: Call) -> Any:
        message, item = self._mine(call), call.get("media")
        text, entities = writing.caption(item, self._world.shown_users())
        if message.number and item["media"].startswith("attach://"):
            raise errors.bad_request(errors.WRONG_FILE)
        media = self._world.library.take(item["type"], item["media"], call, item)
        return self._change(message, call, text=text, entities=entities, media=media)

    async def _edit_controls(self, call: Call) -> Any:
        return self._change(self._mine(call), call)

    async def _delete(self, call: Call) -> bool:
        chat = self._world.writable(call.get("chat_id"))
        message = chat.messages.get(call.get("message_id"))
        if message is None:
            raise errors.bad_request("message to delete not found")
        administers = chat.status(self._world.bot) == ADMINISTRATOR
        mine = message.author is self._world.bot or chat.private
        if not mine and not administers:
            raise errors.bad_request("message can't be deleted")
        if self._world.clock.now - message.date > SECONDS_TO_DELETE and not administers:
            raise errors.bad_request("message can't be deleted for everyone")
        self._world.remove(message)
        return True

    def _mine(self, call: Call) -> Message:
        if number := call.get("inline_message_id"):
            message = self._world.inline_messages.get(number)
        else:
            message = self._world.writable(call.get("chat_id")).messages.get(call.get("message_id"))
        if message is None or message.deleted:
            raise errors.bad_request("message to edit not found")
        if message.author is not self._world.bot and not message.number:
            raise errors.bad_request("message can't be edited")
        return message

    def _change(self, message: Message, call: Call, **new: Any) -> Any:
        new["controls"] = keyboards.checked(call.get("reply_markup"))
        before = {name: getattr(message, name) for name in new}
        if new == before:
            raise errors.bad_request(errors.NOT_MODIFIED)
        for name, value in new.items():
            setattr(message, name, value)
        message.edited = self._world.clock.stamp()
        self._world.changed()
        return True if call.get("inline_message_id") else payloads.message(message, self._world.bot)
