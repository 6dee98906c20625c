"""What a test does in a person's place: typing commands, pressing, choosing, reacting, writing."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord import payloads
from tests.fakes.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction, Interactions
from tests.fakes.discord.registry import CHAT_INPUT, MESSAGE, USER
from tests.fakes.discord.state import EVERYTHING, Channel, Message, User, walk
from tests.fakes.discord.world import World
from tests.fakes.discord.writing import write

BUTTON, STRING_SELECT = 2, 3
SUBCOMMAND_TYPES = (1, 2)
USER_OPTION = 6
ATTACHMENT_SIZE_LIMIT = 10 * 2**20


class Person:
    """Somebody at the keyboard. Everything asserts that the client would have allowed it."""

    def __init__(self, world: World, interactions: Interactions, user: User) -> None:
        self.user = user
        self._world = world
        self._interactions = interactions

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def private(self) -> Channel:
        """The direct messages between this person and the bot."""
        return self._world.direct(self.user)

    async def command(self, channel: Channel, name: str, /, **options: Any) -> Interaction:
        """Sends a slash command; a subcommand is written "settings language"."""
        data = self._command_data(channel, name, options)
        return self._interact(COMMAND, channel, data)

    async def autocomplete(self, channel: Channel, name: str, focused: str, **options: Any) -> list[dict[str, Any]]:
        """Types into the option ``focused``, and gives the choices the bot offers."""
        data = self._command_data(channel, name, options, focused)
        interaction = self._interact(AUTOCOMPLETE, channel, data)
        await interaction.acknowledged()
        return interaction.choices

    async def menu(self, name: str, target: Message | User, channel: Channel | None = None) -> Interaction:
        """Chooses a command from the context menu of a message or a user."""
        if isinstance(target, Message):
            command = self._registered(target.channel, name, MESSAGE)
            resolved = {"messages": {target.id: payloads.message(target, self._world.bot)}}
            data = {**command, "target_id": target.id, "resolved": resolved}
            return self._interact(COMMAND, target.channel, data)
        assert channel is not None, "say in which channel"
        resolved = {"users": {target.id: payloads.user(target)}}
        if channel.guild is not None:
            resolved["members"] = {target.id: payloads.member(target) | {"permissions": str(EVERYTHING)}}
        data = {**self._registered(channel, name, USER), "target_id": target.id, "resolved": resolved}
        return self._interact(COMMAND, channel, data)

    async def press(self, message: Message, custom_id: str) -> Interaction:
        """Presses a button."""
        button = self._component(message, custom_id)
        assert button["type"] == BUTTON, button
        return self._use(message, button)

    async def select(self, message: Message, custom_id: str, *values: str) -> Interaction:
        """Chooses from a select menu."""
        menu = self._component(message, custom_id)
        assert menu["min_values"] <= len(values) <= menu["max_values"], menu
        if menu["type"] == STRING_SELECT:
            assert set(values) <= {option["value"] for option in menu["options"]}, menu["options"]
        return self._use(message, menu, values=list(values))

    async def submit(self, interaction: Interaction, **values: str) -> Interaction:
        """Fills the form that answered ``interaction``, and sends it."""
        await interaction.world.until(lambda: interaction.modal)
        assert interaction.modal is not None
        fields = [_filled(component, values) for component in interaction.modal["components"]]
        data = {"custom_id": interaction.modal["custom_id"], "components": fields}
        return self._interact(MODAL, interaction.channel, data, interaction.source)

    async def react(self, message: Message, emoji: str) -> None:
        """Adds a reaction."""
        self._world.react(message, self.user, emoji, add=True)

    async def unreact(self, message: Message, emoji: str) -> None:
        """Takes the reaction back."""
        self._world.react(message, self.user, emoji, add=False)

    async def says(self, channel: Channel, text: str, *, reply_to: Message | None = None) -> Message:
        """Writes into a channel; ``<@id>`` mentions, a reply pings."""
        message = self._world.message(channel, self.user)
        message.reply_to = reply_to
        message.type = 0 if reply_to is None else 19
        write(self._world, message, {"content": text}, [])
        self._world.publish(message)
        return message

    async def dm(self, text: str) -> Message:
        """Writes to the bot in private."""
        return await self.says(self.private, text)

    async def delete(self, message: Message) -> None:
        """Deletes any message, as its author or a moderator would."""
        self._world.remove(message)

    def sees(self, channel: Channel) -> list[Message]:
        """The channel's messages, and those that only this person sees."""
        return [one for one in channel.messages.values() if not one.ephemeral or one.shown_to is self.user]

    def _use(self, message: Message, component: dict[str, Any], **more: Any) -> Interaction:
        assert not component.get("disabled"), component
        data = {"custom_id": component["custom_id"], "component_type": component["type"], "id": component["id"], **more}
        return self._interact(COMPONENT, message.channel, data, message)

    def _component(self, message: Message, custom_id: str) -> dict[str, Any]:
        assert message in self.sees(message.channel), "this person does not see the message"
        found = {one["custom_id"]: one for one in walk(message.components) if "custom_id" in one}
        assert custom_id in found, f"{custom_id} is not among {sorted(found)}"
        return found[custom_id]

    def _command_data(
        self, channel: Channel, name: str, values: dict[str, Any], focused: str | None = None
    ) -> dict[str, Any]:
        first, *path = name.split()
        command = self._registered(channel, first, CHAT_INPUT)
        declared = self._find_command(channel, first, CHAT_INPUT).get("options", [])
        chain = []
        for step in path:
            chain.append(next(one for one in declared if one["name"] == step and one["type"] in SUBCOMMAND_TYPES))
            declared = chain[-1].get("options", [])
        options = _options(declared, values, focused)
        for link in reversed(chain):
            options = [{"name": link["name"], "type": link["type"], "options": options}]
        people = [self._world.users[option["value"]] for option in options if option["type"] == USER_OPTION]
        resolved = {"users": {one.id: payloads.user(one) for one in people}} if people else None
        return command | {"options": options} | ({"resolved": resolved} if resolved else {})

    def _registered(self, channel: Channel, name: str, kind: int) -> dict[str, Any]:
        command = self._find_command(channel, name, kind)
        in_guild = {"guild_id": command["guild_id"]} if "guild_id" in command else {}
        return {"id": command["id"], "name": name, "type": kind, **in_guild}

    def _find_command(self, channel: Channel, name: str, kind: int) -> dict[str, Any]:
        places = [None if channel.guild is None else channel.guild.id, None]
        commands = [one for place in places for one in self._world.commands.get(place, [])]
        found = [one for one in commands if (one["name"], one["type"]) == (name, kind)]
        assert found, f"{name} is not among {[one['name'] for one in commands]}"
        return found[0]

    def _interact(
        self, kind: int, channel: Channel, data: dict[str, Any], source: Message | None = None
    ) -> Interaction:
        world = self._world
        number = world.clock.snowflake()
        token = f"interaction-token-{number}"
        interaction = Interaction(number, token, kind, channel, self.user, world.clock.now, world, source)
        self._interactions.by_token[token] = interaction
        event = _interaction_create(interaction, data)
        for session in world.concerned(channel.guild):
            session.dispatch("INTERACTION_CREATE", event)
        world.changed()
        return interaction


