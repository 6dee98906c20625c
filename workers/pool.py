"""The process pool where sums are done, away from the event loop.

Decoders are given whatever strangers send. So each file is taken apart in a child process with limited time and memory:
a file that hangs or kills its decoder costs that one file.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from pathlib import Path
from threading import Lock, Thread
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from core.errors import AudioTrouble, BadInput
from core.model import Features
from core.said import said
from core.settings import Audio
from workers.audio.analyse import File, analyse_all
from workers.audio.decode import refuse_large
from workers.batching import Batches
from workers.device import Device, one_thread

T = TypeVar("T")

_PRELOADED = ["workers.audio.analyse", "workers.pool"]


def _context() -> BaseContext:
    """Children that are clones of a small server with torch loaded, where the system can do it; else fresh ones."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
    os._exit(1)


def _limit_memory(memory_mb: int) -> None:
    """Address space on top of what the loaded libraries take: a torch with CUDA maps several GiB before any work."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _start_child(memory_mb: int) -> None:
    """Runs once in each child; pebble has made it deaf to SIGINT before. No memory limit where ``memory_mb`` is 0."""
    import signal

    # pebble's handler waits for the interpreter, and a decoder in C does not return to it: die at once.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_die_with_parent, name="die-with-parent", daemon=True).start()
    one_thread()
    if sys.platform == "linux" and memory_mb:
        _limit_memory(memory_mb)


#: Where nobody says otherwise.
_CPU = Device("cpu", 1, 1)


class Pool:
    """At most ``processes`` files at a time, each within the time and memory of ``limits``; others wait their turn.

    Where ``device`` likes batches, what waits is heard together. A process with a GPU has no memory limit: CUDA
    reserves more addresses than any limit would allow. Belongs to one event loop. Children start with the first file.
    """

    def __init__(self, processes: int, limits: Audio, device: Device = _CPU) -> None:
        self.processes = processes
        #: How many songs keep it busy: some are heard while as many are fetched.
        self.room = 2 * processes * device.batch
        self._limits = limits
        self._device = device
        self._batches = Batches(self._hear, device.batch, processes)
        self._turn = asyncio.Semaphore(processes)
        self._pool = self._new()
        self._running: set[ProcessFuture[Any]] = set()
        self._changing = Lock()
        self._closed = False

    def _new(self) -> ProcessPool:
        memory_mb = self._limits.memory_mb if self._device.name == "cpu" else 0
        return ProcessPool(self.processes, initializer=_start_child, initargs=(memory_mb,), context=_context())

    async def analyse(self, data: bytes | Path, name: str, fitted: Path | None = None) -> Features:
        """Features of a sound file; ``fitted`` is the file of the vector, if not the usual.

        Raises what :func:`workers.audio.analyse.opened` raises, and AudioTrouble for a file that takes too long, too
        much memory, or its process with it.
        """
        refuse_large(data, name, self._limits)
        try:
            return await self._batches.heard((data, name), fitted)
        except TimeoutError as error:
            raise AudioTrouble(
                name=name, problem=said("it takes more than {seconds} seconds", seconds=f"{self._limits.timeout_s:g}")
            ) from error
        except MemoryError as error:
            raise AudioTrouble(
                name=name, problem=said("it needs more than {memory} MiB", memory=str(self._limits.memory_mb))
            ) from error
        except ProcessExpired as error:
            raise AudioTrouble(name=name, problem=said("it makes the decoder crash")) from error

    async def _hear(self, files: Sequence[File], fitted: Path | None) -> list[Features | BadInput]:
        device = self._device
        return await self.run(
            analyse_all,
            files,
            self._limits,
            fitted,
            device.name,
            device.batch,
            device.threads,
            timeout_s=len(files) * self._limits.timeout_s,
        )

    async def run(self, function: Callable[..., T], *args: object, timeout_s: float = 0) -> T:
        """``function(*args)`` in a child; both must be picklable. Cancelling the wait kills the child.

        It may take ``timeout_s`` seconds, or as long as one file.

        Raises what the function raises, TimeoutError, pebble.ProcessExpired, or RuntimeError when closed.
        """
        async with self._turn:
            try:
                return await self._once(timeout_s, function, *args)
            except BrokenExecutor:
                # Every child was killed from outside while idle: pebble gives such a pool up, a new one goes on.
                return await self._once(timeout_s, function, *args)

    async def _once(self, timeout_s: float, function: Callable[..., T], *args: object) -> T:
        await asyncio.to_thread(self._make_ready)
        future = self._pool.schedule(function, args=args, timeout=timeout_s or self._limits.timeout_s)
        self._running.add(future)
        try:
            return await asyncio.wrap_future(future)
        finally:
            self._running.discard(future)

    def _make_ready(self) -> None:
        """Starts the children, which takes seconds the first time, or replaces a pool that broke."""
        with self._changing:
            if self._closed:
                raise RuntimeError("the pool is closed")
            while not self._pool.active:  # asking starts a new one
                self._pool.join()
                self._pool = self._new()

    def close(self) -> None:
        """Stops all children, busy or not; who still waits for one is cancelled."""
        with self._changing:
            self._closed = True
            for future in tuple(self._running):  # a copy: the event loop goes on beside us
                future.cancel()  # type: ignore[no-untyped-call]
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
