"""Passages are found where they were put, and as close as trying everything finds them."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from core.model import Vector
from tests.workers.warping.songs import walks
from workers.warping.passage import SHORTEST, Passage, alignment, best, closer_than
from workers.warping.sequences import Frames, Sequences, fixed, unfixed


def textbook(window: Frames, piece: Frames) -> float:
    """The distance of a window and a piece of a song: Sakoe & Chiba 1978, table I, symmetric, P = 1, as it stands."""
    apart = np.square(window[:, None].astype(np.float64) - piece).sum(axis=2)

    def d(i: int, j: int) -> float:
        return float(apart[i, j])

    @cache
    def g(i: int, j: int) -> float:
        if (i, j) == (0, 0):
            return 2 * d(0, 0)
        if i < 1 or j < 1:
            return np.inf
        return min(
            g(i - 1, j - 2) + 2 * d(i, j - 1) + d(i, j),
            g(i - 1, j - 1) + 2 * d(i, j),
            g(i - 2, j - 1) + 2 * d(i - 1, j) + d(i, j),
        )

    return g(len(window) - 1, len(piece) - 1) / (len(window) + len(piece))


def brute(window: Frames, song: Frames) -> dict[tuple[int, int], float]:
    """The distance of the window to every piece of the song."""
    return {
        (begin, end): textbook(window, song[begin:end])
        for begin in range(len(song)) for end in range(begin + 1, len(song) + 1)
    }  # fmt: skip


def along(mine: Frames, theirs: Frames, passage: Passage) -> float:
    """The distance of a passage by its path, which takes no step alone but right after one to both."""
    path = alignment(mine, theirs, passage)
    assert path[0].tolist() == [passage.mine[0], passage.theirs[0]]
    assert path[-1].tolist() == [passage.mine[1] - 1, passage.theirs[1] - 1]
    steps = [(1, 1), *map(tuple, np.diff(path, axis=0).tolist())]
    assert set(steps) <= {(1, 1), (1, 0), (0, 1)}
    assert len(steps) == 1 or steps[1] == (1, 1)
    assert all((1, 1) in pair for pair in pairwise(steps))
    weights = np.array([2 if step == (1, 1) else 1 for step in steps])
    assert weights.sum() == sum(end - begin for begin, end in (passage.mine, passage.theirs))
    costs = np.square(mine[path[:, 0]].astype(np.float64) - theirs[path[:, 1]]).sum(axis=1)
    return float((weights * costs).sum() / weights.sum())


def slower(song: Vector, times: float) -> Vector:
    """The song, so many times as long."""
    places = np.linspace(0, len(song) - 1, round(times * len(song)))
    low = np.minimum(places.astype(int), len(song) - 2)
    share = (places - low)[:, None].astype(np.float32)
    stretched: Vector = (1 - share) * song[low] + share * song[low + 1]
    return stretched


@settings(max_examples=30, deadline=None)
@given(
    n=st.integers(SHORTEST, 14),
    m=st.integers(SHORTEST, 18),
    rows=st.integers(1, 12),
    hop=st.integers(1, 5),
    dims=st.integers(1, 3),
    whole=st.booleans(),
    seed=st.integers(0, 2**16),
)
def test_the_same_as_brute_force(n: int, m: int, rows: int, hop: int, dims: int, whole: bool, seed: int) -> None:
    random = np.random.default_rng(seed)
    mine, theirs = (random.normal(size=(length, dims)).astype(np.float32) for length in (n, m))
    found = best(fixed(mine), fixed(theirs), rows, hop) if whole else best(mine, theirs, rows, hop)
    assert found is not None
    if whole:
        mine, theirs = unfixed(fixed(mine)), unfixed(fixed(theirs))
    rows = min(rows, n, m)
    every = {
        (first, piece): distance
        for first in sorted({*range(0, n - rows + 1, hop), n - rows})
        for piece, distance in brute(mine[first : first + rows], theirs).items()
    }  # fmt: skip
    assert found.distance == pytest.approx(min(every.values()), rel=1e-9)
    assert every[found.mine[0], found.theirs] == pytest.approx(found.distance, rel=1e-9)
    assert found.mine[1] == found.mine[0] + rows
    assert along(mine, theirs, found) == pytest.approx(found.distance, rel=1e-9)


def test_songs_on_disk(tmp_path_factory: pytest.TempPathFactory) -> None:
    songs = Sequences.of([fixed(song) for song in walks([40, 50, 60], 13, 3)])
    place = tmp_path_factory.mktemp("songs") / "frames.npy"
    np.save(place, songs.frames)
    mapped = Sequences(np.load(place, mmap_mode="r"), songs.starts)
    assert best(mapped[0], mapped[1]) == best(songs[0], songs[1])


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("noise", [0.0, 0.3])
@pytest.mark.parametrize("times", [0.75, 1.0, 1.5])
def test_a_planted_passage_is_found(times: float, noise: float, whole: bool) -> None:
    """Two songs of noise have one passage in common, slower or faster in theirs.

    Its neighbouring frames are further apart than the noise that is added: else there is no place to be found.
    """
    random = np.random.default_rng(4)
    mine = random.normal(size=(120, 13)).astype(np.float32)
    theirs = random.normal(size=(200, 13)).astype(np.float32)
    mine[48:78] = 5 * walks([30], 13, 5)[0]
    planted = slower(mine[48:78], times)
    end = 90 + len(planted)
    theirs[90:end] = planted + noise * random.normal(size=planted.shape)
    found = best(fixed(mine), fixed(theirs)) if whole else best(mine, theirs)
    assert found is not None
    assert found.mine == (48, 78)
    assert abs(found.theirs[0] - 90) <= 2
    assert abs(found.theirs[1] - end) <= 2
    if times == 1:
        assert found.theirs == (90, end)
        path = alignment(mine, theirs, found)
        assert (path[:, 1] - path[:, 0] == 42).mean() > (0.8 if noise else 0.999)
        assert found.distance == pytest.approx(13 * noise**2, rel=0.3, abs=1e-9)
    else:
        mine_at, theirs_at = alignment(mine, theirs, found).T
        slope = np.polyfit(mine_at, theirs_at, 1)[0]
        assert slope == pytest.approx(times, rel=0.1)


@pytest.mark.parametrize(("times", "held"), [(0.4, False), (0.55, True), (1.9, True), (2.6, False)])
def test_half_to_twice_as_long(times: float, held: bool) -> None:
    """What runs at less than twice the speed is followed to its end, and nothing beyond is."""
    song = slower(walks([30], 5, 6)[0], 2)[:30]
    theirs = slower(song, times)
    found = best(song, theirs, rows=30) if len(theirs) >= 30 else best(theirs, song, rows=len(theirs))
    assert found is not None
    (begin, end), (first, last) = found.mine, found.theirs
    assert (end - begin - 1) / 2 <= last - first - 1 <= 2 * (end - begin - 1)
    whole = Passage((0, 30), (0, len(theirs)), 0)
    if held:
        assert along(song, theirs, whole) < 0.05
    else:
        with pytest.raises(BadInput):
            alignment(song, theirs, whole)


def test_no_passage_hangs_on_one_frame() -> None:
    """A window of one sound and a song that has it for one frame only: plain warping would find nothing amiss."""
    window = np.ones((30, 4), np.float32)
    theirs = np.random.default_rng(7).normal(size=(90, 4)).astype(np.float32) + 4
    theirs[44] = 1
    found = best(window, theirs)
    assert found is not None
    assert found.theirs[1] - found.theirs[0] >= 16
    assert found.distance > 10


@settings(max_examples=50, deadline=None)
@given(n=st.integers(8, 60), m=st.integers(8, 60), rows=st.integers(2, 40), seed=st.integers(0, 2**16))
def test_the_same_from_the_other_side(n: int, m: int, rows: int, seed: int) -> None:
    """The two pieces of a passage are as far from each other whichever is mine."""
    mine, theirs = walks([n, m], 3, seed)
    found = best(mine, theirs, rows)
    assert found is not None
    assert 0 <= found.mine[0] < found.mine[1] <= n
    assert 0 <= found.theirs[0] < found.theirs[1] <= m
    assert along(mine, theirs, found) == pytest.approx(found.distance, rel=1e-9)
    assert along(theirs, mine, Passage(found.theirs, found.mine, 0)) == pytest.approx(found.distance, rel=1e-9)


def test_a_song_and_itself() -> None:
    song = fixed(walks([64], 13, 8)[0])
    assert best(song, song) == Passage((0, 30), (0, 30), 0.0)
    assert best(song[:20], song) == Passage((0, 20), (0, 20), 0.0)
    assert best(song, song[28:48]) == Passage((28, 48), (0, 20), 0.0)


def test_the_last_window_ends_with_the_song() -> None:
    mine, theirs = walks([47, 60], 13, 9)
    theirs[20:50] = mine[17:]
    assert best(mine, theirs) == Passage((17, 47), (20, 50), 0.0)


def test_short_songs() -> None:
    short, song = walks([SHORTEST - 1, 40], 13, 10)
    assert best(short, song) is None
    assert best(song, short) is None
    assert best(song[:SHORTEST], song) == Passage((0, SHORTEST), (0, SHORTEST), 0.0)


def test_closer_than() -> None:
    background = np.array([1, 2, 3, 4], np.float32)
    assert closer_than(0.5, background) == 4.5 / 5
    assert closer_than(2, background) == 2.5 / 5
    assert closer_than(9, background) == 0.5 / 5
    assert closer_than(1, np.empty(0, np.float32)) == 0.5
    assert closer_than(1.5, np.array([1, 2, np.inf, np.inf], np.float32)) == 0.5
    assert closer_than(float(np.float32(0.1)) + 1e-12, np.full(9, 0.1, np.float32)) == 0.5 / 10
    assert closer_than(0.0, np.ones(999, np.float32)) == 0.9995


def test_what_cannot_be_compared_is_refused() -> None:
    one, other = walks([20, 20], 3, 11)
    for wrong in (fixed(other), other[:, :2], other[:0], np.full_like(other, np.nan)):
        with pytest.raises(BadInput):
            best(one, wrong)
    for passage in (Passage((0, 21), (0, 20), 0), Passage((-1, 10), (0, 10), 0), Passage((5, 5), (0, 2), 0),
                    Passage((0, 1), (0, 2), 0)):  # fmt: skip
        with pytest.raises(BadInput):
            alignment(one, other, passage)
