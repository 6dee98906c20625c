"""The one table that people read."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from workers.bench.warping.measuring import Measured
from workers.bench.warping.rows import Row

_TITLE = (
    "Exact warping, one query of 13-number frames against many songs: 10⁹ cells a second, "
    "and times the best package on one thread (quartiles)"
)
_EXPLAINED = (
    "One thread: seconds of the processor, the median of the rounds; two: the clock, the best of the rounds, since "
    "others use the machine. Ratios are medians. In a band the cells of ours are counted for everybody. "
    "Our candidates are packed beforehand, as for any number of queries, but where “packing too” is said."
)


def show(measured: Measured) -> None:
    """Prints the table, what there is to know about its rows, and the headlines."""
    console = Console(soft_wrap=True)
    problems = list(dict.fromkeys((row.length, row.band) for row in measured.rows))
    table = Table(title=_TITLE, title_justify="left")
    table.add_column("")
    table.add_column("Threads", justify="right")
    for length, band in problems:
        table.add_column(f"{length} frames{f', {band:.0%} band' if band else ''}", justify="right")
    table.add_column("Error", justify="right")
    by_name: dict[tuple[str, int], list[Row]] = {}
    for row in measured.rows:
        by_name.setdefault((row.name, row.threads), []).append(row)
    for (name, threads), mine in by_name.items():
        cells = {(row.length, row.band): _cell(row) for row in mine}
        errors = [row.error for row in mine if row.error is not None]
        table.add_row(name, str(threads), *(cells.get(problem, "–") for problem in problems),
                      f"{max(errors):.0e}" if errors else "–")  # fmt: skip
    console.print(table)
    console.print(_EXPLAINED)
    if not any(row.ratio for row in measured.rows):
        console.print("No package that warps is installed here: name a Python that has some with --peers.")
    for line in [*_notes(measured.rows), *_peaks(measured), *measured.headline]:
        console.print(line, highlight=False, markup=False)


def _cell(row: Row) -> str:
    if row.gcells_per_s is None:
        return "failed"
    rate = f"{row.gcells_per_s:.3g}"
    if row.ratio is None:
        return rate
    return f"{rate}  {_times(row.ratio)} ({_times(row.ratio_low)}–{_times(row.ratio_high)})"


def _times(ratio: float | None) -> str:
    return f"{ratio:.1f}" if ratio and ratio >= 2 else f"{ratio:.2f}"


def _notes(rows: Sequence[Row]) -> list[str]:
    """Each once; of a row with threads only that of the first problem."""
    notes: dict[str, str] = {}
    for row in rows:
        if row.note:
            notes.setdefault(f"{row.name}{f', {row.threads} threads' if row.threads > 1 else ''}", row.note)
    return [f"{name}: {note}." for name, note in notes.items()]


def _peaks(measured: Measured) -> list[str]:
    first = measured.rows[0]
    problem = f"{first.length} frames{f', {first.band:.0%} band' if first.band else ''}"
    return [
        f"Peak of {peak.path}, {peak.numbers}: {peak.instructions_g_per_s} · 10⁹ instructions a second of "
        f"{peak.lanes} lanes"
        + (f"; our kernel's multiply-adds are {peak.share:.0%} of it ({problem})." if peak.share else ".")
        for peak in measured.peaks
    ]
