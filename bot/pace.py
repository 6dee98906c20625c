"""How long a stage will still take, from how fast it went so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from core.model import Request, State

#: Before so much of a stage was seen (songs, seconds), a guess would jump about.
_SONGS, _SECONDS = 3, 5.0
#: How many requests are remembered.
_MOST = 1000


@dataclass(frozen=True, slots=True)
class _Begun:
    """When a stage was first looked at, and how far it was."""

    stage: str
    done: int
    at: float


class Pace:
    """Watches requests as they are drawn; after a restart it watches anew."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: dict[str, _Begun] = {}

    def left(self, request: Request) -> float | None:
        """Seconds that the stage still takes at its pace so far; None while that cannot be told."""
        progress, now = request.progress, self._clock()
        begun = self._begun.get(request.id)
        if request.state is not State.WORKING or not progress.total:
            self._begun.pop(request.id, None)
            return None
        if begun is None or begun.stage != progress.stage or begun.done > progress.done:
            self._begun[request.id] = _Begun(progress.stage, progress.done, now)
            if len(self._begun) > _MOST:
                del self._begun[next(iter(self._begun))]
            return None
        songs, seconds = progress.done - begun.done, now - begun.at
        if songs < _SONGS or seconds < _SECONDS:
            return None
        return (progress.total - progress.done) * seconds / songs
