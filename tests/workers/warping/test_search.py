"""The search finds what brute force finds, and leaves out what it can."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Vector
from tests.workers.warping.songs import walks
from workers.warping.distances import Path, distances, paths
from workers.warping.rule import Rule
from workers.warping.search import nearest
from workers.warping.sequences import Sequences, fixed


def worlds(counts: list[int], lengths: tuple[int, int], seed: int, apart: float) -> Sequences:
    """Groups of songs that are ``apart`` from each other; every third song is there twice."""
    random = np.random.default_rng(seed)
    songs = []
    for group, count in enumerate(counts):
        made = walks(random.integers(*lengths, count).tolist(), 5, seed + group)
        made[::3] = made[: len(made[::3])]
        songs += [fixed(song + apart * group) for song in made]
    return Sequences.of(songs)


def brute(
    queries: Sequences, songs: Sequences, k: int, rule: Rule, path: Path | None = None
) -> list[tuple[list[int], Vector]]:
    found = []
    for row in distances(queries, songs, rule, path=path):
        best = np.lexsort((np.arange(len(songs)), row))[:k]
        found.append((best.tolist(), row[best]))
    return found


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    k=st.integers(1, 30),
    band=st.sampled_from([0.0, 0.2]),
    apart=st.sampled_from([0.0, 1.0, 6.0]),
    seed=st.integers(0, 2**16),
    screened=st.booleans(),
    path=st.sampled_from(list(paths().values())),
)
def test_the_same_as_brute_force(
    counts: list[int], k: int, band: float, apart: float, seed: int, screened: bool, path: Path
) -> None:
    songs = worlds(counts, (4, 70), seed, apart)
    queries = Sequences.of([songs[0], songs[len(songs) - 1], fixed(walks([33], 5, seed + 9)[0])])
    screen = np.random.default_rng(seed).normal(size=(3, len(songs))).astype(np.float32) if screened else None
    rule = Rule(band=band)
    found, _ = nearest(queries, songs, k, rule, screen=screen, path=path)
    for mine, (best, apart_by) in zip(found, brute(queries, songs, k, rule, path), strict=True):
        assert mine.songs.tolist() == best
        assert (mine.distances == apart_by).all()


@pytest.mark.parametrize("threads", [1, 3])
def test_other_worlds_are_left_out(threads: int) -> None:
    songs = worlds([400, 400, 400], (50, 60), 3, 8.0)
    queries = Sequences.of([songs[5], songs[700]])
    found, work = nearest(queries, songs, 10, Rule(), threads=threads)
    assert [mine.songs.tolist() for mine in found] == [best for best, _ in brute(queries, songs, 10, Rule())]
    assert work.bounded > 0.5 * work.blocks
    assert work.computed < 0.5 * work.rows


def test_neighbouring_worlds_are_given_up_on_the_way() -> None:
    songs = worlds([100, 400], (100, 110), 4, 2.5)
    _, work = nearest(Sequences.of([songs[5]]), songs, 3, Rule())
    assert work.abandoned > 0
    assert work.computed < work.rows * (1 - work.bounded / work.blocks)


def test_a_screening_says_where_to_begin() -> None:
    """Whoever knows the answer before has less to compute than whoever is led astray."""
    songs = worlds([300, 300], (60, 70), 5, 3.0)
    query = Sequences.of([songs[0]])
    right = -distances(query, songs)
    _, best_first = nearest(query, songs, 5, Rule(), screen=right)
    _, worst_first = nearest(query, songs, 5, Rule(), screen=-right)
    assert best_first.computed < worst_first.computed


def test_in_portions() -> None:
    songs = worlds([120, 120], (900, 1000), 6, 1.0)
    query = Sequences.of([songs[3][:40]])
    whole, _ = nearest(query, songs, 12, Rule(), memory_mb=4096)
    parts, _ = nearest(query, songs, 12, Rule(), memory_mb=1)
    assert whole[0].songs.tolist() == parts[0].songs.tolist()


def test_fewer_songs_than_wanted() -> None:
    songs = worlds([3], (10, 20), 7, 0)
    found, _ = nearest(songs, songs, 10, Rule())
    assert [len(mine.songs) for mine in found] == [3, 3, 3]
