"""The second look: the best of a screening compared by how they go on, and the passages that show it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.model import Passage, Track
from core.ports import Nearest, Ranking
from core.settings import Worker
from workers.audio.sequence import DIMS, FRAMES_PER_S
from workers.library import Library, Shelf
from workers.models import Look
from workers.together import together
from workers.warping import gpu, passage
from workers.warping.distances import Warp, distances
from workers.warping.sequences import Sequences

#: A passage is told of when so large a share of the catalogue has none that is as close.
CLOSE = 0.9
#: The catalogue, for that, is so many of its songs, evenly spread.
_SAMPLE = 300


@dataclass(frozen=True, slots=True)
class Pair:
    """A song of the listener's and a pick: their recordings, and the song as it is shown."""

    mine: int
    theirs: int
    seed: Track


class Looking:
    """Second looks, over the library of a worker; ``device`` is where songs are heard, and warped if it is a GPU."""

    def __init__(self, library: Library, settings: Worker, device: str = "cpu") -> None:
        self._library = library
        self._most = settings.warp
        self._warp: Warp = partial(distances, threads=settings.processes, memory_mb=settings.warp_mb)
        if device == "cuda" and gpu.available():
            self._warp = gpu.distances

    async def ready(self) -> None:
        """Compiles what was never compiled on this machine, so that no listener waits for it."""
        await asyncio.to_thread(_compile)

    async def again(
        self,
        model: Look,
        seeds: Sequence[int],
        members: Sequence[NDArray[np.intp]],
        candidates: NDArray[np.int64],
        eligible: NDArray[np.bool_],
        ranking: Ranking,
    ) -> Ranking:
        """The ranking with those ahead that the model looked at: the eligible, or the best of them.

        ``seeds`` and ``candidates`` (N,) are recordings; ``members`` as in :func:`workers.together.together`, or empty.
        """
        shelf = await self._library.current()
        rows = np.argsort(-ranking.scores, kind="stable")
        rows = rows[eligible[rows] & (shelf.places(candidates[rows]) >= 0)]
        if self._most and not model.everything:
            rows = rows[: self._most]
        mine = shelf.places(seeds)
        if not len(rows) or (mine < 0).any():
            return ranking

        def look() -> Ranking:
            theirs, screened = shelf.songs(shelf.places(candidates[rows])), ranking.scores[rows]

            def by(some: NDArray[np.intp]) -> Ranking:
                return model.look(shelf.songs(mine[some]), theirs, screened, self._warp)

            return together(by, members, len(rows)) if members else by(np.arange(len(mine)))

        found = await asyncio.to_thread(look)
        scores = ranking.scores - ranking.scores.max() - 1
        scores[rows] = found.scores
        looked = np.full(len(scores), -1)
        looked[rows] = np.arange(len(rows))
        return Ranking(scores, _Again(looked, found.nearest, ranking.nearest))

    async def passages(self, pairs: Sequence[Pair], catalogue: NDArray[np.int64]) -> list[Passage | None]:
        """For each pair the passages that are most alike, if they are closer than is usual in the catalogue (N,)."""
        if not pairs:
            return []
        shelf = await self._library.current()
        return await asyncio.to_thread(_passages, shelf, pairs, catalogue[:: max(1, len(catalogue) // _SAMPLE)])


@dataclass(frozen=True, slots=True)
class _Again:
    """The nearest seeds as they were ``found`` for songs with a place in ``looked`` (N,), else as they were before."""

    looked: NDArray[np.intp]
    found: Nearest
    before: Nearest

    def __getitem__(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        nearest = self.before[rows].copy()
        again = self.looked[rows] >= 0
        nearest[again] = self.found[self.looked[rows[again]]]
        return nearest


def _compile() -> None:
    song = np.zeros((2 * passage.SHORTEST, DIMS), np.int16)
    songs = Sequences.of([song])
    distances(songs, songs)
    if found := passage.best(song, song):
        passage.alignment(song, song, found)


def _passages(shelf: Shelf, pairs: Sequence[Pair], catalogue: NDArray[np.int64]) -> list[Passage | None]:
    return [_passage(shelf, pair, shelf.places(catalogue[catalogue != pair.theirs])) for pair in pairs]


def _passage(shelf: Shelf, pair: Pair, ground: NDArray[np.int64]) -> Passage | None:
    """See :meth:`Looking.passages`."""
    here, there = shelf.places([pair.mine, pair.theirs])
    if here < 0 or there < 0:
        return None
    mine, theirs = shelf.sequences[here], shelf.sequences[there]
    best = passage.best(mine, theirs)
    if best is None:
        return None
    # Every song of the catalogue may look for the best passage as this one did; else any pair would seem special.
    others = [passage.best(mine, shelf.sequences[place]) for place in ground[ground >= 0]]
    closer = passage.closer_than(best.distance, np.array([other.distance for other in others if other]))
    if closer < CLOSE:
        return None
    path = passage.alignment(mine, theirs, best) / FRAMES_PER_S + shelf.starts_s[[here, there]]
    return Passage(
        seed=pair.seed,
        mine=_seconds(best.mine, shelf.starts_s[here]),
        theirs=_seconds(best.theirs, shelf.starts_s[there]),
        closer=round(closer, 4),
        path=tuple((round(one, 2), round(other, 2)) for one, other in path.tolist()),
    )


def _seconds(frames: tuple[int, int], start_s: float) -> tuple[float, float]:
    first, last = frames
    return round(start_s + first / FRAMES_PER_S, 2), round(start_s + last / FRAMES_PER_S, 2)
