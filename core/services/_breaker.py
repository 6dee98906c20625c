"""A circuit breaker: a host that failed several times in a row is left alone for a while (Nygard, Release It!)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Breaker:
    """Opens after ``failures`` in a row, stays open for ``pause_s`` seconds of ``clock``, then lets one trial through.

    Ask :attr:`open`, then make the attempt within :meth:`attempt`, with no ``await`` between the two.
    """

    def __init__(self, failures: int = 5, pause_s: float = 30, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = failures
        self._pause_s = pause_s
        self._clock = clock
        self._in_a_row = 0
        self._closed_from = 0.0
        self._on_trial = False

    @property
    def open(self) -> bool:
        """Whether an attempt would be in vain: the pause is not over, or its one trial is still on its way."""
        return self._in_a_row >= self._most and (self._on_trial or self._clock() < self._closed_from)

    @contextmanager
    def attempt(self, failed: Callable[[Exception], bool]) -> Iterator[None]:
        """One attempt; an error for which ``failed`` is true counts against the host, a cancelled one says nothing."""
        trial = self._in_a_row >= self._most
        self._on_trial |= trial
        try:
            yield
        except Exception as error:
            self._count(failed(error))
            raise
        else:
            self._count(False)
        finally:
            self._on_trial &= not trial

    def _count(self, failed: bool) -> None:
        self._in_a_row = self._in_a_row + 1 if failed else 0
        if self._in_a_row >= self._most:
            self._closed_from = self._clock() + self._pause_s
