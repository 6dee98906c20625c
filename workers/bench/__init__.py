"""The benchmarks: ours beside the peers, in one run."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from workers.bench import analyse, pipeline, rank, search, warping

Bench = Callable[..., Coroutine[Any, Any, None]]
ALL: dict[str, Bench] = {
    "analyse": analyse.run,
    "dtw": warping.run,
    "pipeline": pipeline.run,
    "rank": rank.run,
    "search": search.run,
}
#: Those in which packages of another Python may take part.
WITH_PEERS = ("dtw", "rank")
