"""How long one call goes on: what may pass is tried again, waits are obeyed, and all of it has an end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime

from core.errors import ServiceDown, ServiceTrouble

_YEAR_S = 365 * 86400.0  # nobody means more, and an infinite number cannot be said


class Passing(Exception):
    """A failure that may pass: the trouble it becomes when it does not, and the wait the service asked for."""

    def __init__(self, trouble: ServiceTrouble, after_s: float | None = None) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble
        self.after_s = after_s


def is_down(error: Exception) -> bool:
    """Whether a failure says that the service does not answer."""
    return isinstance(error, Passing) and isinstance(error.trouble, ServiceDown)


class Patience:
    """The time that one call may take, tries and waits together: ``total_s`` seconds of ``clock``."""

    def __init__(self, total_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + total_s

    @property
    def left_s(self) -> float:
        """The seconds left, 0 when there are none."""
        return max(0.0, self._end - self._clock())

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Time that does not count: standing in our own queue is not the service's fault."""
        before = self._clock()
        try:
            yield
        finally:
            self._end += self._clock() - before

    def after(self, error: Exception) -> bool | float:
        """For stamina: whether to try again after ``error``, or after how many seconds."""
        if not isinstance(error, Passing) or self.left_s <= (error.after_s or 0):
            return False
        return True if error.after_s is None else error.after_s


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds by a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3); None when it says nothing."""
    if value.strip().isdecimal():
        return min(float(value), _YEAR_S)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None
