"""Songs heard together: one bad file fails alone, whatever it does to the process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from core.errors import AudioTrouble, BadInput, NotAudio, Silent
from core.model import Features
from core.settings import Audio
from tests.workers.audio.signals import chord, clicks, encode
from workers.audio.analyse import File, analyse, analyse_all
from workers.batching import Batches
from workers.device import Device
from workers.pool import Pool

FOUND = Features("timbre", "1", np.zeros(2, np.float32))


class Children:
    """Stands for the processes: remembers what each was given, and dies of files called "killer"."""

    def __init__(self) -> None:
        self.given: list[list[str]] = []
        self.go = asyncio.Event()
        self.cancelled = 0

    async def hear(self, files: Sequence[File], fitted: Path | None) -> list[Features | BadInput]:
        names = [name for _, name in files]
        self.given.append(names)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if "killer" in names:
            raise MemoryError
        return [NotAudio(name=name) if name == "letter" else FOUND for name in names]


@pytest.fixture
def children() -> Children:
    return Children()


def ask(batches: Batches, *names: str, fitted: Path | None = None) -> list[asyncio.Task[Features]]:
    return [asyncio.create_task(batches.heard((b"", name), fitted)) for name in names]


async def test_the_first_waits_for_nobody_and_the_rest_go_together(children: Children) -> None:
    batches = Batches(children.hear, size=3, at_once=1)
    tasks = ask(batches, "a")
    while not children.given:
        await asyncio.sleep(0)
    tasks += ask(batches, *"bcdef")
    children.go.set()
    assert await asyncio.gather(*tasks) == [FOUND] * 6
    assert children.given == [["a"], ["b", "c", "d"], ["e", "f"]]


async def test_a_file_that_is_bad_or_deadly_costs_itself(children: Children) -> None:
    children.go.set()
    batches = Batches(children.hear, size=8, at_once=1)
    found = await asyncio.gather(*ask(batches, "a", "killer", "letter", "b"), return_exceptions=True)
    assert [type(each) for each in found] == [Features, MemoryError, NotAudio, Features]
    assert children.given == [["a", "killer", "letter", "b"], ["a"], ["killer"], ["letter"], ["b"]]


async def test_each_vector_goes_by_itself(children: Children, tmp_path: Path) -> None:
    children.go.set()
    batches = Batches(children.hear, size=8, at_once=1)
    await asyncio.gather(*ask(batches, "a", "b"), *ask(batches, "c", fitted=tmp_path))
    assert children.given == [["a", "b"], ["c"]]


async def test_who_goes_away_is_not_heard_and_stops_what_only_they_wanted(children: Children) -> None:
    batches = Batches(children.hear, size=2, at_once=1)
    (first,) = ask(batches, "a")
    while not children.given:
        await asyncio.sleep(0)
    gone, stays = ask(batches, "gone", "stays")
    await asyncio.sleep(0)
    gone.cancel()
    first.cancel()
    await asyncio.wait([gone, first])
    children.go.set()
    assert await stays == FOUND
    assert children.given == [["a"], ["stays"]]
    assert children.cancelled == 1


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    pool = Pool(1, Audio(memory_mb=1024), Device("cpu", 8, 2))
    yield pool
    await asyncio.to_thread(pool.close)


@pytest.mark.process
async def test_damaged_files_among_good_ones_in_a_real_process(pool: Pool) -> None:
    """The damaged files of the decoder's tests, all in one batch with two songs."""
    good = encode(clicks(100, 6, 44_100), "tone.flac")
    other = encode(chord((220, 277.18, 329.63), 4, 44_100), "tone.mp3")
    files: dict[str, bytes] = {
        "good.flac": good,
        "empty.mp3": b"",
        "letter.mp3": b"Dear Sir or Madam",
        "half a header.flac": good[:40],
        "no header.flac": good[200:],
        "silent.flac": encode(np.zeros(5 * 44_100, np.float32), "tone.flac"),
        "short.wav": encode(clicks(100, 1, 44_100), "tone.wav"),
        "noise.mp3": np.random.default_rng(1).bytes(20_000),
        "other.mp3": other,
    }
    found = await asyncio.gather(*(pool.analyse(data, name) for name, data in files.items()), return_exceptions=True)
    answers = dict(zip(files, found, strict=True))
    for name in ("good.flac", "other.mp3"):
        heard, alone = answers.pop(name), analyse(files[name], name, Audio())
        assert isinstance(heard, Features)
        assert np.allclose(heard.vector, alone.vector, atol=1e-3)
    for name, trouble in answers.items():
        assert isinstance(trouble, AudioTrouble), name
        assert name in str(trouble)
    assert isinstance(answers["silent.flac"], Silent)


@pytest.mark.parametrize("batch", [1, 2, 3, 8])
def test_every_file_has_its_own_answer_in_its_place(batch: int) -> None:
    songs = [encode(clicks(bpm, 4, 44_100), "tone.flac") for bpm in (80, 100, 120)]
    files = [(songs[0], "0"), (b"no", "bad"), (songs[1], "1"), (songs[2], "2"), (b"", "none")]
    found = analyse_all(files, Audio(), batch=batch, threads=2)
    assert [isinstance(each, NotAudio) for each in found] == [False, True, False, False, True]
    tempi = [each.named["tempo"] for each in found if isinstance(each, Features)]
    assert tempi == pytest.approx([80, 100, 120], rel=0.03)
