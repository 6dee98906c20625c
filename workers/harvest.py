"""Harvest: new releases → newcomer test → catalogue, then heard in the background."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import structlog

from core.errors import ServiceTrouble
from core.model import Candidate, Progress
from core.newcomer import Standing, judge
from core.ports import CatalogueSource
from core.settings import Settings
from core.store.store import Store
from workers.stock import MAIN, Stock

log = structlog.get_logger()
_BATCH = 50


class Harvest:
    """Fills the catalogue from every source; run twice, nothing doubles."""

    def __init__(self, store: Store, sources: Sequence[CatalogueSource], stock: Stock, settings: Settings) -> None:
        self._store = store
        self._sources = sources
        self._stock = stock
        self._settings = settings

    async def run(self, since: date | None = None, names: Sequence[str] = ()) -> str:
        """Harvests the sources called ``names`` (all when empty); returns one sentence on how it went."""
        since = since or date.today() - timedelta(weeks=self._settings.catalogue.weeks)
        said = [await self._one(source, since) for source in self._sources if not names or source.name in names]
        sentence = " ".join(said) or "No source of new releases is switched on."
        await self._say(sentence)
        await self._stock.hear_all([MAIN], self._hearing)
        await self._say(sentence)
        return sentence

    async def run_if_due(self) -> None:
        """Harvests unless that was done within the last ``harvest_hours``."""
        last = (await self._store.notice("harvested")).get("at", 0.0)
        if time.time() - last >= self._settings.catalogue.harvest_hours * 3600:
            await self.run()

    async def _one(self, source: CatalogueSource, since: date) -> str:
        seen = newcomers = new = 0
        batch: list[Candidate] = []
        label = source.name.capitalize()
        try:
            async for candidate in source.new_releases(since):
                seen += 1
                if self._is_new(candidate):
                    newcomers += 1
                    batch.append(replace(candidate, collection=MAIN))
                if len(batch) >= _BATCH:
                    new += await self._store.catalogue.add(batch)
                    batch = []
                    await self._say(f"Harvesting {label}: {seen:,} songs read, {newcomers:,} by newcomers.")
        except ServiceTrouble as trouble:
            log.warning("harvest cut short", source=source.name, error=trouble.code, seen=seen)
            ending = f" It stopped early: {trouble}" if seen else ""
            if not seen:
                return f"{label} cannot be reached, so nothing new was harvested."
        else:
            ending = ""
            await self._store.announce("harvested", at=time.time())
        if batch:
            new += await self._store.catalogue.add(batch)
        return f"{label}: {seen:,} songs read, {newcomers:,} by newcomers, {new:,} new to us.{ending}"

    def _is_new(self, candidate: Candidate) -> bool:
        judged = judge(candidate.audiences, candidate.track.release_date, date.today(), self._settings.catalogue)
        return judged.standing is Standing.NEWCOMER

    async def _hearing(self, progress: Progress) -> None:
        await self._say(f"Listening to new songs: {progress.done:,} of {progress.total:,}.")

    async def _say(self, sentence: str) -> None:
        await self._store.announce("harvest", sentence=sentence)
