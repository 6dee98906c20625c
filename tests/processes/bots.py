"""A real bot process in front of the Discord or the Telegram of the tests: started, killed, started again."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Self

from bot import redis_server
from tests.fakes.discord import Discord
from tests.fakes.telegram import Telegram
from tests.processes.home import OFFLINE, yasr

_START_S = 60


class YasrBot:
    """`yasr bot` on a state folder, with a Redis of its own; an async context manager."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._folder = folder
        self._log = folder / "bot.log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("YASR_")},
            **OFFLINE,
            "YASR_STATE_DIR": str(folder),
            "YASR_WEB__ENABLED": "false",
            "YASR_DEEZER__BASE_URL": "http://127.0.0.1:9",  # no clip of a pick is fetched
            **environment,
        }
        self._process: Process | None = None
        self._exit = AsyncExitStack()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> Self:
        url = await self._exit.enter_async_context(redis(self._folder / "redis"))
        self._environment["YASR_REDIS_URL"] = url
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()
        await self._exit.aclose()

    async def start(self) -> None:
        """Starts it and waits until it listens."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *yasr("bot"), env=self._environment, stdout=DEVNULL, stderr=log
            )
        await self.listening()

    async def listening(self) -> None:
        """Waits until the platform sees it listen."""
        raise NotImplementedError

    async def ended(self) -> tuple[int, str]:
        """Waits until it ends by itself: its exit status, and all that it wrote to standard error."""
        assert self._process is not None
        return await self._process.wait(), self._log.read_text()

    def terminate(self) -> None:
        """SIGTERM."""
        assert self._process is not None
        self._process.terminate()

    async def kill(self) -> None:
        """kill -9."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class Bot(YasrBot):
    """``async with Bot(server, folder) as bot``, on Discord."""

    def __init__(self, server: Discord, folder: Path, **environment: str) -> None:
        super().__init__(
            folder,
            YASR_DISCORD__TOKEN=server.token,
            YASR_DISCORD__API_BASE=server.api_base,
            YASR_DISCORD__GATEWAY=server.gateway_url,
            **environment,
        )
        self._server = server
        self._shards = int(environment.get("YASR_DISCORD__SHARDS", "1"))
        self._sessions = 0

    async def listening(self) -> None:
        """Until all its shards are connected and Discord knows its commands."""
        world = self._server.world
        self._sessions += self._shards
        await self._server.until(lambda: len(world.sessions) >= self._sessions, _START_S)
        await self._server.until(lambda: world.commands.get(None), _START_S)


class TelegramBot(YasrBot):
    """The same on Telegram."""

    def __init__(self, server: Telegram, folder: Path, **environment: str) -> None:
        super().__init__(
            folder,
            YASR_TELEGRAM__TOKEN=server.token,
            YASR_TELEGRAM__API_BASE=server.base_url,
            YASR_TELEGRAM__FILE_BASE=server.base_file_url,
            **environment,
        )
        self._server = server

    async def listening(self) -> None:
        """Until it has asked for updates."""
        asked = sum(method == "getUpdates" for method, _ in self._server.requests)
        await self._server.until(
            lambda: sum(method == "getUpdates" for method, _ in self._server.requests) > asked, _START_S
        )


@asynccontextmanager
async def redis(folder: Path) -> AsyncIterator[str]:
    """The embedded Redis; its address."""
    child = redis_server.child(folder)
    process = await asyncio.create_subprocess_exec(*child.command, stdout=DEVNULL, stderr=DEVNULL)
    try:
        assert child.ready is not None
        await child.ready()
        yield redis_server.url(folder)
    finally:
        process.terminate()
        await process.wait()
