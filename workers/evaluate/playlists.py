"""``yasr evaluate playlists DIR``: how well rankers find the other half of playlists again, ours beside the others."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterator, Sequence
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
from workers.evaluate import albums
from workers.evaluate.episodes import Episode, Playlists, episodes, read
from workers.evaluate.manifest import read_manifest
from workers.evaluate.rankers import LEARNED, RANKERS, Rank
from workers.evaluate.ranking import MEASURES, means, measure

Row = dict[str, Any]
#: By ranker, and by who may be a candidate: the measures of each list, (L, 6).
Results = dict[str, dict[str, NDArray[np.float64]]]
Report = Callable[[str], None]
#: Columns of text that the table needs; narrower, it is cut off.
_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Fold:
    """Lists that are ranked, and those from which may be learned for it (none: what is shipped)."""

    tested: Sequence[str]
    learned: Sequence[str]


async def evaluate(settings: Settings, source: Path, *, folds: int, as_json: bool) -> None:
    """Prints a row for each ranker: with ``folds`` each learns from the lists of the others, without (0) what is
    shipped ranks all lists. Raises NoSuchPath, BadInput.
    """
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def report(stage: str) -> None:
            bar.update(task, description=stage)

        if source.is_file():
            excerpts = read_manifest(source)
            songs, results = len(excerpts), await albums.measured(excerpts, settings, report)
        else:
            data = await asyncio.to_thread(read, source)
            songs, results = len(data.numbers), measure_all(data, folds, report)
    if not results:
        raise BadInput(problem=said("no playlist in {name} is long enough", name=source.name))
    rows = [_row(name, results) for name in results]
    console = Console(soft_wrap=True)
    console.width = max(console.width, _WIDTH)
    if as_json:
        lists = len(next(iter(results.values()))["all"])
        console.print_json(data={"songs": songs, "playlists": lists, "folds": folds, "models": rows})
        return
    console.print(_table(rows, "all candidates"))
    if "little_known" in rows[0]:
        console.print(_table(rows, "candidates by little-known artists only", "little_known"))


def measure_all(data: Playlists, folds: int, report: Report) -> Results:
    """Every ranker's measures, among "all" candidates and among the "little_known"."""
    results: Results = {}
    cut = list(_cut(list(data.lists), folds))
    for name, ranker in RANKERS.items():
        if name in LEARNED and not folds:
            continue
        report(name)
        found: dict[str, list[tuple[float, ...]]] = {"all": [], "little_known": []}
        for fold in cut:
            rank = ranker(data.numbers, [data.lists[one] for one in fold.learned])
            for pool, measured in found.items():
                measured += _measured(rank, episodes(data, fold.tested, little_known=pool == "little_known"))
        if found["all"]:
            results[name] = {pool: np.array(measured).reshape(-1, len(MEASURES)) for pool, measured in found.items()}
    return results


def _cut(names: Sequence[str], folds: int) -> Iterator[Fold]:
    if not folds:
        yield Fold(names, ())
        return
    order = np.random.default_rng(0).permutation(len(names))
    for number in range(folds):
        tested = [names[row] for row in sorted(order[number::folds])]
        yield Fold(tested, sorted(set(names) - set(tested)))


def _measured(rank: Rank, cut: Iterator[Episode]) -> list[tuple[float, ...]]:
    return [
        measure(rank(one.seeds)[one.candidates], one.found, np.random.default_rng(zlib.crc32(one.name.encode())))
        for one in cut
    ]


def _row(name: str, results: Results) -> Row:
    """The means among all candidates, and under its name those among another pool."""
    found = {pool: means(measured, results["cosine"][pool]) for pool, measured in results[name].items()}
    return {"model": name, **found.pop("all"), **found}


def _table(rows: Sequence[Row], title: str, pool: str = "") -> Table:
    table = Table(title=f"The other half of playlists, {title}", title_justify="left")
    for heading in ("Model", "NDCG@50", "× cosine", "Recall@10", "@50", "@100", "Hits@5", "AUC"):
        table.add_column(heading, justify="left" if heading == "Model" else "right")
    for row in rows:
        shown = row[pool] if pool else row
        if shown["playlists"]:
            table.add_row(str(row["model"]), *_cells(shown))
    return table


def _cells(row: Row) -> list[str]:
    def cell(name: str, digits: int) -> str:
        low, high = row[f"{name}_interval"]
        return f"{row[name]:.{digits}f} [{low:.{digits}f} {high:.{digits}f}]"

    plain = [f"{row[name]:.4f}" for name in ("recall@10", "recall@50", "recall@100")]
    return [cell("ndcg@50", 4), cell("times_cosine", 1), *plain, f"{row['hits@5']:.3f}", f"{row['auc']:.3f}"]
