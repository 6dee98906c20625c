"""Which recordings are read of which endpoint, as lines for the end of a test run."""

from __future__ import annotations

from collections import Counter

from tests.core.services.cases import CASES


def lines() -> list[str]:
    """One line for each service and endpoint, and a sum: from the declarations, so that any process can say it."""
    counts = Counter((name, read.endpoint) for name, case in CASES.items() for read in case.reads)
    width = max(len(endpoint) for _, endpoint in counts)
    rows = [f"{name:<13} {endpoint:<{width}} {count:>3}" for (name, endpoint), count in sorted(counts.items())]
    return [*rows, f"{'together':<13} {'':<{width}} {counts.total():>3}"]
