"""A person in a channel of a server, with the unmodified discord.py between them and the bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.fronts.discord.front import DiscordFront
from bot.outbox import Outbox
from bot.press import Press, Verb
from bot.words import words
from core.settings import Discord as Settings
from tests.conversations.world import World
from tests.fakes.discord import Channel, Discord, Interaction, Message, Person
from tests.fakes.discord.state import walk
from tests.twin.bridge import Twin

LOCALES = ("en-GB", "de")


class DiscordChat:
    """A Chat in a channel. ``front`` and ``server`` are there for what only Discord has."""

    def __init__(
        self,
        server: Discord | Twin,
        front: DiscordFront,
        person: Person,
        channel: Channel,
        world: World,
        outbox: Outbox,
    ) -> None:
        self.words = words(person.user.locale)
        self.server = server
        self.front = front
        self.person = person
        self.channel = channel
        self._world = world
        self._outbox = outbox

    async def asks(self, words: str) -> None:
        await self._done(await self.person.command(self.channel, "recommend", link=words))

    async def more(self) -> None:
        await self._done(await self._press(Verb.MORE))

    async def cancels(self) -> None:
        await self._done(await self._press(Verb.CANCEL))

    async def rates(self, title: str, emoji: str) -> None:
        message = self._pick(title)
        button = next(item for item in walk(message.components) if item.get("emoji", {}).get("name") == emoji)
        await self._done(await self.person.press(message, button["custom_id"]))

    async def takes_back(self, title: str) -> None:
        message = self._pick(title)
        menu = next(item for item in walk(message.components) if item["type"] == 3)
        await self._done(await self.person.select(message, menu["custom_id"], "-"))

    async def looks_back(self) -> None:
        interaction = await self.person.command(self.channel, "history")
        await self._done(interaction)
        message = await interaction.reply()
        if menus := [item for item in walk(message.components) if item["type"] == 3]:
            await self._done(await self.person.select(message, menus[0]["custom_id"], menus[0]["options"][0]["value"]))

    async def forgets(self) -> None:
        asked = await self.person.command(self.channel, "mydata forget")
        await self._done(asked)
        button = next(item for item in walk((await asked.reply()).components) if item["type"] == 2)
        await self._done(await self.person.press(await asked.reply(), button["custom_id"]))

    async def sees(self) -> str:
        await self.settle()
        return "\n".join(text_of(message) for message in self.person.sees(self.channel))

    async def settle(self) -> None:
        """Lets the bot post what is ready and bring its progress messages up to date."""
        await self._outbox.deliver()
        await asyncio.gather(*await self.front.client.jobs.look())

    async def _done(self, interaction: Interaction) -> None:
        await interaction.acknowledged()

    async def _press(self, verb: Verb) -> Interaction:
        for message in reversed(self.person.sees(self.channel)):
            for item in walk(message.components):
                press = Press.parse(item.get("custom_id") or "")
                if press is not None and press.verb is verb:
                    return await self.person.press(message, item["custom_id"])
        raise AssertionError(f"nothing to press for {verb}")

    def _pick(self, title: str) -> Message:
        """The message of a pick that can be rated."""
        shown = [message for message in self.person.sees(self.channel) if title in text_of(message)]
        return next(message for message in shown if any(item["type"] == 3 for item in walk(message.components)))


def text_of(message: Message) -> str:
    """Everything that a person reads in a message, whatever it is made of."""
    parts = [message.content]
    for item in walk(message.components):
        parts += [str(item[key]) for key in ("content", "label", "placeholder") if item.get(key)]
    for embed in message.embeds:
        parts += [str(embed[key]) for key in ("title", "description") if embed.get(key)]
        parts += [f"{field['name']} {field['value']}" for field in embed.get("fields", [])]
        parts += [str(embed.get("author", {}).get("name", "")), str(embed.get("footer", {}).get("text", ""))]
    return "\n".join(filter(None, parts))


@asynccontextmanager
async def connected(
    world: World, server: Discord | Twin, **settings: object
) -> AsyncIterator[tuple[DiscordFront, Outbox]]:
    """The front end, connected to the fake."""
    chosen = Settings(token=server.token, api_base=server.api_base, gateway=server.gateway_url, **settings)  # type: ignore[arg-type]
    front = DiscordFront(chosen, world.talk, guild_ready_timeout=0.1)
    await front.start()
    running = asyncio.create_task(front.run())
    try:
        await front.client.wait_until_ready()
        await server.until(lambda: any(told.startswith("PUT /applications/") for told in server.requests))
        yield front, Outbox(world.store, world.queue, {front.name: front}, 1)
    finally:
        await front.stop()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def chat(world: World, locale: str, **settings: object) -> AsyncIterator[DiscordChat]:
    """Somebody in the channel of a server that has invited the bot; what the fake was sent is valid."""
    async with Discord() as server:
        channel = server.channel(server.guild("Listeners"), "music")
        person = server.person("Ada", locale=locale)
        async with connected(world, server, **settings) as (front, outbox):
            yield DiscordChat(server, front, person, channel, world, outbox)
        assert not server.violations, "\n".join(server.violations)
