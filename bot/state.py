"""The state folder: who may use it."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import keyfile
from core.errors import AlreadyRunning

_LOCK = "up.lock"


@contextmanager
def only_one(state_dir: Path) -> Iterator[None]:
    """Holds the folder for this `yasr up`; raises AlreadyRunning when another one does."""
    state_dir.mkdir(parents=True, exist_ok=True)
    with (state_dir / _LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(state_dir=str(state_dir), pid=lock.read().strip() or "unknown") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def is_running(state_dir: Path) -> bool:
    """Whether a `yasr up` holds the folder."""
    if not (state_dir / _LOCK).exists():
        return False
    try:
        with only_one(state_dir):
            return False
    except AlreadyRunning:
        return True


def key(state_dir: Path) -> bytes:
    """A secret of this installation, made on first need and readable by its owner alone."""
    return keyfile.kept(state_dir / "secret.key", lambda: secrets.token_bytes(32))
