"""A new version of the vector takes over when it has heard the catalogue, and nobody waits for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import UnknownChoice
from core.model import Candidate, Options, Playlist, Progress, Source, SourceKind, State, Track
from tests.workers.test_recommend import ask, slate
from workers.audio.projection import projection
from workers.ears import Ears
from workers.hearing import Hearing, Song
from workers.house import House
from workers.stock import ADDED, DEMO, MAIN

COLLECTIONS = [MAIN, ADDED, DEMO]


async def quiet(progress: Progress) -> None:
    """Nobody looks."""


def track(path: Path, artist: str) -> Track:
    return Track(path.stem, (artist,), "file", str(path), path=path)


@pytest.fixture
def files(tmp_path: Path, clips: list[bytes]) -> list[Path]:
    paths = []
    for number, clip in enumerate(clips):
        paths.append(tmp_path / f"Song {number}.mp3")
        paths[-1].write_bytes(clip)
    return paths


def newer(house: House, version: str) -> Path:
    """A vector that the operator has fitted."""
    file = house.settings.state_dir / "models" / f"timbre-{version}.npz"
    file.parent.mkdir(exist_ok=True)
    replace(projection(), version=version).save(file)
    return file


async def test_the_old_version_answers_until_the_new_has_heard_enough(house: House, files: list[Path]) -> None:
    catalogue = [Candidate(track(path, f"Newcomer {path.stem}"), collection=ADDED) for path in files[1:]]
    await house.store.catalogue.add(catalogue)
    source = Source(SourceKind.PLAYLIST, playlist=Playlist("p", (track(files[0], "Loved"),), "file"))
    await house.stock.hear_all([ADDED], quiet)
    file = newer(house, "2")
    async with House(house.settings) as upgraded:
        answered = await ask(upgraded, source, Options(count=3, wildcards=0))
        assert len((await slate(upgraded, answered)).picks) == 3
        # Nothing was heard by the new version meanwhile: the listener did not wait for it.
        assert await house.store.features.coverage(COLLECTIONS, "timbre") == {"1": 7}
        await upgraded.hear()
        assert await house.store.features.coverage(COLLECTIONS, "timbre") == {"1": 7, "2": 7}
        ears = [Hearing(house.store, upgraded.pool, [], house.settings.state_dir, fitted) for fitted in (file, None)]
        assert (await Ears(house.store.features, ears).of("timbre", COLLECTIONS)).version == "2"
        again = await ask(upgraded, source, Options(count=3, wildcards=0), handle="y")
        assert again.state is State.READY


async def test_in_an_empty_house_the_newest_begins(house: House) -> None:
    newer(house, "2")
    ears = [Hearing(house.store, house.pool, [], house.settings.state_dir, file)
            for file in (house.settings.state_dir / "models" / "timbre-2.npz", None)]  # fmt: skip
    assert (await Ears(house.store.features, ears).of("timbre", COLLECTIONS)).version == "2"


async def test_an_extractor_that_nobody_has(house: House) -> None:
    with pytest.raises(UnknownChoice, match="basic"):
        await Ears(house.store.features, []).of("basic", COLLECTIONS)


async def test_a_model_compares_only_what_it_knows(house: House, files: list[Path]) -> None:
    source = Source(SourceKind.PLAYLIST, playlist=Playlist("p", (track(files[0], "Loved"),), "file"))
    refused = await ask(house, source, Options(model="timbre", features="ten"))
    assert (refused.state, refused.error) == (State.REFUSED, "UnknownChoice")


async def test_what_was_just_heard_is_what_is_kept(house: House, files: list[Path]) -> None:
    """Or a question would have another answer the first time."""
    ear = Hearing(house.store, house.pool, [], house.settings.state_dir)
    song = track(files[0], "Loved")
    (place,) = await house.store.catalogue.record([song])

    async def count(done: int) -> None:
        """Nobody looks."""

    heard = await ear.listen([Song(place.recording_id, song)], count)
    known = await ear.known([place.recording_id])
    assert np.array_equal(heard.features[place.recording_id].vector, known[place.recording_id].vector)
