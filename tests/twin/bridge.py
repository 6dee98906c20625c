"""The foreign server with its gaps closed: discord.py speaks with this bridge, and the bridge with the twin."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TypeVar
from unittest.mock import patch

import aiohttp
import yarl
from aiohttp import web

from tests.fakes.discord.state import Channel, Guild, Message, User
from tests.fakes.discord.world import World
from tests.twin.gateway import Gateway
from tests.twin.people import Person
from tests.twin.process import Process
from tests.twin.rest import Rest
from tests.twin.upstream import API, Upstream

T = TypeVar("T")

BOT = "YASR"


class Twin:
    """``async with Twin() as twin`` starts the twin and the bridge, and points discord.py at it.

    There is one guild with ``channels`` and ``people``, all known by their names; a Person acts. ``requests`` holds
    what was asked, as "METHOD /path"; ``unanswered`` those that the twin does not know.
    """

    def __init__(
        self, *, guild: str = "Listeners", channels: Sequence[str] = ("music",), people: Sequence[str] = ("Ada", "Bob")
    ) -> None:
        self._guild, self._channels, self._people = guild, list(channels), list(people)
        self._twin: Upstream
        self._rest: Rest
        self._gateway: Gateway
        self._open = contextlib.AsyncExitStack()

    @property
    def world(self) -> World:
        return self._twin.world

    @property
    def api_base(self) -> str:
        """Where the REST interface is, as discord.http.Route.BASE wants it."""
        return self.world.base_url + API

    @property
    def gateway_url(self) -> str:
        return self.world.base_url.replace("http", "ws") + "/gateway"

    @property
    def token(self) -> str:
        return self.world.token

    @property
    def bot(self) -> User:
        return self.world.bot

    @property
    def guild(self) -> Guild:
        return self.world.guilds[self._twin.place.guild]

    @property
    def requests(self) -> list[str]:
        return self._rest.requests

    @property
    def unanswered(self) -> list[str]:
        return self._twin.unanswered

    def channel(self, name: str) -> Channel:
        """The text channel of that name."""
        return self.world.channels[self._twin.place.channels[name]]

    def person(self, name: str) -> Person:
        """The person of that name."""
        return Person(self.world.users[self._twin.place.people[name]], self._twin)

    def messages(self, channel: Channel) -> list[Message]:
        """What everybody sees in a channel; ``Person.sees`` adds what only one of them does."""
        return [message for message in channel.messages.values() if not message.ephemeral]

    async def next_message(self, channel: Channel) -> Message:
        """Waits for the bot's next message that says something; each message is given once, ephemeral ones too."""

        def unseen() -> Message | None:
            mine = (one for one in channel.messages.values() if one.author is self.bot and not one.loading)
            return next((one for one in mine if int(one.id) > int(channel.seen)), None)

        message = await self.until(unseen)
        channel.seen = message.id
        return message

    async def until(self, answer: Callable[[], T | None], seconds: float = 10) -> T:
        """Waits until ``answer()`` is true, and gives it; asked again after everything that happens on the server."""
        return await self.world.until(answer, seconds)

    async def cut(self) -> None:
        """Ends the gateway's connections, as a failing network would."""
        await self._gateway.cut()

    async def __aenter__(self) -> Twin:
        async with contextlib.AsyncExitStack() as stack:
            process = Process()
            stack.push_async_callback(process.stop)
            place = await process.start(guild=self._guild, channels=self._channels, people=self._people, bot=BOT)
            session = await stack.enter_async_context(aiohttp.ClientSession())
            self._twin = Upstream(process, place, session, BOT, self._guild)
            await self._twin.meet()
            await self._listen(stack)
            stack.enter_context(patch("discord.http.Route.BASE", self.api_base))
            stack.enter_context(patch("discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY", yarl.URL(self.gateway_url)))
            self._open = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def _listen(self, stack: contextlib.AsyncExitStack) -> None:
        """The bridge listens on a port of the system's choice."""
        self._rest, self._gateway = Rest(self._twin), Gateway(self._twin)
        app = web.Application(client_max_size=30 * 2**20)
        self._rest.add_to(app)
        app.router.add_get("/gateway", self._gateway.handle)
        runner = web.AppRunner(app, shutdown_timeout=1)
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(self._gateway.cut)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.world.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
