"""The benchmarks: ours beside the peers, in one run."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from workers.bench import analyse, pipeline, search, warping

Bench = Callable[..., Coroutine[Any, Any, None]]
ALL: dict[str, Bench] = {"analyse": analyse.run, "dtw": warping.run, "pipeline": pipeline.run, "search": search.run}
