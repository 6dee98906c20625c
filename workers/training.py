"""Training on labelled sound files that the operator has: ``yasr train timbre|genre MANIFEST``."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.model import Vector
from core.said import said
from core.settings import Audio, Settings
from workers import genre
from workers.audio.analyse import opened
from workers.audio.extractor import Timbre, listen
from workers.audio.fitting import fit
from workers.audio.projection import Projection, fitted_here, projection
from workers.evaluate.episodes import read
from workers.evaluate.manifest import Excerpt, read_manifest
from workers.pool import Pool
from workers.taste.model import Taste
from workers.warping.sequences import Sequences

Groups = dict[str, Vector]
#: With fewer songs than this, 128 numbers fit them by heart.
FEWEST = 50
_LONG_ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known of N labelled songs: the descriptors of each, (N, D) by group, and of its halves, (2 N, D), and
    how each goes on.
    """

    excerpts: list[Excerpt]
    fingerprints: list[str]
    whole: Groups
    halves: Groups
    sequences: Sequences

    def projection(self, version: str = "") -> Projection:
        """The vector fitted on these songs; without a ``version`` it is named by its own numbers."""
        if len(self.excerpts) < FEWEST:
            raise BadInput(problem=said("{count} songs are too few to fit a vector on", count=len(self.excerpts)))
        classes = [excerpt.artist or excerpt.album for excerpt in self.excerpts]
        print_of = frozenset(self.fingerprints)
        made = fit(self.whole, classes, version, more=self.halves, fitted_on=print_of)
        if version:
            return made
        own = hashlib.sha256(made.matrix.astype(np.float16).tobytes()).hexdigest()[:8]
        return fit(self.whole, classes, f"1+{own}", more=self.halves, fitted_on=print_of)


async def learn(excerpts: Sequence[Excerpt], pool: Pool, limits: Audio) -> Learned:
    """Hears every excerpt and its halves; a file that cannot be heard raises what decoding raises."""
    heard = await asyncio.gather(*(pool.run(_describe, excerpt, limits) for excerpt in excerpts))
    return Learned(
        list(excerpts),
        [one.fingerprint for one in heard],
        _stacked([[one.whole] for one in heard]),
        _stacked([one.halves for one in heard]),
        Sequences.of([one.frames for one in heard]),
    )


def fingerprint(excerpt: Excerpt) -> str:
    """Names a file by what is in it."""
    return hashlib.sha256(excerpt.path.read_bytes()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Described:
    fingerprint: str
    whole: Groups
    halves: list[Groups]
    frames: NDArray[np.int16]


def _describe(excerpt: Excerpt, limits: Audio) -> _Described:
    sound = opened(excerpt.path, excerpt.path.name, limits)
    middle = len(sound.samples) // 2
    heard = list(listen([sound.samples, sound.samples[:middle], sound.samples[middle:]], sound.rate))
    whole, *halves = [{name: row.numpy() for name, row in part.groups.items()} for part in heard]
    return _Described(fingerprint(excerpt), whole, halves, heard[0].sequence.frames)


def _stacked(songs: Sequence[Sequence[Groups]]) -> Groups:
    rows = [row for song in songs for row in song]
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


async def train_timbre(manifest: Path, settings: Settings) -> Path:
    """Fits a vector on the songs of the manifest and keeps it; workers listen with it from their next start on."""
    learned = await _learned(manifest, settings)
    made = learned.projection()
    file = settings.state_dir / "models" / f"timbre-{made.version}.npz"
    file.parent.mkdir(parents=True, exist_ok=True)
    made.save(file)
    return file


async def train_genre(manifest: Path, settings: Settings) -> tuple[Path, dict[str, Any]]:
    """Trains a genre model on the songs of the manifest and keeps it; its file, and its card."""
    learned = await _learned(manifest, settings)
    fitted = projection(next(iter(fitted_here(settings.state_dir)), None))
    model, card = genre.train(
        fitted(learned.whole),
        [excerpt.style for excerpt in learned.excerpts],
        [excerpt.artist for excerpt in learned.excerpts],
        Timbre.name,
        fitted.version,
    )
    folder = settings.state_dir / "models"
    model.save(folder, card)
    return folder / "genre.npz", card


def train_taste(folder: Path, settings: Settings) -> Path:
    """Learns what playlists have in common from a folder of them and keeps it; workers rank by it from their next start
    on. Raises NoSuchPath, BadInput.
    """
    data = read(folder)
    lists = [rows for rows in data.lists.values() if len(rows) >= _LONG_ENOUGH]
    if len(lists) < FEWEST:
        raise BadInput(problem=said("{count} playlists are too few to learn from", count=len(lists)))
    file = settings.state_dir / "models" / "taste.npz"
    file.parent.mkdir(parents=True, exist_ok=True)
    Taste.fit(data.numbers, lists).save(file)
    return file


async def _learned(manifest: Path, settings: Settings) -> Learned:
    excerpts = read_manifest(manifest)
    pool = Pool(settings.worker.processes, settings.audio)
    try:
        return await learn(excerpts, pool, settings.audio)
    finally:
        await asyncio.to_thread(pool.close)
