"""A taste: its features around a centre, its songs on a map, the sizes of its artists."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.projections.polar import PolarAxes

from core.orders import Histogram, Map, Radar
from workers.pictures.charts.ground import HATCHES, MARKERS, MEDIUM, SMALL, Ground, legend, plain, unmathematical
from workers.pictures.lettering import written

_BAR = 0.8
#: Letters of a feature's name that have room beside the net.
_LETTERS = 11
#: So much of the map lies around its songs.
_AROUND = 0.06


def radar(axes: PolarAxes, part: Radar, ground: Ground) -> None:
    """The first feature at the top, the others clockwise."""
    axes.set_facecolor(ground.ground)
    axes.set_theta_offset(np.pi / 2)
    axes.set_theta_direction(-1)
    angles = np.linspace(0, 2 * np.pi, len(part.axes), endpoint=False)
    round_again = np.append(angles, angles[0])
    places = np.array([axis.place for axis in part.axes])
    axes.plot(round_again, np.append(places, places[0]), color=ground.kinds[0], linewidth=3)
    axes.fill(round_again, np.append(places, places[0]), color=ground.kinds[0], alpha=0.28)
    axes.plot(angles, places, "o", color=ground.words, markersize=9)
    axes.plot(np.linspace(0, 2 * np.pi, 200), np.full(200, 0.5), color=ground.quiet, linewidth=1.5, linestyle="--")
    axes.set_ylim(0, 1)
    axes.set_yticks([0.25, 0.75, 1.0], [])
    axes.spines["polar"].set_visible(False)
    axes.grid(color=ground.lines, linewidth=1)
    axes.set_xticks(angles, [])
    for angle, axis in zip(angles, part.axes, strict=True):
        _name(axes, float(angle), axis.name, axis.value, ground)


def _name(axes: PolarAxes, angle: float, name: str, value: str, ground: Ground) -> None:
    """Beside the end of its spoke, on the side that is away from the centre."""
    across, up = np.sin(angle), np.cos(angle)
    side = "center" if abs(across) < 0.3 else "left" if across > 0 else "right"
    level = "center" if abs(up) < 0.5 else "bottom" if up > 0 else "top"
    at: dict[str, Any] = {"xy": (angle, 1.06), "ha": side, "va": level, "linespacing": 1.25, "annotation_clip": False}
    texts = [
        axes.annotate(
            f"{name}\n",
            **at,
            fontsize=MEDIUM * min(1.0, _LETTERS / max(1, len(name))),
            fontweight="bold",
            color=ground.words,
        ),
        axes.annotate(f"\n{value}", **at, fontsize=SMALL, color=ground.quiet),
    ]
    unmathematical(texts)


def atlas(axes: Axes, part: Map, ground: Ground) -> None:
    """A kind after the other, so that the last lies on top."""
    plain(axes, ground)
    for number, cloud in enumerate(part.clouds):
        across, up = np.array(cloud.points).reshape(-1, 2).T
        axes.scatter(
            across, up, s=150, marker=MARKERS[number % 3], color=ground.kinds[number % 3], edgecolors=ground.ground,
            linewidths=1.2, alpha=0.9, label=written(cloud.name, 40),
        )  # fmt: skip
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(_AROUND)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(visible=True, color=ground.lines)
    legend(axes, ground)


def sizes(axes: Axes, part: Histogram, ground: Ground) -> None:
    """For each bin a bar of every group, in per cent."""
    plain(axes, ground)
    wide = _BAR / len(part.groups)
    for number, group in enumerate(part.groups):
        at = np.arange(len(part.bins)) + (number - (len(part.groups) - 1) / 2) * wide
        shares = 100 * np.array(group.shares)
        bars = axes.bar(
            at, shares, wide * 0.92, color=ground.kinds[number % 3], hatch=HATCHES[number % 3],
            edgecolor=ground.ground, linewidth=0, label=written(group.name, 40),
        )  # fmt: skip
        axes.bar_label(bars, [f"{share:.0f}%" if share else "" for share in shares], fontsize=SMALL - 2,
                       color=ground.quiet, padding=3)  # fmt: skip
    axes.set_xticks(range(len(part.bins)), part.bins, color=ground.words, fontsize=SMALL - 2)
    axes.set_yticks([])
    axes.axhline(0, color=ground.lines, linewidth=1.5)
    axes.margins(y=0.12)
    unmathematical(axes.get_xticklabels())
    legend(axes, ground)
