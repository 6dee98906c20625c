"""The slate: what may be in it, whatever the field looks like."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.model import Arm
from core.slate import MUSIC, Field, choose


def field(
    scores: list[float], artists: list[int], recordings: list[int] | None = None, music: list[float] | None = None
) -> Field:
    numbers = recordings or list(range(len(scores)))
    return Field(
        np.array(scores, np.float32),
        np.array(numbers, np.int64),
        np.array(artists, np.int64),
        np.array(music or [1.0] * len(scores), np.float32),
    )


def everything(columns: Field) -> np.ndarray:
    return np.ones(len(columns.scores), bool)


def rows(columns: Field, count: int, wildcards: int, arm: Arm) -> list[int]:
    return [choice.row for choice in choose(columns, everything(columns), count, wildcards) if choice.arm is arm]


def test_the_best_and_the_worst_one_per_artist() -> None:
    columns = field([0.9, 0.8, 0.7, 0.1, 0.0, -0.5], [1, 1, 2, 3, 4, 4])
    assert rows(columns, 2, 2, Arm.CLOSE) == [0, 2]
    assert rows(columns, 2, 2, Arm.WILDCARD) == [5, 3]


def test_noise_is_no_wildcard() -> None:
    columns = field([0.9, 0.0, -0.9], [1, 2, 3], music=[1.0, MUSIC, MUSIC - 0.01])
    assert rows(columns, 1, 1, Arm.WILDCARD) == [1]


def test_artists_come_again_only_where_there_are_too_few() -> None:
    columns = field([0.9, 0.8, 0.7, 0.6], [1, 1, 1, 2])
    assert rows(columns, 3, 0, Arm.CLOSE) == [0, 3, 1]


def test_barred_recordings_and_artists_are_not_eligible() -> None:
    columns = field([0.9, 0.8, 0.7], [1, 2, 3], recordings=[10, 20, 30])
    assert columns.open_to([10], [3]).tolist() == [False, True, False]
    assert columns.open_to([], []).tolist() == [True, True, True]


@given(
    st.lists(
        st.tuples(st.floats(-1, 1, width=32), st.integers(0, 12), st.floats(0, 1, width=32), st.booleans()), max_size=30
    ),
    st.integers(0, 6),
    st.integers(0, 6),
)
def test_every_slate_keeps_the_rules(songs: list[tuple[float, int, float, bool]], count: int, wildcards: int) -> None:
    recordings = [song[1] for song in songs]
    # A recording has one artist, and an artist has two recordings here.
    columns = field([s[0] for s in songs], [number // 2 for number in recordings], recordings, [s[2] for s in songs])
    eligible = np.array([song[3] for song in songs], bool)
    chosen = choose(columns, eligible, count, wildcards)
    taken = [columns.recording_ids[choice.row] for choice in chosen]
    assert len(set(taken)) == len(taken), "no recording twice"
    assert all(eligible[choice.row] for choice in chosen)
    close = [c.row for c in chosen if c.arm is Arm.CLOSE]
    far = [c.row for c in chosen if c.arm is Arm.WILDCARD]
    assert len(close) <= count
    assert len(far) <= wildcards
    assert all(columns.music[row] >= MUSIC for row in far)
    assert len(close) == min(count, len(set(columns.recording_ids[eligible]))), "as many as there are"
    artists = set(columns.artist_ids[eligible].tolist())
    if len(artists) >= count:
        assert len({int(columns.artist_ids[row]) for row in close}) == len(close), "one per artist"
