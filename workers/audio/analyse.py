"""A sound file → features, in one call that can be sent to another process."""

from __future__ import annotations

from pathlib import Path

from core.model import Features
from core.settings import Audio
from workers.audio.decode import decode
from workers.audio.extractor import BasicExtractor
from workers.audio.trim import trim


def analyse(data: bytes | Path, name: str, limits: Audio) -> Features:
    """Decode, trim, extract; ``name`` is what errors call the file. Raises what decode and trim raise."""
    sound = trim(decode(data, name, limits), name)
    return BasicExtractor().extract(sound.samples, sound.rate)
