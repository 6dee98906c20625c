"""The slate: what may be in it, whatever the field looks like."""

from __future__ import annotations

from time import perf_counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.model import Arm
from core.slate import MUSIC, Choice, Field, choose
from tests.core.fields import catalogue, everything, field, rows


def chosen(columns: Field, count: int, wildcards: int) -> list[Choice]:
    """With a seed by which chance takes none of so few picks."""
    assert np.random.default_rng(1).random() > 0.1 * (count + wildcards)
    return choose(columns, everything(columns), count, wildcards, chance=np.random.default_rng(1))


def test_the_best_and_the_farthest_one_per_artist() -> None:
    columns = field([0.9, 0.8, 0.7, 0.1, 0.0, -0.5], [1, 1, 2, 3, 4, 4])
    assert rows(chosen(columns, 2, 2), Arm.CLOSE) == [0, 2]
    assert rows(chosen(columns, 2, 2), Arm.WILDCARD) == [5, 3]


def test_artists_come_again_only_where_there_are_too_few() -> None:
    columns = field([0.9, 0.8, 0.7, 0.6], [1, 1, 1, 2])
    assert rows(chosen(columns, 3, 0), Arm.CLOSE) == [0, 3, 1]


def test_equal_scores_are_broken_by_row() -> None:
    columns = field([0.5] * 400, list(range(400)))
    assert rows(chosen(columns, 3, 0), Arm.CLOSE) == [0, 1, 2]


def test_barred_recordings_and_artists_are_not_eligible() -> None:
    columns = field([0.9, 0.8, 0.7], [1, 2, 3], recordings=[10, 20, 30])
    assert columns.open_to([10], [3]).tolist() == [False, True, False]
    assert columns.open_to([], []).tolist() == [True, True, True]


def test_nothing_comes_of_nothing() -> None:
    empty, barred = field([], []), field([0.5, 0.4], [1, 2])
    for rival in (None, np.empty(0, np.float32)):
        assert choose(empty, everything(empty), 5, 5, chance=np.random.default_rng(0), rival=rival) == []
    assert choose(barred, np.zeros(2, bool), 5, 5, chance=np.random.default_rng(0), rival=barred.scores) == []
    assert choose(barred, everything(barred), 0, 0, chance=np.random.default_rng(0)) == []


SONGS = st.lists(
    st.tuples(
        st.floats(-1, 1, width=32),  # score
        st.integers(0, 12),  # recording; an artist has two
        st.floats(0, 1, width=32),  # music
        st.booleans(),  # eligible
        st.integers(0, 30),  # shown
        st.floats(-2, 2, width=32),  # the rival's score
    ),
    max_size=30,
)


@given(SONGS, st.integers(0, 6), st.integers(0, 6), st.integers(0, 3), st.booleans(), st.integers(0, 99))
def test_every_slate_keeps_the_rules(
    songs: list[tuple[float, int, float, bool, int, float]],
    count: int,
    wildcards: int,
    dimensions: int,
    two: bool,
    seed: int,
) -> None:
    recordings = [song[1] for song in songs]
    columns = field(
        [song[0] for song in songs],
        [number // 2 for number in recordings],
        recordings,
        music=[song[2] for song in songs],
        shown=[song[4] for song in songs],
        space=np.random.default_rng(seed).standard_normal((len(songs), dimensions)),
    )
    eligible = np.array([song[3] for song in songs], bool)
    rival = np.array([song[5] for song in songs], np.float32) if two else None
    slate = choose(columns, eligible, count, wildcards, chance=np.random.default_rng(seed), rival=rival)
    assert slate == choose(columns, eligible, count, wildcards, chance=np.random.default_rng(seed), rival=rival)

    taken = [columns.recording_ids[choice.row] for choice in slate]
    assert len(set(taken)) == len(taken), "no recording twice"
    assert all(eligible[choice.row] for choice in slate)
    close, far = rows(slate, Arm.CLOSE), rows(slate, Arm.WILDCARD)
    assert [choice.arm for choice in slate] == [Arm.CLOSE] * len(close) + [Arm.WILDCARD] * len(far)
    assert len(close) == min(count, len(set(columns.recording_ids[eligible]))), "as many as there are"
    assert len(far) <= wildcards
    random = {choice.row for choice in slate if choice.random}
    assert random <= set(far), "chance takes no close pick's place"
    assert all(columns.music[row] >= MUSIC for row in far if row not in random)
    left = set(columns.recording_ids[eligible & (columns.music >= MUSIC)]) - set(taken)
    assert len(far) == wildcards or not left, "as much music as there is"
    assert not any(choice.rival for choice in slate if choice.arm is Arm.WILDCARD or not two)
    artists = [int(columns.artist_ids[choice.row]) for choice in slate]
    everybody = len(set(columns.artist_ids[eligible].tolist()))
    if everybody >= count + len(random):
        assert len(set(artists[:count])) == len(close), "one per artist"
    singers = len(set(columns.artist_ids[eligible & (columns.music >= MUSIC)].tolist()))
    if singers >= count + wildcards:
        assert len(set(artists)) == len(artists), "one per artist, wildcards included"


def test_a_million_songs_take_a_moment() -> None:
    """20 ms where it was written; here the machine may be slow and busy."""
    some = catalogue(2000, 32, 0)
    chance = np.random.default_rng(0)
    draw = chance.integers(0, 2000, 1_000_000)
    columns = field(chance.standard_normal(1_000_000), chance.integers(0, 300_000, 1_000_000), space=some.space[draw])
    took = []
    for seed in range(3):
        begin = perf_counter()
        assert len(choose(columns, everything(columns), 5, 5, chance=np.random.default_rng(seed))) == 10
        took.append(perf_counter() - begin)
    assert min(took) < 0.25
