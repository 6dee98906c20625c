"""The path is the one a full table of the textbook gives, however little of the table is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.errors import BadInput
from tests.workers.warping.songs import walks
from workers.warping import reference
from workers.warping.path import path
from workers.warping.rule import Rule
from workers.warping.sequences import Frames, fixed

RULES = [Rule(), Rule("symmetric1"), Rule(band=0.1), Rule("symmetric1", 0.3), Rule(band=0.01)]
_PEAK = Path("/proc/self/clear_refs")


def weighed(found: NDArray[np.int64], first: Frames, second: Frames, rule: Rule) -> float:
    """What a path costs."""
    by_both = np.concatenate([[True], (np.diff(found, axis=0) == 1).all(axis=1)])
    costs = np.square(first[found[:, 0]].astype(np.float64) - second[found[:, 1]]).sum(axis=1)
    return float((np.where(by_both, rule.diagonal, 1) * costs).sum())


def back(first: Frames, second: Frames, rule: Rule) -> list[tuple[int, int]]:
    """The path of the textbook: back from the last corner of a full table."""
    table = np.pad(reference.cells(first, second, rule), ((1, 0), (1, 0)), constant_values=np.inf)
    i, j = len(first), len(second)
    found = [(i - 1, j - 1)]
    while (i, j) != (1, 1):
        cost = float(np.square(first[i - 1].astype(np.float64) - second[j - 1]).sum())
        before = {(1, 1): table[i - 1, j - 1] + (rule.diagonal - 1) * cost, (1, 0): table[i - 1, j],
                  (0, 1): table[i, j - 1]}  # fmt: skip
        down, right = min(before, key=lambda step: before[step])  # the first of equal ones
        i, j = i - down, j - right
        found.append((i - 1, j - 1))
    return found[::-1]


@settings(max_examples=100, deadline=None)
@given(
    n=st.integers(1, 40),
    m=st.integers(1, 40),
    dims=st.integers(1, 4),
    rule=st.sampled_from(RULES),
    cells=st.sampled_from([1, 7, 60, 1_000_000]),
    seed=st.integers(0, 2**16),
)
def test_a_cheapest_path_from_corner_to_corner(n: int, m: int, dims: int, rule: Rule, cells: int, seed: int) -> None:
    first, second = walks([n, m], dims, seed)
    found = path(first, second, rule, cells=cells)
    assert (found[0] == 0).all()
    assert found[-1].tolist() == [n - 1, m - 1]
    assert {tuple(step) for step in np.diff(found, axis=0).tolist()} <= {(1, 1), (1, 0), (0, 1)}
    best = reference.cells(first, second, rule)[-1, -1]
    assert weighed(found, first, second, rule) == pytest.approx(best, rel=1e-9, abs=1e-12)
    if rule.band:
        reach = max(1, int(rule.band * max(n, m))) * (max(n, m) - 1)
        assert (abs(found[:, 1] * (n - 1) - found[:, 0] * (m - 1)) <= reach).all()


@settings(max_examples=100, deadline=None)
@given(
    n=st.integers(1, 30),
    m=st.integers(1, 30),
    highest=st.sampled_from([0, 1, 3]),
    rule=st.sampled_from(RULES),
    cells=st.sampled_from([1, 7, 60, 1_000_000]),
    seed=st.integers(0, 2**16),
)
def test_ties_are_broken_as_a_full_table_breaks_them(
    n: int, m: int, highest: int, rule: Rule, cells: int, seed: int
) -> None:
    """Whole numbers, few of them: many paths cost the same, exactly."""
    random = np.random.default_rng(seed)
    first, second = (random.integers(0, highest, (length, 1), np.int16, endpoint=True) for length in (n, m))
    assert [tuple(cell) for cell in path(first, second, rule, cells=cells).tolist()] == back(first, second, rule)


@pytest.mark.parametrize("cells", [1, 500, 1_000_000])
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_halving_changes_nothing(rule: Rule, cells: int) -> None:
    """Whatever is kept, the same path to the last cell, in float32 as well."""
    first, second = walks([230, 170], 13, 1)
    assert path(first, second, rule, cells=cells).tolist() == path(first, second, rule, cells=10**9).tolist()


@pytest.mark.parametrize("cells", [1, 1_000_000])
def test_known_paths(cells: int) -> None:
    song = walks([60], 13, 2)[0]
    at_once = np.arange(60)
    assert (path(song, song, Rule(), cells=cells) == at_once[:, None]).all()
    slow = path(song, np.repeat(song, 2, axis=0), Rule("symmetric1"), cells=cells)
    assert slow.tolist() == [[at // 2, at] for at in range(120)]
    assert path(song[:1], song[:5], Rule(), cells=cells).tolist() == [[0, at] for at in range(5)]
    assert path(song[:5], song[:1], Rule(), cells=cells).tolist() == [[at, 0] for at in range(5)]
    assert path(song[:1], song[1:2], Rule(), cells=cells).tolist() == [[0, 0]]


def test_memory_grows_with_the_songs_and_not_with_their_product() -> None:
    """Of 56 million cells a full table of bytes would take 53 MiB."""
    try:
        _PEAK.write_text("5")
    except OSError:
        pytest.skip("needs Linux, which tells the most memory a process has held")
    song = walks([8000], 2, 3)[0]
    path(song[:60], song[:60], Rule(), cells=100)  # compiled
    _PEAK.write_text("5")
    before = _held("VmRSS")
    found = path(song, song[::-1][:7000], Rule())
    assert found[-1].tolist() == [7999, 6999]
    assert _held("VmHWM") - before < 16 * 1024


def _held(what: str) -> int:
    """KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


def test_what_cannot_be_compared_is_refused() -> None:
    one, other = walks([5, 6], 3, 4)
    for wrong in (fixed(other), other[:, :2], other[:0], np.full_like(other, np.nan)):
        with pytest.raises(BadInput):
            path(one, wrong, Rule())
