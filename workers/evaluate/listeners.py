"""``yasr evaluate listeners DIR``: how well ratings are learned from, on made-up listeners with the taste of playlists.

Constants were tuned on one half of the playlists; what is printed is measured on the other half.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from core.errors import BadInput
from core.said import said
from core.settings import Settings
from workers.evaluate.episodes import Playlists, episodes, read
from workers.evaluate.simulation.policies import POLICIES
from workers.evaluate.simulation.rounds import ROUNDS, Played, play
from workers.evaluate.simulation.tastes import Plan, World, attacked, world

Row = dict[str, Any]
Report = Callable[[str], None]
#: The round from which on listeners rate by another taste, the first being 0.
DRIFT = 10
LISTENERS, ALIKE, ADVERSARIES = 100, 10, 30
_RESAMPLES = 2_000
_PLAIN, _GREEDY, _OURS, _ALONE = "no learning", "greedy", "ours", "ours, no neighbours"
_ATTACKS = ("tens", "zeros", "brigade", "mimics")
_WIDTH = 160


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is played; smaller in tests."""

    listeners: int = LISTENERS
    songs: int = 10_000
    rounds: int = ROUNDS
    drift: int = DRIFT
    seed: int = 0


async def evaluate(settings: Settings, folder: Path, *, as_json: bool) -> None:
    """Prints a row for each way to choose, in each scenario. Raises NoSuchPath, BadInput."""
    data = read(folder)
    console = Console(soft_wrap=True)
    console.width = max(console.width, _WIDTH)
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        rows = await asyncio.to_thread(measure, data, Scale(), lambda stage: bar.update(task, description=stage))
    if not rows:
        raise BadInput(problem=said("no playlist in {name} has 20 songs by 10 artists", name=folder.name))
    if as_json:
        console.print_json(data={"listeners": LISTENERS, "rounds": ROUNDS, "rows": rows})
        return
    console.print(_table(rows))


def halves(data: Playlists) -> tuple[list[str], list[str]]:
    """Names of the lists that constants are tuned on, and of those that are reported."""
    names = list(data.lists)
    order = np.random.default_rng(1).permutation(len(names))
    return [names[row] for row in order[::2]], [names[row] for row in order[1::2]]


def measure(data: Playlists, scale: Scale, report: Report) -> list[Row]:
    """A row for each scenario and policy, in this order; none where no list is long enough."""
    names = halves(data)[1]
    if next(episodes(data, names), None) is None:
        return []
    rows: list[Row] = []
    clean: Played | None = None
    for scenario, policies, where, drift in _scenarios(data, names, scale):
        played: dict[str, Played] = {}
        for name in policies:
            report(f"{scenario}: {name}")
            played[name] = play(where, POLICIES[name], rounds=scale.rounds, drift=drift, seed=scale.seed)
            against = clean if scenario in _ATTACKS and clean else played[policies[0]]
            rows.append(_row(scenario, name, played[name], against, where))
            if _GREEDY in played and name == _OURS:
                over = (played[name].close - played[_GREEDY].close).mean(axis=1)
                rows[-1] |= {"over_greedy": float(over.mean()), "over_greedy_interval": _interval(over)}
        clean = clean or played[_OURS]
    return rows


def _scenarios(
    data: Playlists, names: list[str], scale: Scale
) -> Iterator[tuple[str, tuple[str, ...], World, int | None]]:
    """Each with its policies, of which the first is what the others are compared with. Where adversaries take part, it
    is how the honest listeners fare without them.
    """
    everyone = world(data, names, Plan(scale.listeners, 1, scale.songs, scale.seed))
    yield "normal", tuple(POLICIES), everyone, None
    yield "drift", (_PLAIN, _GREEDY, _OURS), everyone, scale.drift
    for kind in _ATTACKS:
        yield kind, (_OURS,), attacked(everyone, kind, max(1, scale.listeners * ADVERSARIES // 100)), None
    alike = world(data, names, Plan(scale.listeners, ALIKE, scale.songs, scale.seed))
    yield "few alike", (_ALONE, _GREEDY, _OURS), _first(alike, max(2, scale.listeners // 5)), None
    yield "many alike", (_ALONE, _GREEDY, _OURS), alike, None


def _first(where: World, count: int) -> World:
    """The first listeners alone: as many tastes, fewer listeners with each."""
    return World(where.artists, where.space, where.listeners[:count], count)


def _row(scenario: str, policy: str, played: Played, baseline: Played, where: World) -> Row:
    """``pushed``: how often the brigade's artist was a close pick of the honest, with and without the brigade."""
    mine, theirs = played.close.mean(axis=1), baseline.close.mean(axis=1)
    pushed = np.unique(where.artists) == where.pushed
    return {
        "scenario": scenario, "policy": policy,
        "close": float(mine.mean()), "close_interval": _interval(mine),
        "gain": float((mine - theirs).mean()), "gain_interval": _interval(mine - theirs),
        "wildcards": float(played.wild.mean()), "gini": played.gini, "coverage": played.coverage,
        "pushed": [int(one.exposure[pushed].sum()) for one in (played, baseline)],
        "rounds": [float(value) for value in played.close.mean(axis=0)],
        "wildcard_rounds": [float(value) for value in played.wild.mean(axis=0)],
    }  # fmt: skip


def _interval(values: NDArray[np.float64]) -> list[float]:
    """95 % of the mean, by resampling listeners."""
    drawn = np.random.default_rng(0).integers(len(values), size=(_RESAMPLES, len(values)))
    return [float(end) for end in np.percentile(values[drawn].mean(axis=1), (2.5, 97.5))]


def _table(rows: list[Row]) -> Table:
    table = Table(title="Made-up listeners: mean ratings 0..10 of close picks [95 %]", title_justify="left")
    headings = ("Scenario", "Policy", "Close picks", "Gain", "Over greedy", "Rounds 1–5", "6–10", "11–15", "16–20",
                "Wildcards", "Gini", "Coverage")  # fmt: skip
    for heading in headings:
        table.add_column(heading, justify="left" if heading in ("Scenario", "Policy") else "right")
    for row in rows:
        quarters = [f"{part.mean():.2f}" for part in np.array_split(np.array(row["rounds"]), 4)]
        close = "{:.2f} [{:.2f} {:.2f}]".format(row["close"], *row["close_interval"]).replace("[", r"\[")
        gain = _signed(row["gain"], row["gain_interval"])
        over = _signed(row["over_greedy"], row["over_greedy_interval"]) if "over_greedy" in row else ""
        rest = (f"{row['wildcards']:.2f}", f"{row['gini']:.3f}", f"{row['coverage']:.1%}")
        table.add_row(row["scenario"], row["policy"], close, gain, over, *quarters, *rest)
    return table


def _signed(value: float, interval: list[float]) -> str:
    return "{:+.2f} [{:+.2f} {:+.2f}]".format(value, *interval).replace("[", r"\[")
