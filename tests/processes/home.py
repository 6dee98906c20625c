"""A YASR of our own to break: the real `yasr up` on a state folder, and a page client that sees what a browser sees."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import psutil

T = TypeVar("T")

PATIENCE_S = 60.0
_READY = re.compile(r"YASR is ready: (http://\S+)")


def yasr(*arguments: str) -> list[str]:
    """The command line of `yasr`, in this very environment."""
    return [sys.executable, "-m", "bot", *arguments]


def free_port() -> int:
    """A port nobody listens on now; a restarted bot must find it again, so the system cannot choose each time."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(look: Callable[[], T], patience_s: float = PATIENCE_S) -> T:
    """Looks again and again until there is something to see."""
    async with asyncio.timeout(patience_s):
        while not (seen := look()):
            await asyncio.sleep(0.02)
        return seen


#: No service but the Deezer of our own is asked anything.
OFFLINE = {
    f"YASR_{name}__ENABLED": "false"
    for name in ("AUDIUS", "ITUNES", "LISTENBRAINZ", "MUSICBRAINZ", "ODESLI", "YOUTUBE")
} | {"YASR_SPOTIFY__PAGE_URL": "http://127.0.0.1:9"}


class Home:
    """One state folder and the `yasr up` on it."""

    def __init__(self, state: Path, **environment: str) -> None:
        self.state = state
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("YASR_")},
            "YASR_STATE_DIR": str(state),
            "YASR_WEB__PORT": str(self.port),
            **OFFLINE,
            "YASR_CATALOGUE__HARVEST": "false",
            "YASR_WORKER__LEASE_S": "2",
            "YASR_WORKER__RECONCILE_S": "0.5",
            "YASR_WORKER__PROCESSES": "1",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.process: Process | None = None

    async def start(self) -> None:
        """Starts it and waits for the line that a person waits for."""
        self.process = await asyncio.create_subprocess_exec(*yasr("up"), env=self.environment, stdout=PIPE)
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            line = (await self.process.stdout.readline()).decode()
        assert _READY.search(line), line

    async def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
        async with asyncio.timeout(15):
            return await self.process.wait()

    def family(self) -> dict[str, psutil.Process]:
        """The children by name."""
        assert self.process is not None
        names = {"workers": "worker", "bot": "bot"}
        found = {}
        for child in psutil.Process(self.process.pid).children():
            line = child.cmdline()
            if not line:  # just gone, or not yet itself
                continue
            name = "redis" if "redis" in line[0] else names[line[line.index("-m") + 1]]
            found[name] = child
        return found

    def kill(self, name: str) -> None:
        """kill -9, and the process is gone when this returns."""
        victim = self.family()[name]
        victim.send_signal(signal.SIGKILL)
        psutil.wait_procs([victim], timeout=5)

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Reads the database as it lies on disk."""
        with closing(sqlite3.connect(f"file:{self.state / 'yasr.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def state_of(self, request_id: str) -> str:
        rows = self.query("SELECT state FROM requests WHERE id = ?", request_id)
        return str(rows[0][0]) if rows else ""


class Page:
    """A browser's page without the browser: a cookie, the forms, and the event stream that comes back by itself."""

    def __init__(self, session: aiohttp.ClientSession, url: str, csrf: str) -> None:
        self._session = session
        self._url = url
        self._csrf = csrf
        self.cards: dict[str, list[str]] = {}
        self._listening = asyncio.create_task(self._listen())

    async def post(self, path: str, **fields: str) -> dict[str, Any]:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json", "X-CSRF": self._csrf}
        async with self._session.post(self._url + path, json=fields, headers=headers) as answer:
            return {"status": answer.status, **(await answer.json())}

    async def html(self) -> str:
        async with self._session.get(self._url + "/") as answer:
            return await answer.text()

    def answered(self, request_id: str) -> bool:
        """Whether the answer was shown on this page."""
        return "delivered" in self.cards.get(request_id, []) or "ready" in self.cards.get(request_id, [])

    async def _listen(self) -> None:
        while True:
            try:
                async with self._session.get(
                    self._url + "/events", timeout=aiohttp.ClientTimeout(total=None)
                ) as stream:
                    event = b""
                    async for line in stream.content:
                        if line.startswith(b"event:"):
                            event = line[6:].strip()
                        if line.startswith(b"data:") and event == b"card":
                            message = json.loads(line[5:])
                            self.cards.setdefault(message["request_id"], []).append(message["state"])
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)


@asynccontextmanager
async def page(home: Home) -> AsyncIterator[Page]:
    """A listener with the page open."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get(home.url + "/") as first:
            assert first.status == 200
            csrf = (await first.text()).split('<meta name="csrf" content="')[1][:64]
        opened = Page(session, home.url, csrf)
        try:
            yield opened
        finally:
            await opened.close()
