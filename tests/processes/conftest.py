"""A small heard catalogue, made once, and homes that start with a copy of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.deezer import FakeDeezer
from tests.processes.home import OFFLINE, Home, yasr
from workers.demo import catalogue as demo


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two dozen songs by as many artists."""
    folder = tmp_path_factory.mktemp("music")
    by_artist = {song.track.artist: song for song in demo.candidates()}
    for song in list(by_artist.values())[::2][:24]:
        demo.render(song, demo.path_of(song, folder))
    return folder


@pytest.fixture(scope="session")
def heard(music: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder whose catalogue is that music, added with the real command."""
    state = tmp_path_factory.mktemp("heard")
    environment = {**os.environ, **OFFLINE, "YASR_STATE_DIR": str(state), "YASR_WORKER__PROCESSES": "2"}
    subprocess.run(yasr("catalogue", "add", str(music)), env=environment, check=True)
    return state


@pytest.fixture
async def deezer() -> AsyncIterator[FakeDeezer]:
    async with FakeDeezer() as fake:
        yield fake


@pytest.fixture
async def home(heard: Path, tmp_path: Path, deezer: FakeDeezer) -> AsyncIterator[Home]:
    """A running `yasr up` with candidates and a Deezer of our own."""
    state = tmp_path / "state"
    shutil.copytree(heard, state)
    home = Home(state, YASR_CATALOGUE__DEMO="never", YASR_DEEZER__BASE_URL=deezer.base_url)
    await home.start()
    yield home
    await home.stop()
