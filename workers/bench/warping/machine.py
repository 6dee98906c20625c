"""The machine that a figure belongs to, and how near our kernel comes to what it can do."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

import numba
import numpy as np

from workers.bench.warping.contestants import Ours
from workers.bench.warping.peak import PER_CELL, meter
from workers.warping.distances import paths, threads_here


@dataclass(frozen=True, slots=True)
class Peak:
    """One path's multiply-adds on one thread: of float32, or of pairs of int16.

    ``instructions_g_per_s``: the most the processor does, measured, 10⁹ a second, ``lanes`` numbers (pairs) each;
    ``share``: as much of that as our kernel's own multiply-adds are, the median of the rounds.
    """

    path: str
    numbers: str
    lanes: int
    instructions_g_per_s: float
    share: float | None = None


class Peaks:
    """The peaks of all paths with vectors, measured once a round."""

    def __init__(self) -> None:
        self._meters: dict[tuple[str, bool], Callable[[], float]] = {
            (path.name, fixed): meter(path, fixed=fixed)
            for path in paths().values() if path.name != "plain"
            for fixed in (False, True) if path.fixed or not fixed
        }  # fmt: skip
        self._rates: dict[tuple[str, bool], list[float]] = {key: [] for key in self._meters}

    def measure(self) -> None:
        """Once more."""
        for key, measured in self._meters.items():
            self._rates[key].append(measured())

    def told(self, ours: Sequence[Ours]) -> list[Peak]:
        """The peaks, and the shares of them that ``ours``, of one problem, reached in the same rounds."""
        shares = {(each.path.name, each.fixed): _share(each, self._rates.get((each.path.name, each.fixed), []))
                  for each in ours}  # fmt: skip
        return [
            Peak(name, "pairs of int16" if fixed else "float32", paths()[name].lanes,
                 round(float(np.median(rates)), 2), shares.get((name, fixed)))
            for (name, fixed), rates in self._rates.items()
        ]  # fmt: skip


def _share(each: Ours, peaks: Sequence[float]) -> float | None:
    if not peaks:
        return None
    instructions = np.array(each.rates) * PER_CELL[each.fixed] / each.path.lanes
    return round(float(np.median(instructions / peaks)), 3)


def machine(peers: dict[str, Any]) -> dict[str, Any]:
    """What the figures were measured on, and the packages' versions."""
    information = File("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.+)", information.read_text()) if information.exists() else None
    return {
        "processor": model[1] if model else platform.processor() or platform.machine(),
        "paths": list(paths()),
        "threads": threads_here(),
        "python": platform.python_version(),
        "numba": numba.__version__,
        "numpy": np.__version__,
        "peers": {name: about["version"] for name, about in peers.items()},
    }
