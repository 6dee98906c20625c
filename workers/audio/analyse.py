"""Sound files → features, in calls that can be sent to another process."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from core.errors import BadInput
from core.model import Features
from core.settings import Audio
from workers.audio.decode import Sound, decode
from workers.audio.extractor import Timbre
from workers.audio.projection import projection
from workers.audio.trim import trim

#: A sound file, or its place, and what errors call it.
File = tuple[bytes | Path, str]


def opened(data: bytes | Path, name: str, limits: Audio) -> Sound:
    """Decoded and trimmed. Raises what decode and trim raise."""
    return trim(decode(data, name, limits), name)


def analyse(data: bytes | Path, name: str, limits: Audio, fitted: Path | None = None) -> Features:
    """The features of one file. Raises what decode and trim raise."""
    (found,) = analyse_all([(data, name)], limits, fitted)
    if isinstance(found, BadInput):
        raise found
    return found


def analyse_all(
    files: Sequence[File],
    limits: Audio,
    fitted: Path | None = None,
    device: str = "cpu",
    batch: int = 1,
    threads: int = 1,
) -> list[Features | BadInput]:
    """The features of each file, or what is wrong with it; ``fitted`` is the file of the vector, if not the usual.

    While some songs are heard, the next are decoded by so many ``threads``; more than two batches are never held.
    """
    extractor = Timbre(projection(fitted), device, batch)
    found: list[Features | BadInput] = []
    with ThreadPoolExecutor(threads, "decode") as decoders:
        waiting: list[Future[Sound | BadInput]] = []
        for start in range(0, len(files) + batch, batch):
            ready = [future.result() for future in waiting]
            waiting = [decoders.submit(_tried, *file, limits) for file in files[start : start + batch]]
            found.extend(_heard(ready, extractor))
    return found


def _tried(data: bytes | Path, name: str, limits: Audio) -> Sound | BadInput:
    try:
        return opened(data, name, limits)
    except BadInput as trouble:
        return trouble


def _heard(sounds: Sequence[Sound | BadInput], extractor: Timbre) -> list[Features | BadInput]:
    good = [sound for sound in sounds if isinstance(sound, Sound)]
    heard = iter(extractor.extract_all([sound.samples for sound in good], good[0].rate) if good else [])
    return [measured(next(heard), sound) if isinstance(sound, Sound) else sound for sound in sounds]


def measured(features: Features, sound: Sound) -> Features:
    """The features of a sound with its loudness, which is that of all channels, before anything was trimmed.

    Its sequence begins where the sound does, silence and all.
    """
    loudness = {"loudness": sound.loudness, "loudness_range": sound.loudness_range}
    known = {name: value for name, value in loudness.items() if value is not None}
    sequence = features.sequence
    if sequence is not None:
        sequence = replace(sequence, start_s=sequence.start_s + sound.start_s)
    return replace(features, named={**features.named, **known}, sequence=sequence)
