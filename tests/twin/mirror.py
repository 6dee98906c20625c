"""What the twin holds, as the objects that a test looks at: they change in place, as those of our own fake do."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord.interactions import Interaction
from tests.fakes.discord.state import Channel, Guild, Message, User
from tests.fakes.discord.world import World
from tests.twin.gaps import File
from tests.twin.process import Place


def world_of(place: Place, bot: str, guild: str) -> World:
    """Everybody and every channel there is; nothing is written yet."""
    world = World(token=place.token, allowed_intents=0)
    world.bot = User(place.bot, bot, bot=True)
    people = [User(number, name) for name, number in place.people.items()]
    world.users = {one.id: one for one in (world.bot, *people)}
    world.guilds = {place.guild: Guild(place.guild, guild)}
    for name, number in place.channels.items():
        channel = Channel(number, name, world.guilds[place.guild])
        world.guilds[place.guild].channels.append(channel)
        world.channels[number] = channel
    return world


class Mirror:
    """``update`` takes over the state that the twin tells; ``files`` has what was uploaded, by attachment id."""

    def __init__(self, world: World) -> None:
        self.files: dict[str, File] = {}
        self._world = world

    def update(self, state: dict[str, Any]) -> None:
        """Makes the world what the twin says it is."""
        self._world.commands = {}
        for command in state["commands"]:
            self._world.commands.setdefault(command["guildId"], []).append(command)
        for raw in state["messages"]:
            self._fill(raw)
        there = {raw["id"] for raw in state["messages"]}
        for channel in self._world.channels.values():
            for gone in [one for one in channel.messages.values() if one.id not in there]:
                gone.deleted = True
                del channel.messages[gone.id]

    def message(self, number: str) -> Message | None:
        """The message of that id."""
        everywhere = (channel.messages for channel in self._world.channels.values())
        return next((messages[number] for messages in everywhere if number in messages), None)

    def interaction(self, event: dict[str, Any]) -> Interaction:
        """What a person did, as the twin told the bot."""
        channel = self._world.channels[event["channel_id"]]
        user = self._world.users[event["member"]["user"]["id"]]
        source = self.message(event["message"]["id"]) if event.get("message") else None
        return Interaction(event["id"], event["token"], event["type"], channel, user, 0.0, self._world, source)

    def _fill(self, raw: dict[str, Any]) -> None:
        world = self._world
        channel = world.channels[raw["channel_id"]]
        author = world.users[raw["author"]["id"]]
        new = Message(raw["id"], channel, author, 0.0, raw["timestamp"], webhook="webhook_id" in raw)
        message = channel.messages.setdefault(raw["id"], new)
        message.content, message.embeds = raw["content"], raw["embeds"]
        message.components, message.flags = raw.get("components", []), raw.get("flags", 0)
        message.nonce, message.edited = raw.get("nonce"), raw["edited_timestamp"]
        message.attachments = raw["attachments"]
        message.files = {one["id"]: self.files[one["id"]].data for one in raw["attachments"]}
        message.reactions = {}
        for one in raw["reactions"]:
            message.reactions.setdefault(one["emoji"], []).append(world.users[one["user"]])
