"""Chats, their members, and files to download."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram import errors, payloads
from tests.fakes.telegram.call import Call, Handler
from tests.fakes.telegram.media import MOST_DOWNLOADED
from tests.fakes.telegram.state import LEFT
from tests.fakes.telegram.world import World


class Places:
    """The handlers of getChat, getChatMember, leaveChat and getFile."""

    def __init__(self, world: World) -> None:
        self._world = world

    def handlers(self) -> dict[str, Handler]:
        return {
            "getChat": self._chat,
            "getChatMember": self._member,
            "leaveChat": self._leave,
            "getFile": self._file,
        }

    async def _chat(self, call: Call) -> dict[str, Any]:
        chat = self._world.find(call.get("chat_id"))
        if not chat.private and (sentence := payloads.gone_sentence(chat, chat.status(self._world.bot))):
            raise errors.forbidden(sentence)
        return payloads.full_chat(chat)

    async def _member(self, call: Call) -> dict[str, Any]:
        chat, user = self._world.find(call.get("chat_id")), self._world.users.get(call.get("user_id"))
        if user is None:
            raise errors.bad_request("user not found")
        return payloads.member(user, chat.status(user))

    async def _leave(self, call: Call) -> bool:
        chat = self._world.writable(call.get("chat_id"))
        if chat.private:
            raise errors.bad_request("chat member status can't be changed in private chats")
        self._world.set_status(chat, self._world.bot, LEFT)
        return True

    async def _file(self, call: Call) -> dict[str, Any]:
        stored = self._world.library.find(call.get("file_id"))
        if stored.looks["file_size"] > MOST_DOWNLOADED:
            raise errors.bad_request("file is too big")
        shown = {key: stored.looks[key] for key in ("file_id", "file_unique_id", "file_size")}
        return shown | {"file_path": stored.path}
