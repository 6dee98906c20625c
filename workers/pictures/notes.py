"""The song as notes, and as a form that repeats itself."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from workers.pictures.painting import Paint, headed, marked, over_time, painted
from workers.pictures.shown import Shown

#: Pitch classes, C first.
NOTES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")

_LIKENESS = Paint("viridis", 0, 1, "likeness (1: the same)")


def chroma(axes: Axes, shown: Shown) -> None:
    """The twelve pitch classes, whatever their octave."""
    strongest = max(0.4, float(np.percentile(shown.chroma, 99.5)))
    over_time(axes, shown, shown.chroma, Paint("viridis", 0, strongest, "strength"))
    marked(axes, dict(enumerate(NOTES)), "pitch class")
    headed(axes, "Chroma", shown.note)


def self_similarity(axes: Axes, shown: Shown) -> None:
    """Any two moments compared: squares are passages of one sound, stripes beside the diagonal are repetitions."""
    start, end = shown.part
    painted(axes, shown.alike, _LIKENESS, (start, end, start, end))
    axes.set_aspect("equal")
    axes.set(xlabel="seconds", ylabel="seconds")
    axes.set_yticks(axes.get_xticks())
    axes.set(xlim=(start, end), ylim=(start, end))
    headed(axes, "Self-similarity", shown.note)
