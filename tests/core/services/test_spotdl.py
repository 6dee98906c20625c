"""spotDL as a process: a stand-in for its environment, with every way to misbehave."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import psutil
import pytest
from structlog.testing import capture_logs

from core.errors import ServiceDown, ServiceTrouble, TooBig, UnexpectedAnswer, YasrError
from core.model import Track
from core.ports import Off, SoundSource
from core.services import Services
from core.services.spotdl import Spotdl, connect
from core.settings import Settings as AllSettings
from core.settings import Spotdl as Settings

SONG = Track("Ember", ("Nova Pine", "Guest"), duration_s=200.0)
#: A package "spotdl" of which our child script uses two classes.
PACKAGE = {
    "__init__.py": "",
    "types/__init__.py": "",
    "types/song.py": """
class Song:
    @classmethod
    def from_missing_data(cls, **fields):
        song = cls()
        song.__dict__.update(fields)
        return song
""",
    "download/__init__.py": "",
    "download/downloader.py": """
import os, subprocess, sys, time
from pathlib import Path

class Downloader:
    def __init__(self, settings):
        assert settings["lyrics_providers"] == []
        self.errors = ["nothing fits"]

    def search_and_download(self, song):
        print("some progress")
        {deed}
""",
}
FOUND = 'Path("song.mp3").write_text(f"{song.artists} {song.name} {song.duration}"); return song, Path("song.mp3")'


def environment(folder: Path, deed: str = FOUND) -> Spotdl:
    """A Python that knows a package called spotdl, which does ``deed``."""
    for name, content in PACKAGE.items():
        file = folder / "packages" / "spotdl" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content.replace("{deed}", deed))
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={folder / "packages"} exec {sys.executable} "$@"\n')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    return Spotdl(Settings(python=str(python), timeout_s=20), max_mb=1)


async def fetched(service: Spotdl) -> bytes | None:
    found = await service.find(SONG)
    assert found is not None
    return await service.preview(found)


async def test_off_unless_somebody_wants_it(tmp_path: Path) -> None:
    off = connect(AllSettings())
    assert isinstance(off, Off)
    assert "YASR_SPOTDL__PYTHON" in off.why
    assert isinstance(environment(tmp_path), SoundSource)


async def test_a_song(tmp_path: Path) -> None:
    service = environment(tmp_path)
    await service.check()
    assert await fetched(service) == b"['Nova Pine', 'Guest'] Ember 200.0"
    assert await service.preview(SONG) is None, "a song of another service"


@pytest.mark.parametrize("deed", ["return song, None", "print('no JSON'); sys.exit(0)"])
async def test_a_song_that_is_not_found(tmp_path: Path, deed: str) -> None:
    assert await fetched(environment(tmp_path, deed)) is None


@pytest.mark.parametrize(
    ("deed", "error"),
    [
        ("raise ValueError('broken')", ServiceTrouble),
        ("os.kill(os.getpid(), 9)", ServiceTrouble),
        ("return song, Path('/etc/hostname')", UnexpectedAnswer),
        ("return song, Path('../elsewhere')", UnexpectedAnswer),
        ("return song, Path('missing.mp3')", UnexpectedAnswer),
        ("Path('a').write_bytes(bytes(2**20 + 1)); return song, Path('a')", TooBig),
    ],
)
async def test_what_goes_wrong(tmp_path: Path, deed: str, error: type[YasrError]) -> None:
    with pytest.raises(error) as caught:
        await fetched(environment(tmp_path, deed))
    assert type(caught.value) is error


async def test_the_log_says_why_it_ended(tmp_path: Path) -> None:
    with capture_logs() as said, pytest.raises(ServiceTrouble):
        await fetched(environment(tmp_path, "raise ValueError('broken')"))
    assert [line["why"].splitlines()[-1] for line in said] == ["ValueError: broken"]


async def test_progress_before_the_answer_does_not_hide_it(tmp_path: Path) -> None:
    assert await fetched(environment(tmp_path, f"print('50 %', end=''); {FOUND}")) is not None


async def test_what_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    deed = (
        "child = subprocess.Popen(['sleep', '1000']); "
        f"Path({str(pids)!r}).write_text(f'{{os.getpid()}} {{child.pid}}'); time.sleep(1000)"
    )
    service = environment(tmp_path, deed)
    service._timeout_s = 3  # long enough to start, whatever else the machine does
    with pytest.raises(ServiceDown):
        await fetched(service)
    for pid in map(int, pids.read_text().split()):
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_it_learns_nothing_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YASR_LASTFM__KEY", "secret")
    deed = 'Path("song.mp3").write_text(" ".join(os.environ)); return song, Path("song.mp3")'
    known = (await fetched(environment(tmp_path, deed)) or b"").decode().split()
    assert "YASR_LASTFM__KEY" not in known
    assert set(known) <= {*os.environ, "PYTHONPATH", "PWD", "OLDPWD", "SHLVL", "_", "HOME", "LC_CTYPE"}
    assert "HOME" in known


async def test_a_python_that_is_not_there() -> None:
    service = Spotdl(Settings(python="/nowhere/python"), max_mb=1)
    with pytest.raises(ServiceTrouble, match="YASR_SPOTDL__PYTHON cannot be run"):
        await service.check()


async def test_it_is_asked_last(tmp_path: Path) -> None:
    """Whole songs are fetched only where nobody has a preview."""
    async with Services(AllSettings(state_dir=tmp_path, spotdl=Settings(python="python"))) as services:
        assert [source.name for source in services.sounds][-1] == "spotdl"
        assert len(services.sounds) > 1
