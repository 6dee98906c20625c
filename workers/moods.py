"""Which candidates have the moods that a listener asked for: looked up from the best on, and only as far as needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model import Features
from core.moods import ABSOLUTE, Mood, every, reference
from workers.hearing import Ear

Rows = NDArray[np.intp]
#: Named features are read so many songs at a time. From each end of the ranking so many songs are looked for, of which
#: a slate is chosen, and so many are looked at for them: what is farther away is not much closer than chance.
CHUNK, ENOUGH, MOST = 500, 200, 20_000


@dataclass(frozen=True, slots=True)
class Suited:
    """Which rows have all the moods, (N,); of how many that were looked at this could not be told."""

    rows: NDArray[np.bool_]
    untold: int


async def suiting(
    moods: Sequence[Mood],
    order: Rows,
    recording_ids: NDArray[np.int64],
    seeds: Sequence[Features],
    ears: Sequence[Ear],
) -> Suited:
    """Looks from both ends of ``order``: the eligible rows, best first, of the candidates' ``recording_ids`` (N,).

    The first ear must be the one that the ``seeds`` were heard with: songs are held against them by it alone. What
    means the same whoever tells it (whether somebody sings) is taken from the others where the first does not know.
    """
    if not moods:
        return Suited(np.ones(len(recording_ids), np.bool_), 0)
    walk = _Walk(moods, recording_ids, reference(seeds), ears)
    looked = await walk.along(order)
    await walk.along(order[looked:][::-1])
    return Suited(walk.rows, walk.untold)


class _Walk:
    """Marks the rows that have the moods."""

    def __init__(
        self,
        moods: Sequence[Mood],
        recording_ids: NDArray[np.int64],
        mine: Mapping[str, float],
        ears: Sequence[Ear],
    ) -> None:
        self._moods = moods
        self._recording_ids = recording_ids
        self._mine = mine
        self._ears = ears
        self.rows = np.zeros(len(recording_ids), np.bool_)
        self.untold = 0

    async def along(self, order: Rows) -> int:
        """Looks at the rows in their order until it has found enough; says at how many it has looked."""
        found = 0
        for start in range(0, min(len(order), MOST), CHUNK):
            if found >= ENOUGH:
                return start
            chunk = order[start : min(start + CHUNK, MOST)]
            told = await self._told([int(self._recording_ids[row]) for row in chunk])
            suited = chunk[[each is True for each in told]]
            self.rows[suited] = True
            self.untold += told.count(None)
            found += len(suited)
        return min(len(order), MOST)

    async def _told(self, songs: Sequence[int]) -> list[bool | None]:
        own, *others = [await ear.known(songs) for ear in self._ears]
        return [self._of(own.get(song), [known[song] for known in others if song in known]) for song in songs]

    def _of(self, own: Features | None, others: Sequence[Features]) -> bool | None:
        named: dict[str, float] = {}
        for heard in others:
            named |= {name: value for name, value in heard.named.items() if name in ABSOLUTE}
        confidence = own.confidence if own else {}
        named |= own.named if own else {}
        return every([mood.allows(named, confidence, self._mine) for mood in self._moods])
