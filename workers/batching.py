"""Songs that wait for a process are heard together, as many as the device likes; one bad file still fails alone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pebble import ProcessExpired

from core.errors import BadInput
from core.model import Features
from workers.audio.analyse import File

Answer = asyncio.Future[Features]
#: Hears files with a fitted vector in one process; raises when the process is lost.
Hear = Callable[[Sequence[File], Path | None], Awaitable[list[Features | BadInput]]]

#: What may happen to a process; the file that did it is found by hearing each alone.
LOST = (TimeoutError, MemoryError, ProcessExpired)


@dataclass(frozen=True, slots=True, eq=False)
class _Song:
    file: File
    fitted: Path | None
    answer: Answer


class Batches:
    """At most ``at_once`` batches of at most ``size`` songs; a song alone waits for nobody. Of one event loop."""

    def __init__(self, hear: Hear, size: int, at_once: int) -> None:
        self._hear = hear
        self._size = size
        self._free = asyncio.Semaphore(at_once)
        self._waiting: deque[_Song] = deque()
        self._turns: set[asyncio.Task[None]] = set()

    async def heard(self, file: File, fitted: Path | None) -> Features:
        """The features of one file. Raises what is wrong with it, or what happened to its process."""
        answer: Answer = asyncio.get_running_loop().create_future()
        self._waiting.append(_Song(file, fitted, answer))
        turn = asyncio.create_task(self._turn())
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        return await answer

    async def _turn(self) -> None:
        """Takes what waits when a process is free: all of it, if this song's own turn comes late."""
        async with self._free:
            if some := self._next():
                await self._together(some)

    def _next(self) -> list[_Song]:
        some: list[_Song] = []
        while self._waiting and len(some) < self._size:
            if some and self._waiting[0].fitted != some[0].fitted:
                break
            song = self._waiting.popleft()
            if not song.answer.done():  # whoever asked may have gone
                some.append(song)
        return some

    async def _together(self, some: Sequence[_Song]) -> None:
        work = asyncio.ensure_future(self._hear([song.file for song in some], some[0].fitted))

        def unwanted(_: Answer) -> None:
            if all(song.answer.done() for song in some):
                work.cancel()

        for song in some:
            song.answer.add_done_callback(unwanted)
        await asyncio.wait([work])
        for song in some:
            song.answer.remove_done_callback(unwanted)
        if not work.cancelled() and isinstance(work.exception(), LOST) and len(some) > 1:
            for song in some:
                await self._together([song])
            return
        _settle(some, work)


def _settle(some: Sequence[_Song], work: asyncio.Future[list[Features | BadInput]]) -> None:
    """Gives everybody who still waits their answer."""
    waiting = [(place, song.answer) for place, song in enumerate(some) if not song.answer.done()]
    for place, answer in waiting:
        if work.cancelled():
            answer.cancel()
        elif error := work.exception():
            answer.set_exception(error)
        elif isinstance(found := work.result()[place], BadInput):
            answer.set_exception(found)
        else:
            answer.set_result(found)
