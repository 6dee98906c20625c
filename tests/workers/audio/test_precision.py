"""The same song on a CPU, on a GPU and in twice the precision has the same descriptors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from core.settings import Audio
from tests.workers.audio.signals import RATE, Samples, noise
from tests.workers.audio.songs import cadence, drums
from workers.audio.analyse import opened
from workers.audio.descriptors import describe

EXCERPTS = Path(__file__).resolve().parents[3].parent / "shared" / "audio" / "excerpts"
SONGS = {
    "drums": drums(120, "with eighths", 12),
    "chords": cadence(4, major=True)[: 12 * RATE],
    "both": drums(90, "breakbeat", 12) + cadence(0, major=False)[: 12 * RATE] + noise(12, level=1e-3),
}
#: Relative to the length of the group.
AGREEMENT = 1e-4


def agree(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> None:
    apart = {
        name: float((row.double().cpu() - other[name].double().cpu()).norm() / other[name].double().norm().clamp(min=1))
        for name, row in one.items()
    }
    assert {name: distance for name, distance in apart.items() if distance > AGREEMENT} == {}


def real() -> list[Samples]:
    files = sorted(EXCERPTS.glob("*.opus"))[:60:20]
    return [opened(file, file.name, Audio()).samples[: 29 * RATE] for file in files]


@pytest.mark.parametrize("name", SONGS)
def test_single_precision_is_enough(name: str) -> None:
    song = torch.from_numpy(SONGS[name])[None]
    agree(describe(song, RATE).groups, describe(song.double(), RATE).groups)


@pytest.mark.skipif(not EXCERPTS.exists(), reason="needs the development set")
def test_single_precision_is_enough_for_real_music() -> None:
    for samples in real():
        song = torch.from_numpy(samples)[None]
        agree(describe(song, RATE).groups, describe(song.double(), RATE).groups)


def test_songs_described_together_are_described_as_alone() -> None:
    songs = torch.from_numpy(np.stack(list(SONGS.values())))
    together = describe(songs, RATE)
    for place in range(len(songs)):
        alone = describe(songs[place : place + 1], RATE)
        agree({name: rows[place : place + 1] for name, rows in together.groups.items()}, alone.groups)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_hears_the_same() -> None:
    songs = torch.from_numpy(np.stack(list(SONGS.values())))
    here, there = describe(songs, RATE), describe(songs.cuda(), RATE)
    agree(there.groups, here.groups)
    agree({"repeats": there.evidence["repeats"]}, {"repeats": here.evidence["repeats"]})
