"""The pool with real processes: limits, crashes, cancelling, and nothing left behind."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from pebble import ProcessExpired

from core.errors import AudioTrouble, NotAudio, Silent, TooBig
from core.model import Features
from core.settings import Audio
from tests.workers.audio.signals import chord, encode
from workers.audio.analyse import analyse
from workers.pool import Pool

pytestmark = pytest.mark.process

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    pool = Pool(2, Audio(memory_mb=1024))
    yield pool
    await asyncio.to_thread(pool.close)


def song() -> bytes:
    return encode(chord((220, 261.63, 329.63), 5, 44_100), "tone.flac")


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether ``true`` becomes so in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


# What the children are asked to do. Top-level, so that they can be sent.


def own_pid(mark: Path | None = None) -> int:
    if mark is not None:
        mark.write_text(str(os.getpid()))
    return os.getpid()


def hang(mark: Path) -> None:
    """Never comes back to the interpreter, like a decoder stuck in C."""
    own_pid(mark)
    re.match(r"(a+)+$", "a" * 64 + "b")


def kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def allocate(mib: int) -> int:
    return int(np.ones(mib * 2**17).sum())


def surroundings() -> tuple[int, bool, tuple[int, int]]:
    ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    return torch.get_num_threads(), ignored, resource.getrlimit(resource.RLIMIT_CORE)


def meet(folder: Path, seconds: float) -> int:
    """How many were in the room at once, at most, while this one was."""
    me = folder / f"{os.getpid()}-{time.monotonic_ns()}"
    me.touch()
    most, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        most = max(most, len(list(folder.iterdir())))
    me.unlink()
    return most


async def test_features_are_those_of_a_direct_call(pool: Pool) -> None:
    there = await pool.analyse(song(), "song.flac")
    here = analyse(song(), "song.flac", Audio())
    assert np.allclose(there.vector, here.vector, rtol=1e-4, atol=1e-4)
    assert there.named == pytest.approx(here.named, rel=1e-4)


async def test_a_path_is_read_in_the_child(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "song.flac"
    path.write_bytes(song())
    assert (await pool.analyse(path, "song.flac")).named["loudness"] < 0


async def test_errors_come_back_as_they_are(pool: Pool) -> None:
    with pytest.raises(NotAudio, match=r"letter\.mp3"):
        await pool.analyse(b"Dear Sir or Madam", "letter.mp3")
    with pytest.raises(Silent, match=r"quiet\.flac"):
        await pool.analyse(encode(np.zeros(5 * 44_100, np.float32), "tone.flac"), "quiet.flac")
    with pytest.raises(TooBig):
        await pool.analyse(bytes(51 * 2**20), "big.wav")


async def test_surroundings_of_a_child(pool: Pool) -> None:
    assert await pool.run(surroundings) == (1, True, (0, 0))


async def test_a_file_that_hangs_costs_itself_alone(tmp_path: Path) -> None:
    pool = Pool(2, Audio(timeout_s=0.5))
    try:
        other = await pool.run(own_pid)
        with pytest.raises(TimeoutError):
            await pool.run(hang, tmp_path / "pid")
        stuck = int((tmp_path / "pid").read_text())
        assert until(lambda: not psutil.pid_exists(stuck), 2)
        assert other == stuck or psutil.pid_exists(other)
        assert (await pool.analyse(song(), "song.flac")).extractor == "timbre"
    finally:
        await asyncio.to_thread(pool.close)


async def test_a_crash_costs_one_file(pool: Pool) -> None:
    results = await asyncio.gather(pool.run(kill_self), pool.analyse(song(), "song.flac"), return_exceptions=True)
    assert isinstance(results[0], ProcessExpired)
    assert isinstance(results[1], Features)
    assert await pool.run(own_pid) != os.getpid()


@pytest.mark.parametrize(
    ("trouble", "problem"),
    [(TimeoutError(), "60 seconds"), (MemoryError(), "4096 MiB"), (ProcessExpired("gone", -9, 1), "crash")],
)
async def test_what_happens_to_a_child_is_told_as_audio_trouble(
    trouble: Exception, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise trouble

    pool = Pool(1, Audio())
    monkeypatch.setattr(pool, "run", fail)
    with pytest.raises(AudioTrouble, match=f"song.mp3.*{problem}"):
        await pool.analyse(b"", "song.mp3")
    pool.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux only")
async def test_memory_is_limited(pool: Pool) -> None:
    with pytest.raises(MemoryError):
        await pool.run(allocate, 1200)
    assert await pool.run(allocate, 100) == 100 * 2**17


async def test_an_idle_child_killed_from_outside_is_replaced(pool: Pool) -> None:
    first = await pool.run(own_pid)
    for child in [child for child in psutil.Process().children(recursive=True) if child.pid == first]:
        child.kill()
    assert until(lambda: not psutil.pid_exists(first), 2)
    assert await asyncio.wait_for(pool.run(own_pid), 20) != first


async def test_cancelling_kills_the_child(pool: Pool, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    task = asyncio.create_task(pool.run(hang, mark))
    assert await asyncio.to_thread(until, lambda: mark.exists() and mark.read_text() != "", 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    stuck = int(mark.read_text())
    assert await asyncio.to_thread(until, lambda: not psutil.pid_exists(stuck), 2)
    assert await asyncio.wait_for(pool.run(own_pid), 20) != stuck


async def test_no_more_than_allowed_at_once(pool: Pool, tmp_path: Path) -> None:
    assert max(await asyncio.gather(*(pool.run(meet, tmp_path, 0.2) for _ in range(6)))) == 2


async def test_close_stops_everything_at_once(tmp_path: Path) -> None:
    pool = Pool(2, Audio())
    marks = [tmp_path / "1", tmp_path / "2"]
    tasks = [asyncio.create_task(pool.run(hang, mark)) for mark in marks]
    assert await asyncio.to_thread(until, lambda: all(mark.exists() and mark.read_text() for mark in marks), 20)
    began = time.monotonic()
    await asyncio.to_thread(pool.close)
    assert time.monotonic() - began < 2
    assert not any(psutil.pid_exists(int(mark.read_text())) for mark in marks)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    with pytest.raises(RuntimeError, match="closed"):
        await pool.run(own_pid)


_OWNER = """
import asyncio, sys, time
from core.model import Features
from core.settings import Audio
from workers.pool import Pool

async def main():
    pool = Pool(2, Audio())
    await asyncio.gather(pool.run(time.sleep, 0.5), pool.run(time.sleep, 0.5))
    print("ready", flush=True)
    await pool.run(time.sleep, 600)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_children_die_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "owner.py"
    script.write_text(_OWNER)
    path = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, cwd=REPOSITORY, env=path) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"ready\n"
        family = psutil.Process(owner.pid).children(recursive=True)
        owner.send_signal(signal.SIGKILL)
    assert len(family) >= 2
    assert psutil.wait_procs(family, timeout=5)[1] == []
