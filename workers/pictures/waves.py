"""The song as a wave."""

from __future__ import annotations

from matplotlib.axes import Axes

from workers.pictures.painting import QUIET, headed
from workers.pictures.shown import Shown

#: Light and dark, so that they differ for every eye.
_EXTREMES, _LEVEL = "#6b8fc4", "#31206b"

#: Beside the heading, where it hides nothing.
_LEGEND = (0.21, 1.0)
_SILENCE = "#d9d9d9"


def waveform(axes: Axes, shown: Shown) -> None:
    """The whole file: the extremes of the samples, and their RMS level within."""
    wave = shown.wave
    axes.fill_between(wave.times, wave.low, wave.high, color=_EXTREMES, linewidth=0.5, label="extremes")
    axes.fill_between(wave.times, -wave.rms, wave.rms, color=_LEVEL, linewidth=0.5, label="RMS")
    peak = float(max(wave.high.max(), -wave.low.min(), 1e-4))
    axes.axhline(0, color=QUIET, linewidth=0.5)
    axes.set(xlabel="seconds", ylabel="amplitude", xlim=(0, shown.seconds), ylim=(-1.06 * peak, 1.06 * peak))
    axes.legend(loc="lower left", bbox_to_anchor=_LEGEND, ncols=2, fontsize=10, frameon=False, borderaxespad=0)
    headed(axes, "Waveform", f"peak at {100 * peak:.1f} % of full scale")


def trimmed(axes: Axes, shown: Shown) -> None:
    """The whole file, the silence that is not listened to shaded."""
    waveform(axes, shown)
    start, end = shown.heard
    for left, right in ((0.0, start), (end, shown.seconds)):
        if right > left:
            axes.axvspan(left, right, facecolor=_SILENCE, edgecolor=QUIET, hatch="//", linewidth=0, zorder=0)
            axes.axvline(left if left else right, color="black", linestyle="--", linewidth=1)
    away = f"{start:.1f} s at the start and {shown.seconds - end:.1f} s at the end are silence (shaded)"
    headed(axes, "Trimmed waveform", away if start or end < shown.seconds else "no silence to trim")
