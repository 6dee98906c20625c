"""How well known the artists of the catalogue are: one histogram for each meter, and one on the common scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from core.errors import BadInput, NoSuchPath
from core.newcomer import MOST, percentiles
from core.said import said
from core.settings import Catalogue

#: The percentiles at which a scale is given, and at which an installation's own counts are shown.
STEPS = (50, 90, 98)
_FORMATS = (".png", ".svg", ".pdf")
_BARS = 40


def by_meter(counts: Sequence[tuple[int, str, int]]) -> dict[str, NDArray[np.int64]]:
    """The counts of each meter, from (artist id, meter, count); each array has shape (artists,)."""
    meters = sorted({meter for _, meter, _ in counts})
    return {meter: np.array([count for _, named, count in counts if named == meter], np.int64) for meter in meters}


def measured(counts: NDArray[np.int64]) -> list[int]:
    """The counts that 50, 90 and 98 of 100 of these artists stay under, as YASR_CATALOGUE__SCALES wants them."""
    return [round(step) for step in np.percentile(counts, STEPS)]


def plot(counts: Mapping[str, NDArray[np.int64]], limits: Catalogue, file: Path) -> None:
    """Draws the histograms into ``file`` (PNG, SVG or PDF). Raises BadInput and NoSuchPath."""
    if file.suffix.lower() not in _FORMATS:
        raise BadInput(problem=said("“{name}” is not a picture I can draw: name it .png, .svg or .pdf", name=file.name))
    if not file.parent.is_dir():
        raise NoSuchPath(path=str(file.parent))
    figure = Figure(figsize=(8, 2.6 * (len(counts) + 1)), layout="constrained")
    places, *meters = figure.subplots(len(counts) + 1, squeeze=False)[:, 0]
    _draw_places(places, counts, limits)
    for axes, (meter, numbers) in zip(meters, counts.items(), strict=True):
        _draw_counts(axes, meter, numbers, limits.scales.get(meter))
    figure.savefig(file, dpi=120)


def _draw_places(axes: Axes, counts: Mapping[str, NDArray[np.int64]], limits: Catalogue) -> None:
    """Where the artists stand on the common scale, and what each reach lets through."""
    scaled = [percentiles(numbers, limits.scales[meter]) for meter, numbers in counts.items() if meter in limits.scales]
    axes.hist(np.concatenate([np.empty(0), *scaled]), bins=_BARS, range=(0, 100), color="tab:purple")
    for reach, most in MOST.items():
        axes.axvline(most, color="black", linestyle="--" if reach == limits.audience else ":", linewidth=1)
        axes.annotate(reach, (most, 0.97), xycoords=("data", "axes fraction"), ha="right", va="top", rotation=90)
    axes.set(title="Audience of the artists in the catalogue", xlabel="percentile, any meter", ylabel="artists")


def _draw_counts(axes: Axes, meter: str, counts: NDArray[np.int64], scale: tuple[int, int, int] | None) -> None:
    """One meter, on a logarithmic axis; the dotted lines are its scale."""
    edges = np.logspace(0, np.log10(max(10, int(counts.max(initial=0)) + 1)), _BARS)
    axes.hist(np.maximum(counts, 1), bins=list(edges), color="tab:blue")
    axes.set_xscale("log")
    for step, count in zip(STEPS, scale or (), strict=False):
        axes.axvline(count, color="black", linestyle=":", linewidth=1)
        axes.annotate(f"{step} %", (count, 0.97), xycoords=("data", "axes fraction"), ha="right", va="top", rotation=90)
    axes.set(xlabel=f"{meter} ({len(counts):,} artists)", ylabel="artists")
