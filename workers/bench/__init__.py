"""The benchmarks: ours beside the peers, in one run."""

from __future__ import annotations

from workers.bench import analyse, pipeline

ALL = {"analyse": analyse.run, "pipeline": pipeline.run}
