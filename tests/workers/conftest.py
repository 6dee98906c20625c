"""A worker's house on a state folder of its own, with a Deezer of our own, and a few songs to hear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
