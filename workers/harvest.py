"""Harvest: new releases → newcomer test → catalogue, then heard in the background."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import structlog

from core.errors import ServiceTrouble
from core.model import Artist, Candidate, Progress
from core.newcomer import Standing, judge
from core.ports import ArtistExplorer, ReleaseSource
from core.settings import Settings
from core.store.store import Store
from workers.stock import MAIN, Stock

log = structlog.get_logger()
_BATCH = 50
#: How many artists of one request are looked around, and how many related newcomers are asked for their releases.
_SEED_ARTISTS, _RELATED = 15, 30
#: An artist with fewer followers than this is most often a double or a mistake of the service.
_FEWEST_FANS = 20


@dataclass(slots=True)
class _Tally:
    """What one source gave."""

    seen: int = 0
    newcomers: int = 0
    new: int = 0

    def __str__(self) -> str:
        return f"{self.seen:,} songs read, {self.newcomers:,} by newcomers, {self.new:,} new to us"


class Harvest:
    """Fills the catalogue from every source; run twice, nothing doubles."""

    def __init__(
        self,
        store: Store,
        releases: Sequence[ReleaseSource],
        explorers: Sequence[ArtistExplorer],
        stock: Stock,
        settings: Settings,
    ) -> None:
        self._store = store
        self._releases = releases
        self._explorers = explorers
        self._stock = stock
        self._settings = settings
        self._explored: set[Artist] = set()

    async def run_if_due(self) -> None:
        """Harvests unless that was done within the last ``harvest_hours``."""
        last = (await self._store.notice("harvested")).get("at", 0.0)
        if time.time() - last >= self._settings.catalogue.harvest_hours * 3600:
            await self.run()

    async def run(self, since: date | None = None, names: Sequence[str] = ()) -> str:
        """Harvests the sources called ``names`` (those of the settings when empty); one sentence on how it went."""
        since, names = since or self._since(), names or self._settings.catalogue.sources
        said = [await self._one(source, since) for source in self._releases if source.name in names]
        sentence = " ".join(said) or "No source of new releases is switched on."
        await self._hear()
        await self._say(sentence)
        return sentence

    async def explore(self, request_id: str) -> None:
        """Harvests the newest releases of little-known artists related to those of an answered request."""
        for source in self._explorers:
            tally = _Tally()
            try:
                for artist in await self._related(source, request_id):
                    await self._take(source.releases_of(artist, self._since()), tally, artist.name)
            except ServiceTrouble as trouble:
                log.warning("exploring cut short", source=source.name, error=trouble.code)
            log.info("explored", source=source.name, found=str(tally))
        await self._hear()
        await self._say("")

    async def _related(self, source: ArtistExplorer, request_id: str) -> list[Artist]:
        """Little-known artists around the request's artists, the least known first; each is explored once."""
        found: dict[str, Artist] = {}
        for seed in (await self._store.catalogue.seed_artists(request_id, source.name))[:_SEED_ARTISTS]:
            for artist in await source.similar_artists(seed):
                fans = artist.audience.count if artist.audience else 0
                plain = replace(artist, audience=None)
                if _FEWEST_FANS <= fans <= self._settings.catalogue.max_fans and plain not in self._explored:
                    found[artist.source_id] = artist
        chosen = sorted(found.values(), key=lambda artist: artist.audience.count if artist.audience else 0)[:_RELATED]
        self._explored.update(replace(artist, audience=None) for artist in chosen)
        return chosen

    async def _one(self, source: ReleaseSource, since: date) -> str:
        label, tally = source.name.capitalize(), _Tally()
        try:
            await self._take(source.new_releases(since), tally, label)
        except ServiceTrouble as trouble:
            log.warning("harvest cut short", source=source.name, error=trouble.code, seen=tally.seen)
            if not tally.seen:
                return f"{label} cannot be reached, so nothing new was harvested."
            return f"{label}: {tally}. It stopped early: {trouble}"
        await self._store.announce("harvested", at=time.time())
        return f"{label}: {tally}."

    async def _take(self, offered: AsyncIterator[Candidate], tally: _Tally, label: str) -> None:
        """Adds the newcomers among the candidates, batch by batch, so that a broken harvest keeps what it has."""
        batch: list[Candidate] = []
        try:
            async for candidate in offered:
                tally.seen += 1
                if self._is_new(candidate):
                    tally.newcomers += 1
                    batch.append(replace(candidate, collection=MAIN))
                if len(batch) >= _BATCH:
                    tally.new += await self._store.catalogue.add(batch)
                    batch = []
                    await self._say(f"Harvesting {label}: {tally}.")
        finally:
            tally.new += await self._store.catalogue.add(batch)

    async def _hear(self) -> None:
        async def tell(progress: Progress) -> None:
            await self._say(f"Listening to new songs: {progress.done:,} of {progress.total:,}.")

        await self._stock.hear_all([MAIN], tell)

    def _is_new(self, candidate: Candidate) -> bool:
        judged = judge(candidate.audiences, candidate.track.release_date, date.today(), self._settings.catalogue)
        return judged.standing is Standing.NEWCOMER

    def _since(self) -> date:
        return date.today() - timedelta(weeks=self._settings.catalogue.weeks)

    async def _say(self, sentence: str) -> None:
        await self._store.announce("harvest", sentence=sentence)
