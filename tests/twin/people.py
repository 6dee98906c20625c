"""What a test does in a person's place, with the names of our own fake's people."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord import payloads
from tests.fakes.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from tests.fakes.discord.registry import CHAT_INPUT, MESSAGE
from tests.fakes.discord.state import Channel, Message, User, walk
from tests.twin.upstream import Upstream

BUTTON = 2
SUBCOMMAND_TYPES = (1, 2)


class Person:
    """Somebody at the keyboard. Everything asserts that the client would have allowed it."""

    def __init__(self, user: User, twin: Upstream) -> None:
        self.user = user
        self._twin = twin
        self._world = twin.world

    @property
    def id(self) -> str:
        return self.user.id

    async def command(self, channel: Channel, name: str, **options: Any) -> Interaction:
        """Sends a slash command, once the bot has registered it; a subcommand is written "settings language"."""
        return await self._interact(COMMAND, channel, await self._command_data(name, options))

    async def autocomplete(self, channel: Channel, name: str, focused: str, **options: Any) -> list[dict[str, Any]]:
        """Types into the option ``focused``, and gives the choices the bot offers."""
        interaction = await self._interact(AUTOCOMPLETE, channel, await self._command_data(name, options, focused))
        await interaction.acknowledged()
        return interaction.choices

    async def menu(self, name: str, target: Message) -> Interaction:
        """Chooses a command from the context menu of a message."""
        command = await self._registered(name, MESSAGE)
        shown = {target.id: payloads.message(target, self._world.bot)}
        data = _called(command, name) | {"target_id": target.id, "resolved": {"messages": shown}}
        return await self._interact(COMMAND, target.channel, data)

    async def press(self, message: Message, custom_id: str) -> Interaction:
        """Presses a button."""
        button = self._component(message, custom_id)
        assert button["type"] == BUTTON, button
        return await self._use(message, button)

    async def select(self, message: Message, custom_id: str, *values: str) -> Interaction:
        """Chooses from a select menu of strings."""
        menu = self._component(message, custom_id)
        assert menu.get("min_values", 1) <= len(values) <= menu.get("max_values", 1), menu
        assert set(values) <= {option["value"] for option in menu["options"]}, menu["options"]
        return await self._use(message, menu, values=list(values))

    async def submit(self, interaction: Interaction, **values: str) -> Interaction:
        """Fills the form that answered ``interaction``, and sends it."""
        await self._world.until(lambda: interaction.modal)
        assert interaction.modal is not None
        fields = [_filled(component, values) for component in interaction.modal["components"]]
        data = {"custom_id": interaction.modal["custom_id"], "components": fields}
        return await self._interact(MODAL, interaction.channel, data, interaction.source)

    async def react(self, message: Message, emoji: str) -> None:
        """Adds a reaction."""
        await self._react(message, emoji, add=True)

    async def unreact(self, message: Message, emoji: str) -> None:
        """Takes the reaction back."""
        await self._react(message, emoji, add=False)

    async def says(self, channel: Channel, text: str) -> Message:
        """Writes into a channel; ``<@id>`` mentions."""
        sent = await self._twin.tell("says", channel=channel.id, user=self.id, content=text)
        return channel.messages[sent["id"]]

    def sees(self, channel: Channel) -> list[Message]:
        """The channel's messages, and those that only this person sees."""
        return [one for one in channel.messages.values() if not one.ephemeral or one.shown_to is self.user]

    async def _react(self, message: Message, emoji: str, *, add: bool) -> None:
        about = {"channel": message.channel.id, "message": message.id, "user": self.id}
        await self._twin.tell("react", **about, emoji=emoji, add=add)

    async def _use(self, message: Message, component: dict[str, Any], **more: Any) -> Interaction:
        assert not component.get("disabled"), component
        data = {"custom_id": component["custom_id"], "component_type": component["type"], **more}
        return await self._interact(COMPONENT, message.channel, data, message)

    def _component(self, message: Message, custom_id: str) -> dict[str, Any]:
        assert message in self.sees(message.channel), "this person does not see the message"
        found = {one["custom_id"]: one for one in walk(message.components) if "custom_id" in one}
        assert custom_id in found, f"{custom_id} is not among {sorted(found)}"
        return found[custom_id]

    async def _interact(
        self, kind: int, channel: Channel, data: dict[str, Any], source: Message | None = None
    ) -> Interaction:
        about = {"channel": channel.id, "user": self.id, "message": source.id if source else None}
        made = await self._twin.tell("interact", type=kind, data=data, **about)
        return await self._world.until(lambda: self._twin.interactions.get(made["token"]))

    async def _command_data(self, name: str, values: dict[str, Any], focused: str | None = None) -> dict[str, Any]:
        first, *path = name.split()
        command = await self._registered(first, CHAT_INPUT)
        declared, chain = command["options"], []
        for step in path:
            chain.append(next(one for one in declared if one["name"] == step and one["type"] in SUBCOMMAND_TYPES))
            declared = chain[-1].get("options", [])
        options = _options(declared, values, focused)
        for link in reversed(chain):
            options = [{"name": link["name"], "type": link["type"], "options": options}]
        return _called(command, first) | {"options": options}

    async def _registered(self, name: str, kind: int) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            everywhere = [one for commands in self._world.commands.values() for one in commands]
            return next((one for one in everywhere if (one["name"], one["type"]) == (name, kind)), None)

        return await self._world.until(found)


def _called(command: dict[str, Any], name: str) -> dict[str, Any]:
    return {"id": command["id"], "name": name, "type": command["type"]}


def _options(declared: list[dict[str, Any]], values: dict[str, Any], focused: str | None) -> list[dict[str, Any]]:
    kinds = {option["name"]: option for option in declared}
    assert values.keys() <= kinds.keys(), f"{sorted(values)} are not all among {sorted(kinds)}"
    required = {option["name"] for option in declared if option.get("required")}
    assert focused is not None or required <= values.keys(), f"required: {sorted(required)}"
    options = []
    for name, value in values.items():
        choices = [choice["value"] for choice in kinds[name].get("choices", ())]
        assert not choices or value in choices, f"{value} is not among {choices}"
        focus = {"focused": True} if name == focused else {}
        options.append({"name": name, "type": kinds[name]["type"], "value": value, **focus})
    return options


def _filled(component: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    """A part of a form with what was written into it."""
    looks = {"type": component["type"], "id": component.get("id") or 0}
    if "component" in component:
        return looks | {"component": _filled(component["component"], values)}
    if "components" in component:
        return looks | {"components": [_filled(inner, values) for inner in component["components"]]}
    if "options" in component:
        return looks | {"custom_id": component["custom_id"], "values": [values[component["custom_id"]]]}
    if "custom_id" in component:
        return looks | {"custom_id": component["custom_id"], "value": values.get(component["custom_id"], "")}
    return looks