def _interaction_create(interaction: Interaction, data: dict[str, Any]) -> dict[str, Any]:
    bot, channel, user = interaction.world.bot, interaction.channel, interaction.user
    event: dict[str, Any] = {
        "id": interaction.id,
        "application_id": bot.id,
        "type": interaction.type,
        "data": data,
        "token": interaction.token,
        "version": 1,
        "channel": payloads.channel(channel, bot) | {"permissions": str(EVERYTHING)},
        "channel_id": channel.id,
        "app_permissions": str(channel.bot_permissions),
        "locale": user.locale,
        "entitlements": [],
        "authorizing_integration_owners": interaction.owners,
        "context": 1 if channel.guild is None else 0,
        "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
    }
    if interaction.source is not None:
        event["message"] = payloads.message(interaction.source, bot)
    if channel.guild is None:
        return event | {"user": payloads.user(user)}
    guild = channel.guild
    event |= {"guild_id": guild.id, "guild_locale": guild.locale}
    event["guild"] = {"id": guild.id, "locale": guild.locale, "features": []}
    event["member"] = payloads.member(user) | {"user": payloads.user(user), "permissions": str(user.permissions)}
    return event


def _options(declared: list[dict[str, Any]], values: dict[str, Any], focused: str | None) -> list[dict[str, Any]]:
    kinds = {option["name"]: option for option in declared}
    assert values.keys() <= kinds.keys(), f"{sorted(values)} are not all among {sorted(kinds)}"
    required = {option["name"] for option in declared if option.get("required")}
    assert focused is not None or required <= values.keys(), f"required: {sorted(required)}"
    options = []
    for name, value in values.items():
        choices = [choice["value"] for choice in kinds[name].get("choices", ())]
        assert not choices or value in choices, f"{value} is not among {choices}"
        wire = value.id if isinstance(value, Person) else value
        focus = {"focused": True} if name == focused else {}
        options.append({"name": name, "type": kinds[name]["type"], "value": wire, **focus})
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
