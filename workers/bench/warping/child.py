"""The peers, in an interpreter of their own: imports nothing of YASR, and may be run by another Python.

``python child.py SONGS``, where SONGS (.npz) holds for each problem the arrays "LENGTH BAND query" (n, D), "LENGTH
BAND frames" and "LENGTH BAND starts" of its candidates, in float64. Orders come as lines of JSON on the standard
input, answers go as lines of JSON to the standard output:

    {}                                                                → {"peers": {"aeon": {"version": "1.6.0", …}, …}}
    {"peer": "aeon", "length": 360, "band": 0.1, "pairs": 40}         → {"seconds": 0.1, "values": […]}

``seconds`` are the processor's, for the query against the first ``pairs`` candidates; ``values`` are sums of squared
distances along the best path (symmetric1), so those of a peer that returns the root are squared. A band of b lets a
path stray r = ⌊b · length⌋ cells from the diagonal, |i - j| ≤ r, where all songs are of one length.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module, metadata
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

#: A song, (T, D) float64.
Song = Any
#: (query, candidates, radius or None) → what is timed: it returns the distances.
Peer = Callable[[Song, Sequence[Song], int | None], Callable[[], Any]]


class About(NamedTuple):
    """``distribution`` is what pip installs and ``module`` what is imported; ``exact`` peers solve the same problem."""

    distribution: str
    module: str
    run: Peer
    exact: bool = True
    package: bool = True
    bands: bool = True
    note: str = ""


def dtaidistance(query: Song, songs: Sequence[Song], radius: int | None) -> Callable[[], Any]:
    matrix = import_module("dtaidistance.dtw_ndim").distance_matrix
    series = [query, *songs]
    # Its window counts the diagonal.
    window = None if radius is None else radius + 1
    block = ((0, 1), (1, len(series)))
    return lambda: matrix(series, block=block, window=window, use_c=True)[0, 1:] ** 2


def aeon(query: Song, songs: Sequence[Song], radius: int | None) -> Callable[[], Any]:
    pairwise = import_module("aeon.distances").dtw_pairwise_distance
    first, second = [_turned(query)], [_turned(song) for song in songs]
    # It takes ⌊share · length⌋; half a cell more is safe from rounding.
    window = None if radius is None else (radius + 0.5) / len(query)
    return lambda: pairwise(first, second, window=window)[0]


def tslearn(query: Song, songs: Sequence[Song], radius: int | None) -> Callable[[], Any]:
    cross = import_module("tslearn.metrics").cdist_dtw
    terms = {} if radius is None else {"global_constraint": "sakoe_chiba", "sakoe_chiba_radius": radius}
    return lambda: cross([query], songs, **terms)[0] ** 2


def dtw_python(query: Song, songs: Sequence[Song], radius: int | None) -> Callable[[], Any]:
    dtw = import_module("dtw").dtw
    terms = {"dist_method": "sqeuclidean", "step_pattern": "symmetric1", "distance_only": True}
    if radius is not None:
        terms |= {"window_type": "sakoechiba", "window_args": {"window_size": radius}}
    return lambda: [dtw(query, song, **terms).distance for song in songs]


def librosa(query: Song, songs: Sequence[Song], radius: int | None) -> Callable[[], Any]:
    dtw = import_module("librosa.sequence").dtw
    # Its band is open where |i - j| is less than the radius, a rounded share.
    terms = {} if radius is None else {"global_constraints": True, "band_rad": (radius + 1) / len(query)}
    first, second = _turned(query), [_turned(song) for song in songs]
    return lambda: [dtw(first, song, metric="sqeuclidean", backtrack=False, **terms)[-1, -1] for song in second]


def dtwalign(query: Song, songs: Sequence[Song], radius: int | None) -> Callable[[], Any]:
    dtw = import_module("dtwalign").dtw
    terms = {"dist": "sqeuclidean", "step_pattern": "symmetric1", "dist_only": True}
    if radius is not None:
        terms |= {"window_type": "sakoechiba", "window_size": radius}
    return lambda: [dtw(query, song, **terms).distance for song in songs]


def dtw_parallel(query: Song, songs: Sequence[Song], radius: int | None) -> Callable[[], Any]:
    dtw = import_module("dtwParallel.dtw_functions").dtw
    terms = {"type_dtw": "d", "MTS": True, "local_dissimilarity": "square_euclidean_distance"}
    if radius is not None:
        terms |= {"constrained_path_search": "sakoe_chiba", "sakoe_chiba_radius": radius}
    return lambda: [dtw(query, song, **terms) for song in songs]


def fastdtw(query: Song, songs: Sequence[Song], radius: int | None) -> Callable[[], Any]:
    approximate = import_module("fastdtw").fastdtw

    def cost(one: Song, other: Song) -> float:
        apart = one - other
        return float(apart @ apart)

    return lambda: [approximate(query, song, radius=1, dist=cost)[0] for song in songs]


def textbook(query: Song, songs: Sequence[Song], radius: int | None) -> Callable[[], Any]:
    solve = _compiled()
    return lambda: [solve(query, song, max(len(query), len(song)) if radius is None else radius) for song in songs]


@cache
def _compiled() -> Callable[[Song, Song, int], float]:
    """The recurrence as dtw-numba has it for one dimension (a full float64 matrix, fastmath), for D of them."""

    def solve(x: Song, y: Song, radius: int) -> Any:
        n, m = len(x), len(y)
        total = np.full((n + 1, m + 1), 1e300)
        total[0, 0] = 0
        for i in range(n):
            for j in range(max(0, i - radius), min(m, i + radius + 1)):
                cost = 0.0
                for d in range(x.shape[1]):
                    cost += (x[i, d] - y[j, d]) ** 2
                total[i + 1, j + 1] = cost + min(total[i, j + 1], total[i + 1, j], total[i, j])
        return total[n, m]

    compiled: Callable[[Song, Song, int], float] = import_module("numba").njit(fastmath=True)(solve)
    return compiled


def _turned(song: Song) -> Song:
    """(D, T)."""
    return np.ascontiguousarray(song.T)


PEERS = {
    "dtaidistance": About("dtaidistance", "dtaidistance", dtaidistance),
    "aeon": About("aeon", "aeon", aeon),
    "tslearn": About("tslearn", "tslearn", tslearn),
    "dtw-python": About("dtw-python", "dtw", dtw_python),
    "librosa": About("librosa", "librosa", librosa, note="its band saves no work"),
    "dtwalign": About("dtwalign", "dtwalign", dtwalign),
    "dtwParallel": About("dtwParallel", "dtwParallel", dtw_parallel),
    "fastdtw": About(
        "fastdtw", "fastdtw", fastdtw, exact=False, bands=False,
        note="approximate, radius 1: the cells are those of the exact problem, of which it looks at few",
    ),
    "textbook loop": About(
        "numba", "numba", textbook, package=False,
        note="no package: 15 lines of ours, dtw-numba's algorithm for more dimensions",
    ),
}  # fmt: skip


def installed() -> dict[str, dict[str, Any]]:
    """The peers whose packages are there; none is imported."""
    found = {}
    for name, about in PEERS.items():
        try:
            version = metadata.version(about.distribution)
        except metadata.PackageNotFoundError:
            continue
        if find_spec(about.module):
            found[name] = {"version": version, "exact": about.exact, "bands": about.bands, "note": about.note,
                           "package": about.package}  # fmt: skip
    return found


def answer(order: dict[str, Any], songs: Any) -> dict[str, Any]:
    """What the module's docstring says."""
    if not order:
        return {"peers": installed()}
    problem = f"{order['length']} {order['band']}"
    starts, frames = songs[f"{problem} starts"], songs[f"{problem} frames"]
    candidates = [frames[starts[place] : starts[place + 1]] for place in range(order["pairs"])]
    radius = int(order["band"] * order["length"]) if order["band"] else None
    timed = PEERS[order["peer"]].run(songs[f"{problem} query"], candidates, radius)
    began = time.process_time()
    values = timed()
    seconds = time.process_time() - began
    return {"seconds": seconds, "values": [float(value) for value in values]}


def main() -> None:
    """Answers until the orders end. What a peer prints goes to the standard error."""
    with np.load(sys.argv[1]) as file:
        songs = dict(file)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line), songs)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
