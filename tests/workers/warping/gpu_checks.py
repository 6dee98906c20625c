"""What must hold for the kernel on a graphics card; test_gpu.py runs this file in processes of its own.

In numba's simulator (NUMBA_ENABLE_CUDASIM=1) a cell takes some 50 µs, so that songs are as short as they can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import BadInput
from core.model import Vector
from tests.workers.warping.songs import both, walks
from workers.warping import gpu, reference
from workers.warping.distances import Ready, distances
from workers.warping.rule import Rule
from workers.warping.sequences import GRID, Frames, Sequences, fixed, limit, unfixed

SIMULATED = bool(numba.config.ENABLE_CUDASIM)  # type: ignore[attr-defined]
RULES = [Rule("symmetric1"), Rule(), Rule(band=0.1), Rule("symmetric1", 0.35, False), Rule(normalised=False)]
KINDS = pytest.mark.parametrize("kind", ["float", "fixed"])

pytestmark = pytest.mark.skipif(not SIMULATED and not gpu.available(), reason="needs a GPU or numba's simulator")


def right(queries: list[Frames], songs: list[Frames], rule: Rule) -> Vector:
    """What the textbook says, (Q, N)."""
    return np.array([[reference.distance(one, other, rule) for other in songs] for one in queries])


@KINDS
@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize(("dims", "rows"), [(1, 8), (2, 3), (3, 1), (5, 4)])
def test_agrees_with_the_textbook(kind: str, rule: Rule, dims: int, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Queries that fill their sweeps and that do not, and candidates of all lengths in one warp."""
    monkeypatch.setattr(gpu, "_MOST_ROWS", rows)
    random = np.random.default_rng(100 * dims + rows)
    (mine, plain_mine), (theirs, plain_theirs) = (
        both(walks([*ends, *random.integers(1, 25, 3).tolist()], dims, rows))[kind] for ends in ([1, 8], [1, 2, 12])
    )
    found = gpu.distances(mine, theirs, rule)
    np.testing.assert_allclose(found, right(plain_mine, plain_theirs, rule), rtol=1e-5, atol=1e-12)
    if kind == "fixed":
        assert (found == distances(mine, theirs, rule)).all()


