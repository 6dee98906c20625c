"""What a child of the pool draws. Matplotlib is loaded there alone: it takes a second, and memory for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from core.orders import Sheet
from core.settings import Audio


@dataclass(frozen=True, slots=True)
class Drawn:
    """A PNG, and what it shows in words where the bot cannot know."""

    png: bytes
    alt: str = ""


def charts(sheet: Sheet) -> Drawn:
    """A sheet as a picture."""
    from workers.pictures.charts.sheet import png

    return Drawn(png(sheet))


def portrait(data: bytes | Path, title: str, names: Sequence[str], limits: Audio) -> Drawn:
    """The pictures of a song that go by these names. Raises what decoding raises, and UnknownChoice."""
    from workers.audio.decode import decode
    from workers.audio.trim import trim
    from workers.pictures import Shown, alt_text, draw

    whole = decode(data, title, limits)
    shown = Shown.of(whole, trim(whole, title))
    file = BytesIO()
    draw(shown, file, names, title=title)
    return Drawn(file.getvalue(), " ".join(alt_text(shown, name) for name in names))
