"""Starting processes, restarting what dies, and stopping all of them in order."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from core import lifeline

log = structlog.get_logger()

#: A child that ends with this status was asked for something impossible: starting it again would not help.
BAD_INPUT = 2
_FIRST_WAIT_S, _LONGEST_WAIT_S, _STEADY_S = 0.2, 30.0, 20.0


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep alive. ``ready`` is awaited after each start; ``patience_s`` is its time to stop."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], Awaitable[None]] | None = None
    patience_s: float = 3.0


class Supervisor:
    """Keeps children alive until told to stop; an async context manager that always leaves none behind."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = children
        self._processes: dict[str, Process] = {}
        self._keepers: list[asyncio.Task[int]] = []

    async def __aenter__(self) -> Supervisor:
        for child in self._children:
            started = asyncio.Event()
            keeper = asyncio.create_task(self._keep(child, started), name=child.name)
            self._keepers.append(keeper)
            start: asyncio.Task[Any] = asyncio.create_task(started.wait())
            await asyncio.wait([keeper, start], return_when=asyncio.FIRST_COMPLETED)
            start.cancel()
        return self

    async def __aexit__(self, *_: object) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for child in reversed(self._children):
            await self._stop(child)

    async def run(self) -> int:
        """Waits until SIGTERM or SIGINT (then 0) or until a child cannot go on (then its status)."""
        stopping = asyncio.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
        stop: asyncio.Task[Any] = asyncio.create_task(stopping.wait())
        done, _ = await asyncio.wait([stop, *self._keepers], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        return next((keeper.result() for keeper in self._keepers if keeper in done), 0)

    async def _keep(self, child: Child, started: asyncio.Event) -> int:
        """Starts the child again and again; ends only when its status says that this is useless."""
        wait_s = _FIRST_WAIT_S
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            process = await self._start(child)
            if child.ready is not None:
                await child.ready()
            started.set()
            status = await process.wait()
            if status == BAD_INPUT:
                return status
            wait_s = _FIRST_WAIT_S if clock() - began > _STEADY_S else wait_s
            log.warning("a process died and is started again", name=child.name, status=status, in_s=wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    async def _start(self, child: Child) -> Process:
        process = await asyncio.create_subprocess_exec(
            *child.command,
            stdin=PIPE,
            env={**os.environ, **child.environment, **lifeline.ENVIRONMENT},
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop the others in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        self._processes[child.name] = process
        log.info("started", name=child.name, pid=process.pid)
        return process

    async def _stop(self, child: Child) -> None:
        process = self._processes.get(child.name)
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(child.patience_s):
                await process.wait()
        except TimeoutError:
            log.warning("killed, because it did not stop", name=child.name)
            process.kill()
            await process.wait()


def _die_with_parent() -> None:
    """For children that do not watch the lifeline (Redis): Linux's PR_SET_PDEATHSIG, see prctl(2)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def python(module: str, *arguments: str) -> list[str]:
    """The command line of one of our own processes."""
    return [sys.executable, "-m", module, *arguments]
