"""The foreign server as a process: started, told what to do, stopped."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from tests.twin.install import FOLDER

_LINE_LIMIT = 16 * 2**20
_START_S = 30


@dataclass(frozen=True, slots=True)
class Place:
    """Where the twin listens, and the ids of what it made; ``channels`` and ``people`` are ids by name."""

    port: int
    token: str
    bot: str
    guild: str
    channels: dict[str, str]
    people: dict[str, str]


class Process:
    """``start`` it, ``tell`` it the commands of twin.mjs, ``stop`` it."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._asked: deque[asyncio.Future[dict[str, Any]]] = deque()

    async def start(self, **seed: Any) -> Place:
        """Starts the twin with a guild, its channels and people; it takes a port of the system's choice."""
        pipe = asyncio.subprocess.PIPE
        command = ["node", str(FOLDER / "twin.mjs"), json.dumps(seed)]
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=_LINE_LIMIT)
        self._process = process
        assert process.stdout is not None
        async with asyncio.timeout(_START_S):
            line = await process.stdout.readline()
        assert line, "the twin ended before it listened"
        self._reading = asyncio.create_task(self._read(process.stdout))
        return Place(**json.loads(line))

    async def tell(self, command: str, **values: Any) -> Any:
        """Has a command carried out, after those before it; gives its result."""
        assert self._process is not None and self._process.stdin is not None
        answer = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        self._process.stdin.write(json.dumps({"command": command, **values}).encode() + b"\n")
        line = await answer
        assert "error" not in line, line["error"]
        return line["result"]

    async def stop(self) -> None:
        """Closes its standard input, at which it ends."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        if self._reading is not None:
            await self._reading
        await self._process.wait()

    async def _read(self, lines: asyncio.StreamReader) -> None:
        async for line in lines:
            answer = self._asked.popleft()
            if not answer.done():
                answer.set_result(json.loads(line))
        for answer in self._asked:
            answer.set_exception(ConnectionError("the twin has ended"))