@KINDS
def test_songs_in_portions_that_stay_or_come_again(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of one song to some warps, the last not full; queries two at a time."""
    sent = []

    def portions(songs: Sequences, memory_mb: int) -> Iterator[NDArray[np.int64]]:
        yield from np.split(np.random.default_rng(memory_mb).permutation(len(songs)), [1, 4])

    class Line(gpu._Line):
        def send(self, arrays: Sequence[NDArray[Any]]) -> list[Any]:
            sent.append(len(arrays))
            return super().send(arrays)

    songs = both(walks([1 + number % 4 for number in range(71)], 2, 1))[kind][0]
    queries = both(walks([3, 1, 4], 2, 2))[kind][0]
    want = distances(queries, songs)
    monkeypatch.setattr(gpu, "portions", portions)
    monkeypatch.setattr(gpu, "_Line", Line)
    monkeypatch.setattr(gpu, "_RESULTS", 2 * 160)
    for memory_mb, stay in ((0, 0), (0.004, 2), (1, 3)):
        resident = gpu.Resident(songs, memory_mb=memory_mb)
        assert len(sent) == stay
        for again in range(2):
            np.testing.assert_allclose(resident.to_many(queries, Rule()), want, rtol=1e-6)
            assert len(sent) == stay + 2 * (again + 1) * (3 - stay)
        sent.clear()


@KINDS
def test_a_passage_may_lie_anywhere(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``free``: the least over all pieces of the candidate, and where the best piece ends."""
    monkeypatch.setattr(gpu, "_MOST_ROWS", 2)
    songs, plain = both(walks([3, 9, 12, 1], 3, 6))[kind]
    rule = Rule("symmetric1", normalised=False)
    for length in (1, 4, 5):
        window, plain_window = songs[2][5 : 5 + length], plain[2][5 : 5 + length]
        found, ends = gpu.Resident(songs).to_all(window, rule, free=True)
        for song, distance, end in zip(plain, found, ends, strict=True):
            pieces = {
                (first, last): reference.distance(plain_window, song[first:last], rule)
                for first in range(len(song)) for last in range(first + 1, len(song) + 1)
            }  # fmt: skip
            assert distance == pytest.approx(min(pieces.values()), rel=1e-5, abs=1e-9)
            assert min(cost for (_, last), cost in pieces.items() if last == end + 1) == pytest.approx(
                distance, rel=1e-5, abs=1e-9
            )
        assert (found[2], ends[2]) == (0, 4 + length)


@KINDS
def test_of_ends_that_are_as_good_the_last_column_is_taken_else_the_first(kind: str) -> None:
    """As the processor has it."""
    songs, _ = both([np.array(song, np.float32)[:, None] for song in ([1, 1, 1], [1, 1, 0], [0, 1, 1, 0])])[kind]
    found, ends = gpu.Resident(songs).to_all(songs[0][:2], Rule(), free=True)
    want, want_ends = Ready(songs).to_all(songs[0][:2], Rule(), free=True)
    assert (found == want).all()
    assert ends.tolist() == want_ends.tolist() == [2, 0, 1]


def test_one_song_against_all() -> None:
    songs = both(walks([4, 1, 7], 3, 7))["fixed"][0]
    found, ends = gpu.Resident(songs).to_all(songs[2], Rule(band=0.2))
    assert (found == distances(songs, songs, Rule(band=0.2))[2]).all()
    assert found[2] == 0
    assert (ends == [3, 0, 6]).all()


def test_numbers_at_the_end_of_the_grid() -> None:
    for dims in (1, 13, 60):  # 60: one row of a sweep, and no more
        extreme = Sequences.of([fixed(np.full((3, dims), far, np.float32)) for far in (1e6, -1e6)])
        found = gpu.Resident(extreme).to_many(extreme, Rule())
        want = 4 * dims * (limit(dims) / GRID) ** 2
        np.testing.assert_allclose(found, [[0, want], [want, 0]], rtol=1e-6)
        plain = Sequences.of([unfixed(extreme[0]), unfixed(extreme[1])])
        np.testing.assert_allclose(gpu.Resident(plain).to_many(plain, Rule()), found, rtol=1e-6)


def test_songs_of_two_kinds_are_refused() -> None:
    (plain, _), (whole, _) = both(walks([5], 3, 10)).values()
    with pytest.raises(BadInput):
        gpu.Resident(plain).to_many(whole, Rule())
    with pytest.raises(BadInput):
        gpu.Resident(plain).to_all(walks([5], 4, 10)[0], Rule())


@pytest.mark.skipif(SIMULATED, reason="too long for the simulator")
@KINDS
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_whole_songs(kind: str, rule: Rule) -> None:
    random = np.random.default_rng(11)
    songs = both(walks(random.integers(1, 700, 900).tolist(), 13, 12))[kind][0]
    queries = both(walks(random.integers(1, 700, 7).tolist(), 13, 13))[kind][0]
    found, want = gpu.Resident(songs, portion_mb=4).to_many(queries, rule), distances(queries, songs, rule)
    assert (found == want).all() if kind == "fixed" else np.allclose(found, want, rtol=1e-5, atol=0)


@pytest.mark.skipif(SIMULATED, reason="the simulator has no registers")
@KINDS
def test_the_query_is_in_registers(kind: str) -> None:
    from workers.warping.gpu_kernel import Kind, compiled_for

    kernel = compiled_for(Kind(13, 8, kind == "fixed", 2, banded=False, free=False), 168)
    assert kernel.get_regs_per_thread() <= 168
    assert kernel.get_local_mem_per_thread() < 4 * 8 * 13


@pytest.mark.skipif(SIMULATED, reason="the simulator's speed means nothing")
def test_bench() -> None:
    songs, queries = (both(walks([60] * many, 13, many))["fixed"][0] for many in (3000, 20))
    told = gpu.bench(queries, songs, Rule())
    print(told)  # noqa: T201
    assert 0 < told["issue_share"] < 1
