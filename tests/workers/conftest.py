"""A worker's house on a state folder of its own, with a Deezer of our own, and a few songs to hear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from core.model import Candidate, Features, Track, Vector
from core.settings import (
    Audius,
    Catalogue,
    Deezer,
    Itunes,
    ListenBrainz,
    MusicBrainz,
    Odesli,
    Settings,
    Worker,
    Youtube,
)
from tests.fakes.deezer import FakeDeezer
from tests.workers.rounds import MIDDLE, listening
from workers.demo import catalogue as demo
from workers.house import House


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Eight short songs of eight artists, as mp3."""
    folder = tmp_path_factory.mktemp("clips")
    by_artist = {song.track.artist: song for song in demo.candidates()}
    clips = []
    for song in list(by_artist.values())[:48:6]:
        demo.render(song, demo.path_of(song, folder))
        clips.append(demo.path_of(song, folder).read_bytes())
    return clips


@pytest.fixture
async def deezer() -> AsyncIterator[FakeDeezer]:
    async with FakeDeezer() as fake:
        yield fake


@pytest.fixture
def settings(tmp_path: Path, deezer: FakeDeezer) -> Settings:
    return Settings(
        state_dir=tmp_path,
        deezer=Deezer(base_url=deezer.base_url),
        audius=Audius(enabled=False),
        itunes=Itunes(enabled=False),
        listenbrainz=ListenBrainz(enabled=False),
        musicbrainz=MusicBrainz(enabled=False),
        odesli=Odesli(enabled=False),
        youtube=Youtube(enabled=False),
        catalogue=Catalogue(demo="never"),
        worker=Worker(processes=1, lease_s=1),
    )


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    async with House(settings) as house:
        yield house


@pytest.fixture
async def places(house: House) -> dict[int, Vector]:
    """A catalogue of songs that were heard, each by an artist of its own; where each recording lies."""
    chance = np.random.default_rng(8)
    songs = [MIDDLE, *(Track(f"Song {n}", (f"Artist {n}",), "file", f"{n}") for n in range(400))]
    await house.store.catalogue.add([Candidate(song, collection="added") for song in songs[1:]])
    recorded = await house.store.catalogue.record(songs)
    vectors = chance.standard_normal((len(songs), 6)).astype(np.float32)
    vectors[0] = 0
    ear = listening(house)
    heard = {
        place.recording_id: Features(ear.extractor, ear.version, vector, {"music": 1.0, "tempo": tempo})
        for place, vector, tempo in zip(recorded, vectors, chance.uniform(80, 160, len(songs)).tolist(), strict=True)
    }
    await house.store.features.save_many(heard)
    return {number: features.vector for number, features in heard.items()}
