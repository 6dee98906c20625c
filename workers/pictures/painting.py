"""What the pictures have in common: headings, rows of colours over time, colour bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes

from core.model import Vector
from workers.pictures.shown import Shown

#: For all that is no data.
QUIET = "#595959"

#: Left, bottom, width and height of a colour bar, in parts of its picture.
_BAR = (1.012, 0.0, 0.014, 1.0)

#: Rows that are each some pixels high.
_FEW = 50


@dataclass(frozen=True, slots=True)
class Paint:
    """What colours mean: the colour map, the values at its two ends, and the words beside the bar."""

    colours: str
    low: float
    high: float
    label: str


def headed(axes: Axes, heading: str, note: str) -> None:
    """The picture's name over its left end, and what else must be known over its right one."""
    axes.set_title(heading, loc="left", fontsize=13, fontweight="bold")
    axes.set_title(note, loc="right", fontsize=11, color=QUIET)
    axes.tick_params(labelsize=11)
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set_fontsize(11)


def over_time(axes: Axes, shown: Shown, rows: Vector, paint: Paint, top: float = 0) -> None:
    """``rows`` (K, T) over the seconds of the song, at 0 … K - 1, or evenly between 0 and ``top``."""
    start, end = shown.part
    low, high = (0.0, top) if top else (-0.5, len(rows) - 0.5)
    painted(axes, rows, paint, (start, start + rows.shape[1] * shown.step, low, high))
    axes.set(xlabel="seconds", xlim=(start, end))


def painted(axes: Axes, rows: Vector, paint: Paint, extent: tuple[float, float, float, float]) -> None:
    """``rows`` as colours, the first at the bottom, with a bar that tells what they mean."""
    image = axes.imshow(rows, paint.colours, aspect="auto", origin="lower", extent=extent)
    image.set_clim(paint.low, paint.high)
    # Columns are about as many as pixels; only many rows must be averaged, and few should not run into each other.
    image.set_interpolation("nearest" if len(rows) <= _FEW else "auto")
    bar = axes.figure.colorbar(image, cax=axes.inset_axes(_BAR))
    bar.set_label(paint.label, fontsize=11)
    bar.ax.tick_params(labelsize=10)


def marked(axes: Axes, places: Mapping[float, str], label: str) -> None:
    """These ticks on the vertical axis and no others."""
    axes.set_yticks(list(places), list(places.values()))
    axes.set_ylabel(label)
