"""The library is the store's sequences, whoever adds to it, whatever happened before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from core.model import FrameSequence, Track
from core.store.store import Store
from workers.audio.sequence import DIMS, VERSION
from workers.library import Library, Shelf


def heard(seed: int, length: int = 60) -> FrameSequence:
    frames = np.random.default_rng(seed).integers(-6000, 6000, (length, DIMS)).astype(np.int16)
    return FrameSequence(VERSION, frames, seed / 8)


async def opened(folder: Path) -> Store:
    return await Store.open(f"sqlite+aiosqlite:///{folder / 'store.db'}")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await opened(tmp_path)
    yield store
    await store.close()


async def keep(store: Store, *seeds: int, version: str = VERSION) -> list[int]:
    """A recording with a sequence for each seed."""
    places = await store.catalogue.record([Track(f"Song {seed}", (f"Artist {seed}",)) for seed in seeds])
    numbers = [place.recording_id for place in places]
    sequences = [heard(seed, 10 + seed) for seed in seeds]
    await store.sequences.save_many(
        {
            number: FrameSequence(version, each.frames, each.start_s)
            for number, each in zip(numbers, sequences, strict=True)
        }
    )
    return numbers


def holds(shelf: Shelf, recordings: list[int], *seeds: int) -> None:
    places = shelf.places(recordings)
    for place, seed in zip(places, seeds, strict=True):
        assert (shelf.sequences[place] == heard(seed, 10 + seed).frames).all()
        assert shelf.starts_s[place] == seed / 8


async def test_it_grows_with_the_store(store: Store, tmp_path: Path) -> None:
    library = Library(store, tmp_path / "sequences")
    empty = await library.current()
    assert (len(empty), empty.places([1, 2]).tolist()) == (0, [-1, -1])
    first = await keep(store, 1, 2)
    earlier = await library.current()
    holds(earlier, first, 1, 2)
    second = await keep(store, 3)
    later = await library.current()
    holds(later, first + second, 1, 2, 3)
    holds(earlier, first, 1, 2)
    assert later.places([second[0], 999, first[0]]).tolist() == [2, -1, 0]
    assert [len(song) for song in (later.songs(np.array([2, 0]))[place] for place in (0, 1))] == [13, 11]


async def test_another_version_is_not_in_it(store: Store, tmp_path: Path) -> None:
    await keep(store, 1, version="0")
    assert len(await Library(store, tmp_path / "sequences").current()) == 0
    assert await store.sequences.missing([1], VERSION) == {1}


async def test_what_was_heard_twice_is_kept_once(store: Store, tmp_path: Path) -> None:
    (number,) = await keep(store, 4)
    await store.sequences.save_many({number: heard(5)})
    holds(await Library(store, tmp_path / "sequences").current(), [number], 4)


async def test_several_workers_add_to_one_file(store: Store, tmp_path: Path) -> None:
    libraries = [Library(store, tmp_path / "sequences") for _ in range(3)]
    await libraries[0].current()  # who it belongs to is settled
    recordings = await keep(store, *range(1, 30))
    for shelf in await asyncio.gather(*(library.current() for library in libraries)):
        holds(shelf, recordings, *range(1, 30))
        assert len(shelf) == 29
    (index,) = (tmp_path / "sequences").glob("*.index")
    assert index.stat().st_size == 29 * 32


async def test_one_that_died_while_it_wrote_left_nothing_behind(store: Store, tmp_path: Path) -> None:
    library = Library(store, tmp_path / "sequences")
    first = await keep(store, 1, 2)
    await library.current()
    for kind, rest in (("frames", b"\1" * 777), ("index", b"\2" * 13)):
        (file,) = (tmp_path / "sequences").glob(f"*.{kind}")
        with file.open("ab") as opened_file:
            opened_file.write(rest)
    second = await keep(store, 3, 4)
    for again in (library, Library(store, tmp_path / "sequences")):
        holds(await again.current(), first + second, 1, 2, 3, 4)


async def test_a_store_put_in_its_place_has_a_library_of_its_own(tmp_path: Path) -> None:
    before = await opened(tmp_path)
    await keep(before, 1, 2, 3)
    await Library(before, tmp_path / "sequences").current()
    await before.close()
    for file in tmp_path.glob("store.db*"):
        file.unlink()
    after = await opened(tmp_path)
    recordings = await keep(after, 7, 8)
    shelf = await Library(after, tmp_path / "sequences").current()
    assert len(shelf) == 2
    holds(shelf, recordings, 7, 8)
    await after.close()
