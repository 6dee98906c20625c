"""One peer, in an interpreter of its own: imports nothing of YASR, and may be run by another Python.

``python child.py PEER FOLDER ROUNDS`` finds for each seed its 50 nearest candidates by cosine, and puts them together:
one line of JSON with the times, or ``null`` where the package is missing. A peer has no ranking of all candidates.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

#: The 50 nearest candidates of each seed.
Search = Callable[[Any], Any]

_K = 50
_PACKAGES = {"scikit-learn": "sklearn.neighbors", "faiss-cpu": "faiss"}


def _sklearn(vectors: Any) -> Search:
    index = import_module("sklearn.neighbors").NearestNeighbors(n_neighbors=_K, algorithm="brute", n_jobs=1)
    index.fit(vectors)
    return lambda seeds: index.kneighbors(seeds, return_distance=False)


def _faiss(vectors: Any) -> Search:
    faiss = import_module("faiss")
    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return lambda seeds: index.search(seeds, _K)[1]


def _peak_mb() -> int:
    """0 where the system does not tell."""
    status = Path("/proc/self/status")
    peak = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return int(peak[1]) // 1024 if peak else 0


def main(peer: str, folder: Path, rounds: int) -> None:
    module = _PACKAGES[peer]
    if find_spec(module.split(".")[0]) is None:
        print("null")  # noqa: T201
        return
    import_module(module)
    before = _peak_mb()
    vectors = np.load(folder / "vectors.npy")
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    sets = np.load(folder / "one.npy")
    started = time.perf_counter()
    search = {"scikit-learn": _sklearn, "faiss-cpu": _faiss}[peer](vectors)
    search(vectors[sets[0]])
    loading = time.perf_counter() - started
    seconds, found = [], np.empty(0, np.intp)
    for turn in range(rounds + 1):
        started = time.perf_counter()
        found = np.unique(search(vectors[sets[turn % len(sets)]]))
        seconds.append(time.perf_counter() - started)
    memory = _peak_mb() - before
    alike = vectors @ vectors[sets[rounds % len(sets)]].T
    nearest = np.unique(np.argpartition(-alike, _K, axis=0)[:_K])
    print(json.dumps({  # noqa: T201
        "version": metadata.version(peer), "seconds": seconds, "loading": loading, "memory_mb": memory,
        "right": float(np.isin(nearest, found).mean()),
    }))  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
