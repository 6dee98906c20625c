"""What was measured, as rows: rates, ratios to the best package, errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.bench.warping.contestants import Contestant, Together

#: The largest relative deviation of who solves the same problem.
SAME = 1e-5


@dataclass(frozen=True, slots=True)
class Row:
    """``ratio``: times the best package that solves the same problem on one thread, the median of the rounds; half of
    them lie between ``ratio_low`` and ``ratio_high``. ``error`` is the largest relative deviation from float64.

    What could not be measured is None, and the note says why.
    """

    name: str
    ours: bool
    same_problem: bool
    length: int
    threads: int
    band: float
    gcells_per_s: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    error: float | None
    note: str

    @property
    def wrong(self) -> bool:
        """It claims to solve the problem, and does not."""
        return self.same_problem and self.error is not None and not self.error <= SAME


def rows(contestants: Sequence[Contestant]) -> list[Row]:
    """Those of one problem, measured in the same rounds."""
    best = best_package(contestants)
    return [_row(each, best) for each in contestants]


def best_package(contestants: Sequence[Contestant]) -> Contestant | None:
    """The fastest package that solves the same problem, and rightly."""
    peers = [each for each in contestants
             if each.package and each.same_problem and not each.failed and each.error <= SAME]  # fmt: skip
    return max(peers, key=lambda each: each.gcells_per_s, default=None)


def _row(each: Contestant, best: Contestant | None) -> Row:
    about = (each.problem.length, each.threads, each.problem.band)
    if each.failed:
        return Row(each.name, each.ours, each.same_problem, *about, None, None, None, None, None, each.failed)
    notes = [each.note] if each.note else []
    if isinstance(each, Together):
        notes.append(f"wall time: {each.factor:.2f} times one thread, each the best of {len(each.rates)} rounds")
    low, middle, high = quartiles(each, best) if best else (None, None, None)
    return Row(each.name, each.ours, each.same_problem, *about, _short(each.gcells_per_s), middle, low, high,
               _short(each.error), "; ".join(notes))  # fmt: skip


def quartiles(one: Contestant, other: Contestant) -> tuple[float, float, float]:
    """Of the ratios of their rates, round by round."""
    low, middle, high = np.percentile(np.divide(one.rates, other.rates), (25, 50, 75))
    return _short(low), _short(middle), _short(high)


def _short(number: float) -> float:
    return float(f"{number:.4g}")
