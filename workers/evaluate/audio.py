"""``yasr evaluate audio MANIFEST``: how well models find songs of the same artist, album and style again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from core.model import Vector
from core.settings import Settings
from workers.audio.analyse import opened
from workers.audio.fitting import fit
from workers.audio.projection import Projection, projection
from workers.evaluate.manifest import Excerpt, read_manifest
from workers.evaluate.measures import hubness, retrieval
from workers.evaluate.peers import available
from workers.models import Look, all_models, timbre
from workers.pool import Pool
from workers.training import Learned, learn
from workers.warping.distances import distances
from workers.warping.sequences import Sequences

Row = dict[str, str | float]
Report = Callable[[str], None]

#: What is looked for: its name in the document, which label is shared, and which must not be.
_ASKED = (("composer", "artist", ""), ("album", "album", ""), ("style", "style", ""), ("elsewhere", "artist", "album"))
_HEADINGS = {"composer": "Composer", "album": "Album", "style": "Style", "elsewhere": "Composer, other album"}


async def evaluate(settings: Settings, manifest: Path, *, as_json: bool) -> None:
    """Prints a row for each model. Raises what reading the manifest or one of its files raises."""
    excerpts = read_manifest(manifest)
    console = Console(soft_wrap=True)
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("listening", total=None)
        rows, note = await _rows(settings, excerpts, lambda stage: bar.update(task, description=stage))
    if as_json:
        console.print_json(data={"songs": len(excerpts), "note": note, "models": rows})
        return
    console.print(_table(rows, len(excerpts)))
    console.print(note, markup=False)


async def _rows(settings: Settings, excerpts: Sequence[Excerpt], report: Report) -> tuple[list[Row], str]:
    pool = Pool(settings.worker.processes, settings.audio)
    try:
        learned = await learn(excerpts, pool, settings.audio)
        sounds = await asyncio.gather(
            *(pool.run(opened, each.path, each.path.name, settings.audio) for each in excerpts)
        )
    finally:
        pool.close()
    made, note = _fair(learned)
    vectors = timbre.unit(made(learned.whole))
    apart = timbre.apart(vectors, vectors, vectors[:: max(1, len(vectors) // 1000)])
    rows = [_row("timbre", apart, excerpts), _row("timbre, hubs left", 1 - vectors @ vectors.T, excerpts)]
    for name, model in sorted(all_models().items()):
        if isinstance(model, Look):
            report(name)
            rows.append(_row(name, await asyncio.to_thread(_looked, model, learned.sequences, -apart), excerpts))
    for peer in available():
        report(peer.name)
        rows.append(_row(peer.name, await asyncio.to_thread(peer.distances, sounds), excerpts))
    chance = np.random.default_rng(0).random((len(excerpts), len(excerpts)), dtype=np.float32)
    return [*rows, _row("random", chance, excerpts)], note


def _fair(learned: Learned) -> tuple[Projection, str]:
    """A vector that was not fitted with the labels of the songs it is measured on, and the sentence that says which."""
    shipped = projection()
    known = sum(fingerprint in shipped.fitted_on for fingerprint in learned.fingerprints)
    if not known:
        return shipped, f"The vector is version {shipped.version}, fitted on other songs."
    blind = fit(learned.whole, [""] * len(learned.excerpts), "unlabelled")
    return blind, (
        f"Version {shipped.version} of the vector was fitted on {known} of these songs, which would flatter it. "
        "So it is fitted anew without any label: standardised and cut to 128 numbers on the songs themselves."
    )


def _looked(model: Look, songs: Sequences, screened: Vector) -> Vector:
    """The distance of every song to every other, (N, N), each in turn being the only seed."""
    warped = distances(songs, songs)

    def again(number: int) -> Vector:
        return -model.look(Sequences.of([songs[number]]), songs, screened[number], lambda *_: warped[[number]]).scores

    return np.stack([again(number) for number in range(len(songs))])


def _row(model: str, distances: Vector, excerpts: Sequence[Excerpt]) -> Row:
    row: Row = {"model": model}
    for name, label, apart in _ASKED:
        labels = [getattr(excerpt, label) for excerpt in excerpts]
        found = retrieval(distances, labels, not_same=[getattr(e, apart) for e in excerpts] if apart else None)
        row |= {
            f"queries_{name}": found.queries,
            f"map_{name}": found.map, f"map_{name}_low": found.map_low, f"map_{name}_high": found.map_high,
            f"p5_{name}": found.p5, f"p5_{name}_low": found.p5_low, f"p5_{name}_high": found.p5_high,
            f"r_precision_{name}": found.r_precision,
            f"r_precision_{name}_low": found.r_low, f"r_precision_{name}_high": found.r_high,
        }  # fmt: skip
    hubs = hubness(distances)
    row |= {"never_recommended": hubs.never, "hub_skew": hubs.skew, "hub_most": hubs.most}
    return {name: round(value, 5) if isinstance(value, float) else value for name, value in row.items()}


def _table(rows: Sequence[Row], songs: int) -> Table:
    table = Table(title=f"{songs} songs; mean average precision [95 %], precision of the first five, R-precision")
    table.title_justify = "left"
    table.add_column("Model")
    for name, _, _ in _ASKED:
        table.add_column(f"{_HEADINGS[name]} ({rows[0][f'queries_{name}']})", justify="right")
    table.add_column("Never recommended", justify="right")
    for row in rows:
        cells = [_cell(row, name) for name, _, _ in _ASKED]
        table.add_row(str(row["model"]), *cells, f"{float(row['never_recommended']):.1%}")
    return table


def _cell(row: Row, name: str) -> str:
    if not row[f"queries_{name}"]:
        return "–"
    ends = f"[{float(row[f'map_{name}_low']):.3f} {float(row[f'map_{name}_high']):.3f}]"
    return f"{row[f'map_{name}']:.3f} {ends} {row[f'p5_{name}']:.3f} {row[f'r_precision_{name}']:.3f}".replace(
        "[", r"\["
    )
