"""Albums as playlists, from their sound alone: half of an album's songs are given, the other half is to be found.

The songs of an album are often by one artist, so that artists cannot be kept apart here as in the playlists of
:mod:`workers.evaluate.episodes`; for the rest the protocol is the same. Every album is cut ``CUTS`` times.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from core.settings import Settings
from workers.audio.fitting import fit
from workers.evaluate.episodes import Episode
from workers.evaluate.manifest import Excerpt
from workers.evaluate.ranking import MEASURES, measure
from workers.models import timbre
from workers.models.nearest import Nearest
from workers.pool import Pool
from workers.taste.plda import Plda
from workers.training import learn

CUTS = 5
_FEWEST = 6
#: Shrinkage, dimensions and level: a dozen albums say little about 128 numbers.
_LOOSE = 0.9, 128, 0.9
#: Scores of every song (N,) for the rows that were given.
Rank = Callable[[NDArray[np.intp]], Vector]


def episodes(excerpts: Sequence[Excerpt]) -> Iterator[Episode]:
    """The cuts of every album of six songs or more; candidates are all songs that were not given."""
    albums = np.array([excerpt.album for excerpt in excerpts])
    for album in sorted(set(albums) - {""}):
        rows = np.flatnonzero(albums == album)
        for cut in range(CUTS if len(rows) >= _FEWEST else 0):
            drawn = np.random.default_rng(zlib.crc32(f"{cut}/{album}".encode())).permutation(rows)
            seeds = drawn[: len(rows) // 2]
            candidates = np.setdiff1d(np.arange(len(albums)), seeds)
            yield Episode(f"{album}/{cut}", album, seeds, candidates, np.isin(candidates, rows))


def rankers(vectors: Vector, excerpts: Sequence[Excerpt]) -> dict[str, Callable[[Episode], Vector]]:
    """By name, the scores of every song (N,) for a cut of these vectors (N, D)."""
    albums = np.array([excerpt.album for excerpt in excerpts])
    unit, chance = timbre.unit(vectors), np.random.default_rng(0)
    centred = unit - unit.mean(axis=0)
    learned: dict[str, Plda] = {}

    def discriminant(cut: Episode) -> Vector:
        """Learned from all albums but the one that is cut."""
        if cut.user not in learned:
            lists = [np.flatnonzero(albums == album) for album in sorted(set(albums) - {"", cut.user})]
            learned[cut.user] = Plda.fit(centred, [rows for rows in lists if len(rows) > 1], *_LOOSE)
        places = learned[cut.user].project(centred)
        scores: Vector = learned[cut.user].ratio([places[cut.seeds]], places)[0]
        return scores

    return {
        "random": lambda _: chance.random(len(vectors), np.float32),
        "cosine": lambda cut: unit @ unit[cut.seeds].mean(axis=0),
        "nearest": lambda cut: Nearest().rank(vectors[cut.seeds], vectors).scores,
        "timbre": lambda cut: timbre.MODEL.rank(vectors[cut.seeds], vectors).scores,
        "discriminant": discriminant,
    }


async def measured(
    excerpts: Sequence[Excerpt], settings: Settings, report: Callable[[str], None]
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Every ranker's measures of every cut, by ranker, all of them among "all" candidates.

    The vector is fitted on the songs themselves and without labels: the shipped one may know them.
    """
    report("listening")
    pool = Pool(settings.worker.processes, settings.audio)
    try:
        learned = await learn(excerpts, pool, settings.audio)
    finally:
        await asyncio.to_thread(pool.close)
    vectors = fit(learned.whole, [""] * len(excerpts), "unlabelled")(learned.whole)
    cuts = list(episodes(excerpts))
    results = {}
    for name, rank in rankers(vectors, excerpts).items():
        report(name)
        rows = [measure(rank(cut)[cut.candidates], cut.found, np.random.default_rng(0)) for cut in cuts]
        results[name] = {"all": np.array(rows).reshape(-1, len(MEASURES))}
    return results if cuts else {}
