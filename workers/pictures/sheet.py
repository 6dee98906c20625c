"""Pictures of one song, one under the other, in a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from core.errors import BadInput, NoSuchPath
from core.said import said
from workers.pictures.lettering import families, written
from workers.pictures.naming import known
from workers.pictures.notes import chroma, self_similarity
from workers.pictures.shown import Shown
from workers.pictures.spectra import cepstrum, log_spectrogram, mel, spectrogram
from workers.pictures.waves import trimmed, waveform

PICTURES: Mapping[str, Callable[[Axes, Shown], None]] = MappingProxyType(
    {
        "waveform": waveform,
        "trimmed": trimmed,
        "spectrogram": spectrogram,
        "log-spectrogram": log_spectrogram,
        "mel": mel,
        "mfcc": cepstrum,
        "chroma": chroma,
        "self-similarity": self_similarity,
    }
)

#: Pixels.
WIDTH = 1200
_HEIGHTS = {"waveform": 280, "trimmed": 280, "self-similarity": 860}
_HEIGHT, _TITLE = 360, 50


#: Pixels per inch, and inches around each picture.
_DPI, _PAD = 100, 0.12
_FORMATS = (".png", ".jpg", ".jpeg", ".webp", ".svg", ".pdf")

#: Points, and the part of the width a title may take.
_SIZE, _ROOM = 17, 0.96


def draw(shown: Shown, file: Path | BinaryIO, names: Sequence[str] = (), *, title: str = "") -> None:
    """Draws the pictures of these names, all without any, one under the other, :data:`WIDTH` pixels wide.

    A path's suffix says the format: PNG, JPEG, WebP, SVG or PDF; anything else that is open for writing gets a PNG.
    Raises UnknownChoice for a name that is none of :data:`PICTURES`, BadInput for another suffix, and NoSuchPath.
    """
    chosen = [known(name, PICTURES) for name in names or PICTURES]
    form = _format(file)
    heights = [_HEIGHTS.get(name, _HEIGHT) for name in chosen]
    line = written(title)
    size = (WIDTH / _DPI, (sum(heights) + (_TITLE if line else 0)) / _DPI)
    layout = ConstrainedLayoutEngine(w_pad=_PAD, h_pad=_PAD)
    figure = Figure(figsize=size, dpi=_DPI, layout=layout, facecolor="white")
    places = figure.subplots(len(chosen), squeeze=False, gridspec_kw={"height_ratios": heights})[:, 0]
    for axes, name in zip(places, chosen, strict=True):
        PICTURES[name](axes, shown)
    if line:
        _entitle(figure, line)
    # Twice as fast as the usual 6, and a twentieth larger.
    quick: dict[str, Any] = {"pil_kwargs": {"compress_level": 4}} if form == "png" else {}
    figure.savefig(file, dpi=_DPI, format=form, **quick)


def _format(file: Path | BinaryIO) -> str:
    if not isinstance(file, Path):
        return "png"
    if file.suffix.lower() not in _FORMATS:
        raise BadInput(problem=said("“{name}” is not a picture I can draw: name it .png, .svg or .pdf", name=file.name))
    if not file.parent.is_dir():
        raise NoSuchPath(path=str(file.parent))
    return file.suffix.lower().removeprefix(".")


def _entitle(figure: Figure, line: str) -> None:
    """Smaller where it would be wider than the picture; a dollar sign is a dollar sign."""
    text = figure.suptitle(line, fontsize=_SIZE, fontweight="bold", fontfamily=list(families()), parse_math=False)
    text.set_fontsize(_SIZE * min(1.0, _ROOM * WIDTH / max(1.0, text.get_window_extent().width)))
