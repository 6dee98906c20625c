"""A real bot process before a Discord of many servers; the worker's work is done by hand."""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import psutil

from core.store.store import Store
from tests.conversations.world import Hand
from tests.fakes.discord import Channel, Discord, Person
from tests.fakes.discord.limits import Limits
from tests.fakes.queue import FakeQueue
from tests.processes.bots import Bot

#: Text channels of every server: what the bot keeps of an idle server grows with them.
CHANNELS = 20
PATIENCE_S = 120.0


class House:
    """``channels`` holds one channel of every server; ``limits`` says what Discord refused; ``ready_s`` is how long the
    bot took from its start until it had answered somebody on every shard.
    """

    def __init__(self, server: Discord, limits: Limits, store: Store, channels: list[Channel], pid: int) -> None:
        self.server = server
        self.limits = limits
        self.store = store
        self.queue = FakeQueue()
        self.hand = Hand(store, self.queue)
        self.channels = channels
        self.ready_s = 0.0
        self._process = psutil.Process(pid)

    def people(self, count: int) -> list[tuple[Person, Channel]]:
        """New people, spread evenly over the servers."""
        step = len(self.channels) / count
        return [(self.server.person(f"Listener {n}"), self.channels[int(n * step)]) for n in range(count)]

    async def greet(self, shards: int) -> None:
        """Somebody on every shard is answered, which the bot does once it has read what came before."""
        world = self.server.world
        first = {world.concerned(channel.guild)[0].shard: channel for channel in self.channels}
        assert len(first) == shards, f"{len(self.channels)} servers are on {len(first)} of {shards} shards"
        for channel in first.values():
            asked = await self.server.person("Early bird").command(channel, "recommend")
            await asked.acknowledged()

    def memory(self) -> int:
        """The bot's resident memory in bytes."""
        return int(self._process.memory_info().rss)

    def cpu(self) -> float:
        """The bot's processor time so far in seconds."""
        times = self._process.cpu_times()
        return float(times.user + times.system)


@asynccontextmanager
async def house(guilds: int, shards: int, *, validates: bool) -> AsyncIterator[House]:
    """A bot in so many servers, ready. ``validates`` holds all that is said against Discord's description, which takes
    the fake more time than the bot needs to say it.
    """
    limits = Limits()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yasr-load-")))
        server = Discord(validates=validates, limits=limits)
        await server.start()
        stack.push_async_callback(server.stop)
        channels = [_channel(server, number) for number in range(guilds)]
        store = await Store.open(f"sqlite+aiosqlite:///{folder / 'yasr.db'}")
        stack.push_async_callback(store.close)
        began = time.perf_counter()
        bot = await stack.enter_async_context(Bot(server, folder, YASR_DISCORD__SHARDS=str(shards)))
        built = House(server, limits, store, channels, bot.pid)
        await built.greet(shards)
        built.ready_s = time.perf_counter() - began
        yield built


def _channel(server: Discord, number: int) -> Channel:
    """The first channel of a new server."""
    guild = server.guild(f"Server {number}")
    for place in range(CHANNELS):
        server.channel(guild, f"channel-{place}")
    return guild.channels[0]
