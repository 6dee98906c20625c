"""Recorded answers of music services, from the folder "shared" beside the repository; tests skip without it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
FOLDER = SHARED / "recordings"

needs_recordings = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recordings beside the repository")


@dataclass(frozen=True, slots=True)
class Recording:
    """One answer: the address it was asked for, and what came back."""

    url: str
    status: int
    body: Any


def load(name: str) -> Recording:
    """The recording ``name``, for example "deezer/artist_27.json"."""
    saved = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return Recording(saved["url"], saved["status"], saved["body"])
