"""Why a song was picked: what it shares with the listener's song, and which of its moments are like which."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from core.orders import Pairs, Path
from workers.pictures.charts.ground import MEDIUM, SMALL, Ground, plain, unmathematical
from workers.pictures.lettering import written

#: Spreads of the catalogue; farther apart is drawn at the end.
_FARTHEST = 3.0
#: Characters of a song's name, and of two values in full size.
_NAME, _ROOM = 34, 40


def pairs(axes: Axes, part: Pairs, ground: Ground) -> None:
    """A row for each feature: the listener's song in the middle, the pick to the left or right of it."""
    plain(axes, ground)
    for row, pair in enumerate(part.pairs):
        colour = ground.kinds[0 if pair.agree else 1]
        name = axes.annotate(pair.name, (-_FARTHEST, row - 0.27), va="center", fontsize=MEDIUM, fontweight="bold",
                             color=ground.words)  # fmt: skip
        both = f"{pair.mine}  →  {pair.theirs}"
        values = axes.annotate(both, (_FARTHEST, row - 0.27), ha="right", va="center", color=ground.quiet,
                               fontsize=SMALL * min(1.0, _ROOM / len(both)))  # fmt: skip
        unmathematical([name, values])
        axes.plot([-_FARTHEST, _FARTHEST], [row + 0.13] * 2, color=ground.lines, linewidth=5, solid_capstyle="round")
        axes.plot([0, 0], [row - 0.06, row + 0.32], color=ground.quiet, linewidth=2)
        if pair.apart is not None:
            at = float(np.clip(pair.apart, -_FARTHEST, _FARTHEST))
            axes.plot([0, at], [row + 0.13] * 2, color=colour, linewidth=7, solid_capstyle="round")
            axes.plot([at], [row + 0.13], "o" if pair.agree else "D", color=colour, markersize=15)
        else:
            axes.plot([0], [row + 0.13], "o" if pair.agree else "D", color=colour, markersize=15)
    axes.set(xlim=(-_FARTHEST - 0.1, _FARTHEST + 0.1), ylim=(len(part.pairs) - 0.4, -0.6))
    axes.set_yticks([])
    axes.set_xticks([-_FARTHEST, 0, _FARTHEST], [f"← {part.less}", written(part.mine, _NAME), f"{part.more} →"])
    for label, side in zip(axes.get_xticklabels(), ("left", "center", "right"), strict=True):
        label.set(horizontalalignment=side)
    unmathematical(axes.get_xticklabels())


def path(axes: Axes, part: Path, ground: Ground) -> None:
    """The time of the pick over that of the listener's song; the line is where they go together."""
    plain(axes, ground)
    if part.path:
        across, up = np.array(part.path).T
        axes.plot(across, up, color=ground.kinds[0], linewidth=4, solid_capstyle="round")
    axes.set(xlim=part.mine_s, ylim=part.theirs_s)
    axes.set_xlabel(f"→ {written(part.mine, _NAME)} ({part.seconds})", fontsize=SMALL, color=ground.words,
                    parse_math=False)  # fmt: skip
    axes.set_title(f"↑ {written(part.theirs, _NAME)} ({part.seconds})", loc="left", fontsize=SMALL,
                   color=ground.words, parse_math=False)  # fmt: skip
    axes.grid(color=ground.lines, linewidth=1)
    for spine in axes.spines.values():
        spine.set(visible=True, color=ground.lines)
