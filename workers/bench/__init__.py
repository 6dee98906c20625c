"""The benchmarks: ours beside the peers, in one run."""

from __future__ import annotations

from workers.bench import pipeline

ALL = {"pipeline": pipeline.run}
