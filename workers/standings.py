"""Standings: what holds of every artist in the catalogue today: how well known, and whether a suspected machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core import provenance
from core.newcomer import percentiles
from core.said import Said
from core.settings import Catalogue
from core.store.store import Store

#: Counts change once a day: they are read again after this many seconds, or when the catalogue has grown.
_FRESH_S = 60.0


@dataclass(frozen=True, slots=True)
class Standing:
    """``places``: percentile by artist id, shape (largest id + 1,), NaN where unknown. ``labels``: the suspects'."""

    places: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    labels: Mapping[int, Said] = field(default_factory=dict)

    def places_of(self, artist_ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The percentile of each artist, NaN where unknown."""
        known = artist_ids < len(self.places)
        found = np.full(len(artist_ids), np.nan, np.float32)
        found[known] = self.places[artist_ids[known]]
        return found


class Standings:
    """The standing of all artists, kept for a minute."""

    def __init__(self, store: Store, limits: Catalogue, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._limits = limits
        self._clock = clock
        self._held: Standing | None = None
        self._grown_to = -1
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def current(self, songs: int) -> Standing:
        """The standing; ``songs`` is the size of the catalogue, so that a grown one is judged at once."""
        async with self._lock:
            if self._held is None or songs != self._grown_to or self._clock() >= self._until:
                places = await self._places()
                self._held = Standing(places, await self._labels() if self._limits.guard != "off" else {})
                self._grown_to, self._until = songs, self._clock() + _FRESH_S
            return self._held

    async def _places(self) -> NDArray[np.float32]:
        counts = await self._store.artists.counts()
        places = np.full(max((artist for artist, _, _ in counts), default=-1) + 1, np.nan, np.float32)
        for meter, scale in self._limits.scales.items():
            rows = np.array([(artist, count) for artist, named, count in counts if named == meter], np.int64)
            if len(rows):
                artists = rows[:, 0]
                places[artists] = np.fmax(places[artists], percentiles(rows[:, 1], scale))
        return places

    async def _labels(self) -> dict[int, Said]:
        artists = await self._store.artists.with_careers()
        rulings = await self._store.artists.rulings()
        judged = {
            artist.id: provenance.judge(artist.name, artist.careers, rulings.get(artist.key)) for artist in artists
        }
        return {number: label for number, found in judged.items() if (label := provenance.label(found))}
