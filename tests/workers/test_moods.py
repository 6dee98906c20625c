"""Which candidates have the moods: from both ends of the ranking, and nothing that the stored numbers do not show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import moods
from core.model import Features, Track, Vector
from core.moods import MOODS, Mood
from core.store.store import Store
from workers.audio.extractor import Timbre
from workers.hearing import Ear, Heard, Hearing, Report, Song
from workers.house import House
from workers.moods import CHUNK, ENOUGH, MOST, suiting

_VECTOR: Vector = np.zeros(1, np.float32)


class Known:
    """An ear that knows what it was given, and remembers what it was asked."""

    extractor, version, model, asks, quick = "test", "1", "nearest", False, True

    def __init__(self, songs: dict[int, Features]) -> None:
        self._songs = songs
        self.asked: list[int] = []

    async def known(self, recording_ids: Sequence[int]) -> dict[int, Features]:
        self.asked += recording_ids
        return {song: self._songs[song] for song in recording_ids if song in self._songs}

    async def listen(self, songs: Sequence[Song], report: Report, at_once: int = 0) -> Heard:
        raise AssertionError("nobody listens here")


def heard(tempo: float | None = None, confidence: float = 1.0, **named: float) -> Features:
    told = named if tempo is None else {"tempo": tempo, **named}
    return Features("test", "1", _VECTOR, told, {"tempo": confidence} if tempo is not None else {})


SEEDS = [heard(tempo=100.0, brightness=2000.0, mode=1.0)]


async def rows(asked: Sequence[Mood], songs: Sequence[Features | None], *others: Ear) -> tuple[list[int], int]:
    """The rows that suit of songs that are ranked as they come, and how many could not be told."""
    ear = Known({10 + row: song for row, song in enumerate(songs) if song is not None})
    ids = np.arange(10, 10 + len(songs), dtype=np.int64)
    found = await suiting(asked, np.arange(len(songs)), ids, SEEDS, [ear, *others])
    return np.flatnonzero(found.rows).tolist(), found.untold


async def test_only_what_suits_and_is_eligible_is_marked() -> None:
    songs = [heard(80.0), heard(120.0), heard(70.0), heard(80.0, 0.0), None, heard(60.0)]
    assert await rows(moods.of(["slower"]), songs) == ([0, 2, 5], 2)
    ear = Known({10 + row: song for row, song in enumerate(songs) if song is not None})
    found = await suiting(moods.of(["slower"]), np.array([5, 0]), np.arange(10, 16, dtype=np.int64), SEEDS, [ear])
    assert (found.rows.tolist(), found.untold) == ([True, False, False, False, False, True], 0)
    assert ear.asked == [15, 10]


async def test_all_moods_are_needed() -> None:
    songs = [heard(80.0, brightness=1500.0), heard(80.0, brightness=2000.0), heard(80.0), heard(120.0)]
    assert await rows(moods.of(["slower", "darker"]), songs) == ([0], 1)  # what is too fast need not be told further


async def test_others_tell_what_the_own_ear_does_not_know_but_nothing_relative() -> None:
    songs: list[Features | None] = [heard(80.0), heard(80.0), heard(80.0), None]
    other = Known({
        10: heard(instrumentalness=0.9), 11: heard(instrumentalness=0.1), 13: heard(50.0, instrumentalness=0.9),
    })  # fmt: skip
    assert await rows(moods.of(["instrumental"]), songs) == ([], 4)
    assert await rows(moods.of(["instrumental"]), songs, other) == ([0, 3], 1)
    assert await rows(moods.of(["instrumental", "slower"]), songs, other) == ([0], 2)


async def test_it_looks_no_farther_than_needed_and_from_both_ends() -> None:
    songs = [heard(60.0) for _ in range(10 * CHUNK)]
    ear = Known(dict(enumerate(songs)))
    found = await suiting(moods.of(["slower"]), np.arange(len(songs)), np.arange(len(songs)), SEEDS, [ear])
    assert np.flatnonzero(found.rows).tolist() == [*range(CHUNK), *range(len(songs) - CHUNK, len(songs))]
    assert len(ear.asked) == 2 * CHUNK
    assert CHUNK >= ENOUGH


async def test_it_gives_up() -> None:
    songs = [heard(120.0)] * (2 * MOST + CHUNK)
    ear = Known(dict(enumerate(songs)))
    found = await suiting(moods.of(["slower"]), np.arange(len(songs)), np.arange(len(songs)), SEEDS, [ear])
    assert not found.rows.any()
    assert (len(ear.asked), len(set(ear.asked))) == (2 * MOST, 2 * MOST)


async def test_no_moods_leave_everything_as_it_is() -> None:
    assert await rows((), [heard(80.0), None]) == ([0, 1], 0)


@given(
    st.sets(st.sampled_from(["slower", "darker", "sad", "quieter", "instrumental", "energetic"]), min_size=1),
    st.lists(
        st.builds(
            heard,
            tempo=st.none() | st.floats(40, 200),
            confidence=st.floats(0, 1),
            brightness=st.floats(500, 5000),
            mode=st.sampled_from([0.0, 1.0]),
            instrumentalness=st.floats(0, 1),
        ),
        max_size=20,
    ),
)
async def test_whatever_is_let_through_has_the_moods(names: set[str], songs: list[Features]) -> None:
    """Recomputed song by song; and whatever is left out has not, or it cannot be told."""
    mine = moods.reference(SEEDS)
    found, untold = await rows(moods.of(sorted(names)), list(songs))
    told = [[MOODS[name].allows(song.named, song.confidence, mine) for name in names] for song in songs]
    assert found == [row for row, each in enumerate(told) if all(mood is True for mood in each)]
    assert untold == sum(None in each and False not in each for each in told)


async def test_what_is_stored_is_what_counts(house: House) -> None:
    store: Store = house.store
    ear = Hearing(store, house.pool, [], house.settings.state_dir)
    places = await store.catalogue.record([Track(f"Song {n}", (f"Artist {n}",)) for n in range(40)])
    tempi = np.random.default_rng(3).uniform(60, 180, len(places))
    for place, tempo in zip(places, tempi, strict=True):
        confidence = {"tempo": 0.0 if place.recording_id % 7 == 0 else 0.9}
        features = Features(Timbre.name, ear.version, _VECTOR, {"tempo": float(tempo)}, confidence)
        await store.features.save(place.recording_id, features)
    ids = np.array([place.recording_id for place in places])
    found = await suiting(moods.of(["faster"]), np.arange(len(ids)), ids, SEEDS, [ear])
    unsure = ids % 7 == 0
    assert found.rows.tolist() == ((tempi >= 108) & ~unsure).tolist()
    assert found.untold == unsure.sum()


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 1])
async def test_no_song_is_counted_twice(size: int) -> None:
    assert (await rows(moods.of(["slower"]), [None] * size))[1] == size
