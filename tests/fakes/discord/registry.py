"""Application commands: registered, counted, given back with ids."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.fakes.discord import errors
from tests.fakes.discord.call import Answer, Call
from tests.fakes.discord.rest import Route
from tests.fakes.discord.world import World

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
MOST = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
MOST_CHARACTERS = 8000
_DEFAULTS: dict[str, Any] = {"type": CHAT_INPUT, "description": "", "default_member_permissions": None}


class Registry:
    """The handlers of /applications/{application_id}/…/commands."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        places = "/applications/{application_id}/commands", "/applications/{application_id}/guilds/{guild_id}/commands"
        return [route for place in places for route in (("GET", place, self._list), ("PUT", place, self._replace))]

    async def _list(self, call: Call) -> Answer:
        return Answer(self._world.commands.get(self._place(call), []))

    async def _replace(self, call: Call) -> Answer:
        place = self._place(call)
        _check(call.body)
        before = {(one["type"], one["name"]): one["id"] for one in self._world.commands.get(place, [])}
        version = self._world.clock.snowflake()
        commands = []
        for sent in call.body:
            command = {**_DEFAULTS, **{key: value for key, value in sent.items() if value is not None}}
            known = before.get((command["type"], command["name"]))
            command |= {"id": known or self._world.clock.snowflake(), "application_id": self._world.bot.id}
            command["version"] = version
            if permissions := command["default_member_permissions"]:
                command["default_member_permissions"] = str(permissions)
            commands.append(command | ({} if place is None else {"guild_id": place}))
        self._world.commands[place] = commands
        self._world.changed()
        return Answer(commands)

    def _place(self, call: Call) -> str | None:
        guild_id = call.path.get("guild_id")
        wrong_guild = guild_id is not None and guild_id not in self._world.guilds
        if call.path["application_id"] != self._world.bot.id or wrong_guild:
            raise errors.missing_access()
        return guild_id


def _check(commands: list[dict[str, Any]]) -> None:
    """Raises Refused for what the OpenAPI description cannot say."""
    kinds = Counter(command.get("type", CHAT_INPUT) for command in commands)
    if any(number > MOST[kind] for kind, number in kinds.items()):
        raise errors.Refused(400, 30032, "Maximum number of application commands reached")
    names = Counter((command.get("type", CHAT_INPUT), command["name"]) for command in commands)
    for index, command in enumerate(commands):
        if names[command.get("type", CHAT_INPUT), command["name"]] > 1:
            code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
            raise errors.invalid_form(f"{index}.name", code, "Application command names must be unique")
        if command.get("type", CHAT_INPUT) == CHAT_INPUT and command["name"] != command["name"].lower():
            code = "APPLICATION_COMMAND_INVALID_NAME"
            raise errors.invalid_form(f"{index}.name", code, "Command name is invalid")
        if _characters(command) > MOST_CHARACTERS:
            code = "APPLICATION_COMMAND_TOO_LARGE"
            raise errors.invalid_form(f"{index}", code, f"Command exceeds maximum size ({MOST_CHARACTERS})")


def _characters(node: Any) -> int:
    """The length of all names, descriptions and values of a command and its options together."""
    if isinstance(node, list):
        return sum(map(_characters, node))
    texts = [node.get(key) for key in ("name", "description", "value")]
    inner = [*(node.get("options") or ()), *(node.get("choices") or ())]
    return sum(len(text) for text in texts if isinstance(text, str)) + _characters(inner)
