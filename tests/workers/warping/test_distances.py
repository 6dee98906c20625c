"""Every path of the kernel against the textbook's recurrence in float64, and what must hold for any songs."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from core.errors import BadInput
from core.model import Vector
from tests.workers.warping.songs import both, walks
from workers.warping import kernel, reference
from workers.warping.distances import Path, Ready, distances, paths
from workers.warping.rule import Rule
from workers.warping.sequences import GRID, LONGEST, Frames, Sequences, fixed, limit, unfixed

EVERY = pytest.mark.parametrize("path", paths().values(), ids=paths().keys())
RULES = [Rule("symmetric1"), Rule(), Rule(band=0.1), Rule("symmetric1", 0.35, False), Rule(normalised=False)]


def right(queries: list[Frames], songs: list[Frames], rule: Rule) -> Vector:
    """What the textbook says, (Q, N)."""
    return np.array([[reference.distance(one, other, rule) for other in songs] for one in queries])


def test_a_machine_with_vectors_uses_them() -> None:
    """The code that is compiled for the widest path works on whole registers, not on single numbers."""
    if "avx512" not in paths():
        pytest.skip("needs AVX-512")
    fresh = njit(error_model="numpy")(kernel.sixteen.py_func)  # type: ignore[attr-defined]
    song = fixed(walks([30], 13, 0)[0])
    Ready(Sequences.of([song]), replace(paths()["avx512"], run=fresh)).to_all(song, Rule())
    code = max(fresh.inspect_asm().values(), key=len)
    assert len(re.findall(r"vpdpwssd\s.*zmm|vpmaddwd\s.*zmm", code)) >= 8
    assert len(re.findall(r"vminps\s.*zmm", code)) >= 8


@EVERY
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_agrees_with_the_textbook(path: Path, rule: Rule) -> None:
    songs = walks([1, 2, 3, 5, 8, 13, 17, 24, 31, 32, 33, 40, 41, 47, 48, 50, 64, 100, 90], 13, 1)
    queries = walks([1, 2, 7, 8, 9, 31, 48, 61], 13, 2)
    for kind in ("float", "fixed"):
        (mine, plain_mine), (theirs, plain_theirs) = both(queries)[kind], both(songs)[kind]
        found = distances(mine, theirs, rule, path=path)
        np.testing.assert_allclose(found, right(plain_mine, plain_theirs, rule), rtol=1e-5)


@EVERY
@settings(max_examples=25, deadline=None)
@given(
    dims=st.integers(1, 40),
    mine=st.lists(st.integers(1, 40), min_size=1, max_size=3),
    theirs=st.lists(st.integers(1, 60), min_size=1, max_size=36),
    rule=st.sampled_from(RULES),
    seed=st.integers(0, 2**16),
    scale=st.sampled_from([0.0, 1e-3, 1.0, 3.0]),
)
def test_agrees_for_any_shape(
    path: Path, dims: int, mine: list[int], theirs: list[int], rule: Rule, seed: int, scale: float
) -> None:
    queries = [scale * song for song in walks(mine, dims, seed)]
    songs = [scale * song for song in walks(theirs, dims, seed + 1)]
    for kind in ("float", "fixed"):
        (one, plain_one), (other, plain_other) = both(queries)[kind], both(songs)[kind]
        found = distances(one, other, rule, path=path)
        np.testing.assert_allclose(found, right(plain_one, plain_other, rule), rtol=1e-5, atol=1e-12)


@EVERY
def test_long_songs(path: Path) -> None:
    for n, m in ((5000, 1), (1, 5000), (1800, 5000)):
        one, other = walks([n], 2, 3)[0], walks([m], 2, 4)[0]
        for rule in (Rule(), Rule(band=0.1)):
            found = distances(Sequences.of([fixed(one)]), Sequences.of([fixed(other)]), rule, path=path)
            want = reference.distance(unfixed(fixed(one)), unfixed(fixed(other)), rule)
            assert found[0, 0] == pytest.approx(want, rel=1e-5)


@EVERY
@pytest.mark.parametrize("kind", ["float", "fixed"])
@pytest.mark.parametrize("rule", [Rule(), Rule("symmetric1", 0.1)], ids=str)
def test_a_distance(path: Path, kind: str, rule: Rule) -> None:
    """Nothing between a song and itself, the same in both directions, and the same in whatever company."""
    songs, _ = both(walks([30, 30, 31, 44, 60, 7, 1], 13, 5))[kind]
    together = distances(songs, songs, rule, path=path)
    assert (np.diag(together) == 0).all()
    assert (together == together.T).all()
    for place in range(len(songs)):
        alone = distances(songs, Sequences.of([songs[place]]), rule, path=path)[:, 0]
        assert (alone == together[:, place]).all()


@EVERY
def test_known_answers(path: Path) -> None:
    """By hand: a song that lingers is no further away; each step counts as Sakoe and Chiba say."""

    def column(*numbers: float) -> Sequences:
        return Sequences.of([np.array(numbers, np.float32)[:, None]])

    plain = Rule("symmetric1", normalised=False)
    assert distances(column(1, 2, 3), column(1, 2, 2, 2, 3), plain, path=path) == [[0]]
    assert distances(column(0, 0), column(1), plain, path=path) == [[2]]
    assert distances(column(0, 0), column(1), Rule(normalised=False), path=path) == [[3]]
    assert distances(column(0, 0), column(1), Rule(), path=path) == [[1]]
    # The straight line costs 4 + 4; with 2 and 0 out of step the band lets only one go by.
    assert distances(column(0, 2, 0), column(2, 0, 2), plain, path=path) == [[8]]
    assert distances(column(0, 2, 0, 2, 0), column(2, 0, 2, 0, 2), plain, path=path) == [[8]]
    assert distances(
        column(0, 0, 0, 5, 0, 0), column(5, 0, 0, 0, 0, 0), Rule("symmetric1", 0.17, False), path=path
    ) == [[50]]


@EVERY
def test_a_passage_may_lie_anywhere(path: Path) -> None:
    """``free``: the least over all pieces of the candidate, and where the best piece ends."""
    songs = [fixed(song) for song in walks([5, 19, 40, 33], 4, 6)]
    rule = Rule("symmetric1", normalised=False)
    for length in (3, 8, 13):
        window = songs[2][11 : 11 + length]
        found, ends = Ready(Sequences.of(songs), path).to_all(window, rule, free=True)
        for song, distance, end in zip(songs, found, ends, strict=True):
            pieces = {
                (first, last): reference.distance(unfixed(window), unfixed(song[first:last]), rule)
                for first in range(len(song)) for last in range(first + 1, len(song) + 1)
            }  # fmt: skip
            assert distance == pytest.approx(min(pieces.values()), rel=1e-5, abs=1e-9)
            assert min(cost for (_, last), cost in pieces.items() if last == end + 1) == pytest.approx(
                distance, abs=1e-4
            )
        assert (found[2], ends[2]) == (0, 10 + length)


@EVERY
def test_what_is_beyond_the_threshold_is_given_up(path: Path) -> None:
    near, far = walks([80] * 16, 13, 7), [song + 9 for song in walks([80] * 16, 13, 8)]
    songs = Sequences.of([fixed(song) for song in near + far])
    ready = Ready(songs, path)
    result, ends = np.empty(len(ready.packed.order), np.float32), np.zeros(len(ready.packed.order), np.int64)
    every = np.arange(len(ready.packed))
    exact = distances(songs, songs, path=path)[0]
    rows = ready.against(songs[0], Rule(), every, result, ends, float(exact[:16].max()))
    known = np.isfinite(result)
    assert rows < 80 * len(every)
    assert set(ready.packed.order[known]) >= set(range(16))
    assert (result[known] == exact[ready.packed.order[known]]).all()


def test_memory_is_bounded_by_doing_it_in_portions() -> None:
    songs = Sequences.of([fixed(song) for song in walks([3000] * 12, 13, 9)])
    few = Sequences.of([songs[0][:50]])
    assert (distances(few, songs, memory_mb=1) == distances(few, songs, threads=2)).all()


@pytest.mark.parametrize(
    ("songs", "why"),
    [
        ([], "no song"),
        ([np.full((3, 2), np.nan, np.float32)], "NaN"),
        ([np.array([[1.0], [np.inf]], np.float32)], "infinity"),
        ([np.empty((0, 3), np.float32)], "frames"),
        ([np.zeros((LONGEST + 1, 1), np.int16)], "frames"),
        ([np.zeros((3, 0), np.float32)], "numbers"),
    ],
)
def test_what_cannot_be_compared_is_refused(songs: list[Frames], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        Sequences.of(songs)


def test_songs_of_two_kinds_are_refused() -> None:
    plain, whole = both(walks([5], 3, 10)).values()
    with pytest.raises(BadInput):
        distances(plain[0], whole[0])
    with pytest.raises(BadInput):
        distances(plain[0], Sequences.of(walks([5], 4, 10)))
    with pytest.raises(BadInput):
        Rule(band=1.5)


def test_fixed_point() -> None:
    """A five-hundredth of a unit is kept, what is far out is cut off, and no distance of two frames overflows."""
    frames = np.array([[0.1, -1.0, 400.0, -400.0]], np.float32)
    most = limit(4) / GRID
    assert unfixed(fixed(frames)).tolist() == [[pytest.approx(0.1, abs=0.5 / GRID), -1, most, -most]]
    for dims in (1, 2, 3, 13, 20, 40, 512):
        assert 4 * dims * limit(dims) ** 2 < 2**31
        assert 4 * dims * (limit(dims) + 1) ** 2 >= 2**31 or limit(dims) == 2**14 - 1
        extreme = Sequences.of(
            [fixed(np.full((9, dims), 1e6, np.float32)), fixed(np.full((9, dims), -1e6, np.float32))]
        )
        assert distances(extreme, extreme)[0, 1] == pytest.approx(4 * dims * (limit(dims) / GRID) ** 2, rel=1e-6)
