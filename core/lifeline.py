"""A child's lifeline to its supervisor: its standard input, which ends when the supervisor does, even by kill -9."""

from __future__ import annotations

import os
import signal
import sys
from threading import Thread

_VARIABLE = "YASR_LIFELINE"
#: What a supervisor adds to the environment of a child that it holds by its standard input.
ENVIRONMENT = {_VARIABLE: "1"}


def hold() -> None:
    """Asks this process to stop when its supervisor is gone; does nothing in a process without a supervisor."""
    if os.environ.get(_VARIABLE):
        Thread(target=_watch, name="lifeline", daemon=True).start()


def _watch() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
