"""Exploring: the harvest that is driven by taste, among the artists related to what listeners gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import structlog

from core.errors import ServiceTrouble
from core.model import Artist
from core.newcomer import MOST, percentile
from core.ports import ArtistExplorer
from core.settings import Catalogue
from core.store.store import Store
from workers.gate import Gate, Offer
from workers.stock import MAIN

log = structlog.get_logger()
#: How many artists of one request are looked around, and how many related newcomers are asked for their releases.
_SEED_ARTISTS, _RELATED = 15, 30
#: An artist with fewer followers than this is most often a double or a mistake of the service.
_FEWEST_FANS = 20


class Explore:
    """Adds the newest releases of little-known artists around those of an answered request."""

    def __init__(self, store: Store, explorers: Sequence[ArtistExplorer], gate: Gate, limits: Catalogue) -> None:
        self._store = store
        self._explorers = explorers
        self._gate = gate
        self._limits = limits
        self._explored: set[Artist] = set()

    async def __call__(self, request_id: str) -> int:
        """How many songs were new to us."""
        return sum([await self._around(source, request_id) for source in self._explorers])

    async def _around(self, source: ArtistExplorer, request_id: str) -> int:
        since, new = date.today() - timedelta(weeks=self._limits.weeks), 0
        try:
            for artist in await self._related(source, request_id):
                offers = [Offer.of(song) async for song in source.releases_of(artist, since)]
                passed = await self._gate.admit(offers)
                new += await self._store.catalogue.add([replace(song, collection=MAIN) for song in passed])
        except ServiceTrouble as trouble:
            log.warning("exploring cut short", source=source.name, error=trouble.code)
        log.info("explored", source=source.name, new=new)
        return new

    async def _related(self, source: ArtistExplorer, request_id: str) -> list[Artist]:
        """Little-known artists around the request's artists, the least known first; each is explored once."""
        found: dict[str, Artist] = {}
        seeds = (await self._store.catalogue.seed_artists(request_id, source.name))[:_SEED_ARTISTS]
        await self._gate.count(seeds)  # so that listeners see how well known the artists of their songs are
        for seed in seeds:
            for artist in await source.similar_artists(seed):
                if self._is_little_known(artist) and replace(artist, audience=None) not in self._explored:
                    found[artist.source_id] = artist
        chosen = sorted(found.values(), key=_fans)[:_RELATED]
        self._explored.update(replace(artist, audience=None) for artist in chosen)
        return chosen

    def _is_little_known(self, artist: Artist) -> bool:
        place = percentile([artist.audience], self._limits.scales) if artist.audience else None
        return place is not None and place <= MOST[self._limits.keep] and _fans(artist) >= _FEWEST_FANS


def _fans(artist: Artist) -> int:
    return artist.audience.count if artist.audience else 0
