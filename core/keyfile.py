"""Secrets of this installation in files that their owner alone can read."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept(file: Path, make: Callable[[], bytes]) -> bytes:
    """What the file holds; made on first need. Of several processes the first wins, and nobody reads half a secret."""
    if not file.exists():
        draft = _draft(file, make())
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_bytes()


def replace(file: Path, secret: bytes) -> None:
    """Puts another secret in the place of the one in the file."""
    _draft(file, secret).replace(file)


def _draft(file: Path, secret: bytes) -> Path:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_bytes(secret)
    return draft
