"""Who takes part in a blend, and the songs that stand for each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.errors import NotEnoughTastes, NotYours
from core.model import Playlist, Track
from core.store.store import Store
from workers.hearing import Song

#: How many songs stand for each of them.
SONGS = 60
_FEWEST = 2
T = TypeVar("T", bound=Sized)


@dataclass(frozen=True, slots=True)
class Party:
    """``tastes`` are the songs of each of the ``listeners``, by recording; ``barred`` is what any of them gave."""

    listeners: Sequence[int]
    tastes: Sequence[Mapping[int, Track]]
    barred: frozenset[int]

    @property
    def playlist(self) -> Playlist:
        """Everybody's songs, each once."""
        songs = {number: track for taste in self.tastes for number, track in taste.items()}
        return Playlist("", tuple(songs.values()), "blend")

    def rows(self, songs: Sequence[Song]) -> list[NDArray[np.intp]]:
        """The rows of ``songs`` that are each one's, for those who have any. Raises NotEnoughTastes."""
        rows = [
            np.array([row for row, song in enumerate(songs) if song.recording_id in taste], np.intp)
            for taste in self.tastes
        ]
        return _enough(rows)


async def gather(store: Store, blend_id: str, asker: int) -> Party:
    """Everybody who agreed, the asker among them. Raises NotYours, and NotEnoughTastes where fewer than two gave songs.

    Who has not agreed is not looked at.
    """
    blend = await store.blends.get(blend_id)
    if blend is None or asker not in blend.agreed:
        raise NotYours()
    tastes = [await store.loved.tracks(listener, SONGS) for listener in blend.agreed]
    _enough(tastes)
    return Party(blend.agreed, tastes, frozenset(await store.loved.given(blend.agreed)))


def _enough(tastes: Sequence[T]) -> list[T]:
    """Those that are not empty. Raises NotEnoughTastes where they are too few."""
    known = [taste for taste in tastes if len(taste)]
    if len(known) < _FEWEST:
        raise NotEnoughTastes(count=len(known))
    return known
