"""The second look over a real store: who is looked at, who comes first, and which passages are told of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from core.model import FrameSequence, Track
from core.ports import Ranking
from core.settings import Worker
from core.store.store import Store
from tests.workers.warping.songs import walks
from workers.audio.sequence import VERSION
from workers.library import Library
from workers.looking import Looking, Pair
from workers.models import Look, all_models
from workers.warping.sequences import Frames, fixed

SONGS = [fixed(song) for song in walks([60] * 40, 13, 11)]
EVERYBODY = np.ones(36, bool)


def look(name: str) -> Look:
    found = all_models()[name]
    assert isinstance(found, Look)
    return found


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}")
    yield store
    await store.close()


@pytest.fixture
async def numbers(store: Store) -> list[int]:
    """The recordings of SONGS: four of the listener's, then 36 candidates, of which the last was never heard so."""
    tracks = [Track(f"Song {number}", (f"Artist {number}",)) for number in range(len(SONGS))]
    recordings = [place.recording_id for place in await store.catalogue.record(tracks)]
    await keep(store, dict(zip(recordings[:-1], SONGS[:-1], strict=True)))
    return recordings


async def keep(store: Store, songs: dict[int, Frames], start_s: float = 0) -> None:
    await store.sequences.save_many({number: FrameSequence(VERSION, song, start_s) for number, song in songs.items()})


def looking(store: Store, tmp_path: Path, warp: int = 0) -> Looking:
    return Looking(Library(store, tmp_path / "sequences"), Worker(processes=1, warp=warp))


SCREENED = Ranking(np.linspace(-1, -2, 36).astype(np.float32), np.zeros(36, np.intp))


async def test_the_best_of_the_screening_are_looked_at(store: Store, numbers: list[int], tmp_path: Path) -> None:
    """They come before all others, in a new order; behind them everything is as it was."""
    candidates = np.array(numbers[4:])
    found = await looking(store, tmp_path, 10).again(look("dtw"), numbers[:4], [], candidates, EVERYBODY, SCREENED)
    order = np.argsort(-found.scores)
    assert sorted(order[:10]) == list(range(10)) != order[:10].tolist()
    assert order[10:].tolist() == list(range(10, 36))
    assert found.scores[:10].min() > 0 > found.scores[10:].max()


async def test_only_those_who_may_be_shown_are_looked_at(store: Store, numbers: list[int], tmp_path: Path) -> None:
    eligible = np.arange(36) % 2 == 1
    found = await looking(store, tmp_path, 6).again(
        look("dtw"), numbers[:4], [], np.array(numbers[4:]), eligible, SCREENED
    )
    assert sorted(np.argsort(-found.scores)[:6]) == [1, 3, 5, 7, 9, 11]


@pytest.mark.parametrize("name", ["dtw", "mfcc"])
async def test_everything_can_be_looked_at(store: Store, numbers: list[int], tmp_path: Path, name: str) -> None:
    """With no limit, or by a model that needs none; except what was never heard that way."""
    found = await looking(store, tmp_path, 0 if name == "dtw" else 5).again(
        look(name), numbers[:4], [], np.array(numbers[4:]), EVERYBODY, SCREENED
    )
    assert (found.scores > 0).sum() == 35
    assert found.scores[35] < 0


async def test_a_song_of_the_listeners_is_found(store: Store, numbers: list[int], tmp_path: Path) -> None:
    await keep(store, {numbers[-1]: SONGS[2]})
    found = await looking(store, tmp_path).again(
        look("dtw"), [numbers[2]], [], np.array(numbers[4:]), EVERYBODY, SCREENED
    )
    assert found.scores.argmax() == 35
    assert found.scores[35] == 1


async def test_several_people_are_pleased_together(store: Store, numbers: list[int], tmp_path: Path) -> None:
    members = [np.array([0, 1]), np.array([2, 3])]
    found = await looking(store, tmp_path, 20).again(
        look("dtw"), numbers[:4], members, np.array(numbers[4:]), EVERYBODY, SCREENED
    )
    assert set(found.nearest[np.arange(20)].tolist()) <= {0, 1, 2, 3}
    assert found.scores[:20].min() >= 0 > found.scores[20:].max()


async def test_without_the_listeners_songs_the_screening_stands(
    store: Store, numbers: list[int], tmp_path: Path
) -> None:
    found = await looking(store, tmp_path).again(
        look("dtw"), [numbers[0], numbers[-1]], [], np.array(numbers[4:]), EVERYBODY, SCREENED
    )
    assert found is SCREENED


async def test_a_passage_that_two_songs_share_is_told_with_its_times(
    store: Store, numbers: list[int], tmp_path: Path
) -> None:
    """15 seconds of the first song, planted in another between other music; its sound begins 2 seconds late."""
    seed = Track("Mine", ("Me",))
    planted = np.concatenate([SONGS[30][:14], SONGS[0][20:50], SONGS[31][:20]])
    (theirs,) = [place.recording_id for place in await store.catalogue.record([Track("Theirs", ("They",))])]
    await keep(store, {theirs: planted}, start_s=2.0)
    pairs = [Pair(numbers[0], theirs, seed), Pair(numbers[1], numbers[-1], seed), Pair(numbers[0], 999_999, seed)]
    found, *others = await looking(store, tmp_path).passages(pairs, np.array(numbers[4:]))
    assert others == [None, None]
    assert found is not None
    assert found.seed == seed
    assert found.mine == (pytest.approx(10, abs=2.1), pytest.approx(25, abs=2.1))
    assert found.theirs == (pytest.approx(9 + found.mine[0] - 10, abs=1), pytest.approx(24 + found.mine[1] - 25, abs=1))
    assert 0.95 < found.closer < 1
    assert found.path[0] == (found.mine[0], found.theirs[0])
    assert all(before <= after for before, after in zip(found.path, found.path[1:], strict=False))


async def test_nothing_is_told_of_songs_that_have_nothing_in_common(
    store: Store, numbers: list[int], tmp_path: Path
) -> None:
    strange = [place.recording_id for place in await store.catalogue.record([Track("Strange", ("They",))])]
    await keep(store, {strange[0]: fixed(walks([60], 13, 99)[0] + 7)})
    found = await looking(store, tmp_path).passages(
        [Pair(numbers[0], strange[0], Track("Mine", ("Me",)))], np.array(numbers[4:])
    )
    assert found == [None]
    assert await looking(store, tmp_path).passages([], np.array(numbers[4:])) == []
