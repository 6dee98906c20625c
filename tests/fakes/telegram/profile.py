"""What the bot says about itself: its commands, its name, its descriptions, in several languages."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from tests.fakes.telegram import errors, payloads
from tests.fakes.telegram.call import Call, Handler
from tests.fakes.telegram.world import World

MOST_COMMANDS, LONGEST_COMMAND_DESCRIPTION = 100, 256
LONGEST = {"name": 64, "description": 512, "short_description": 120}
_METHODS = {"name": "MyName", "description": "MyDescription", "short_description": "MyShortDescription"}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")


class Profile:
    """The handlers of getMe and of get/set/deleteMy…

    ``texts`` holds what was set by (field, language), ``commands`` by (scope, language); the scope is the type of it,
    with its ids behind: "chat:5".
    """

    def __init__(self, world: World) -> None:
        self.texts: dict[tuple[str, str], str] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.guest = True
        self._world = world

    def handlers(self) -> dict[str, Handler]:
        found: dict[str, Handler] = {
            "getMe": self._me,
            "getMyCommands": self._get_commands,
            "setMyCommands": self._set_commands,
            "deleteMyCommands": self._delete_commands,
        }
        for field, name in _METHODS.items():
            found[f"get{name}"], found[f"set{name}"] = self._getter(field), self._setter(field)
        return found

    async def _me(self, _: Call) -> dict[str, Any]:
        return payloads.myself(self._world.bot, privacy=self._world.privacy, guest=self.guest)

    async def _get_commands(self, call: Call) -> list[dict[str, str]]:
        return self.commands.get(_place(call), [])

    async def _set_commands(self, call: Call) -> bool:
        commands = call.get("commands")
        if len(commands) > MOST_COMMANDS:
            raise errors.bad_request("BOT_COMMANDS_TOO_MUCH")
        for one in commands:
            if not _COMMAND.fullmatch(one["command"].removeprefix("/")):
                raise errors.bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(one["description"]) <= LONGEST_COMMAND_DESCRIPTION:
                raise errors.bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[_place(call)] = commands
        return True

    async def _delete_commands(self, call: Call) -> bool:
        self.commands.pop(_place(call), None)
        return True

    def _getter(self, field: str) -> Callable[[Call], Awaitable[dict[str, str]]]:
        async def get(call: Call) -> dict[str, str]:
            default = self._world.bot.name if field == "name" else ""
            everywhere = self.texts.get((field, ""), default)
            return {field: self.texts.get((field, _language(call)), everywhere)}

        return get

    def _setter(self, field: str) -> Callable[[Call], Awaitable[bool]]:
        async def set_(call: Call) -> bool:
            text = call.get(field, "")
            if len(text) > LONGEST[field]:
                raise errors.bad_request(f"{field} is too long")
            if text:
                self.texts[field, _language(call)] = text
            else:
                self.texts.pop((field, _language(call)), None)
            return True

        return set_


def _place(call: Call) -> tuple[str, str]:
    scope = call.get("scope") or {"type": "default"}
    ids = [str(scope[key]) for key in ("chat_id", "user_id") if key in scope]
    return ":".join([scope["type"], *ids]), _language(call)


def _language(call: Call) -> str:
    language: str = call.get("language_code", "")
    if not _LANGUAGE.fullmatch(language):
        raise errors.bad_request(f"language_code {json.dumps(language)} is invalid")
    return language
