"""Harvest: new releases → newcomer test → catalogue. Run twice, nothing doubles; killed, it goes on where it was.

Whatever was found out is written down at once: the audience and career of an artist, a release whose songs were looked
for, a song that was added. So a harvest that is begun again reads the lists again, which is cheap, and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeVar

import structlog

from core.errors import QuotaReached, ServiceTrouble, first_of
from core.model import Artist, Candidate, Release
from core.ports import ReleaseFeed, ReleaseFinder, ReleaseSource
from core.said import Said, counted, dumps, marks, said
from core.settings import Settings
from core.store.harvests import HarvestState, Look
from core.store.store import Store
from workers.gate import Gate, Offer
from workers.stock import MAIN

log = structlog.get_logger()
T = TypeVar("T")
_BATCH = 50
#: How many announced releases are looked for at a time.
_AT_ONCE = 8
#: A release that no service has yet is looked for again after this long.
_LOOK_AGAIN = timedelta(days=3)
#: Lists are read again so far back, for releases that were entered late.
_OVERLAP = timedelta(days=7)
_THINGS = {
    "songs": marks("{count} song", "{count} songs"),
    "releases": marks("{count} release", "{count} releases"),
}


@dataclass(slots=True)
class Tally:
    """What one source gave: songs or releases read, those by newcomers, those with sound, and those new to us."""

    things: Literal["songs", "releases"] = "songs"
    seen: int = 0
    newcomers: int = 0
    heard: int = 0
    new: int = 0

    @property
    def said(self) -> Said:
        """ "50 songs, 12 by newcomers, 12 with a preview, 3 new"."""
        one, many = _THINGS[self.things]
        return said(
            "{things}, {newcomers} by newcomers, {heard} with a preview, {new} new",
            things=counted(one, many, count=self.seen),
            newcomers=self.newcomers,
            heard=self.heard,
            new=self.new,
        )


class Harvest:
    """Fills the catalogue from every source of songs and every feed of releases."""

    def __init__(
        self,
        store: Store,
        sources: Sequence[ReleaseSource | ReleaseFeed],
        finders: Sequence[ReleaseFinder],
        gate: Gate,
        settings: Settings,
        worker: str,
    ) -> None:
        self._store = store
        self._sources = {source.name: source for source in sources}
        self._finders = finders
        self._gate = gate
        self._settings = settings
        self._worker = worker

    @property
    def names(self) -> list[str]:
        """The sources that are harvested by themselves and switched on."""
        return [name for name in self._settings.catalogue.sources if name in self._sources]

    @property
    def every(self) -> list[str]:
        """All sources that are switched on."""
        return list(self._sources)

    async def source(self, name: str, since: date | None = None, *, if_due: bool = False) -> Said | None:
        """Harvests one source; one sentence on how it went.

        With ``if_due`` it is left alone, and nothing said, when that was done lately or the source asked to wait.
        """
        pause = self._settings.catalogue.harvest_hours if if_due else None
        before = await self._store.harvests.begin(name, self._worker, self._settings.worker.lease_s, pause)
        if before is None:
            return None if if_due else said("{service} is being harvested already.", service=self._sources[name].title)
        tally = Tally("songs" if isinstance(self._sources[name], ReleaseSource) else "releases")
        beat = asyncio.create_task(self._beat(name, tally))
        try:
            return await self._one(name, since or self._since(before), tally)
        finally:
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat

    async def _one(self, name: str, since: date, tally: Tally) -> Said:
        title, not_before, done = self._sources[name].title, None, False
        try:
            async for batch in self._batches(self._sources[name], since, tally):
                await self._take(batch, tally)
        except ServiceTrouble as trouble:
            log.warning("harvest cut short", source=name, error=trouble.code, seen=tally.seen)
            sentence = _cut_short(title, tally, trouble)
            if isinstance(trouble, QuotaReached):
                not_before = datetime.now(UTC) + timedelta(seconds=trouble.seconds)
        except asyncio.CancelledError:
            later = said("{service}: {tally}. It goes on later.", service=title, tally=tally.said)
            await self._store.harvests.end(name, self._worker, dumps(later), done=False)
            raise
        else:
            done, sentence = True, said("{service}: {tally}.", service=title, tally=tally.said)
        await self._store.harvests.end(name, self._worker, dumps(sentence), done=done, not_before=not_before)
        await self._store.announce("harvest", sentence=dumps(sentence))
        log.info("harvested", source=name, seen=tally.seen, new=tally.new, done=done)
        return sentence

    async def _beat(self, name: str, tally: Tally) -> None:
        """Keeps the lease and says how far it is."""
        title, lease_s = self._sources[name].title, self._settings.worker.lease_s
        while True:
            sentence = dumps(said("Harvesting {service}: {tally}.", service=title, tally=tally.said))
            if not await self._store.harvests.renew(name, self._worker, lease_s, sentence):
                return
            await self._store.announce("harvest", sentence=sentence)
            await asyncio.sleep(lease_s / 3)

    async def _batches(self, source: ReleaseSource | ReleaseFeed, since: date, tally: Tally) -> AsyncIterator[_Batch]:
        """What a source has, a batch at a time."""
        if isinstance(source, ReleaseSource):
            async for songs in _by(_BATCH, source.new_releases(since)):
                tally.seen += len(songs)
                yield _Batch([Offer.of(song) for song in songs])
        else:
            async for announced in _by(_BATCH, source.releases(since)):
                tally.seen += len(announced)
                yield await self._found([release for release in announced if self._gate.may_pass(release)], tally)

    async def _found(self, releases: Sequence[Release], tally: Tally) -> _Batch:
        """The songs of announced releases, as the finders have them, for those that were not looked for before."""
        looked = await self._store.harvests.looked_for(releases, _LOOK_AGAIN)
        tally.newcomers += sum(look.newcomer for look in looked.values())
        tally.heard += sum(look.newcomer and look.songs > 0 for look in looked.values())
        unknown = [release for release in releases if (release.source, release.source_id) not in looked]
        slots = asyncio.Semaphore(_AT_ONCE)

        async def look(release: Release) -> list[Candidate]:
            async with slots:
                return await self._songs_of(release)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(look(release)) for release in unknown]
        except* ServiceTrouble as trouble:
            raise first_of(trouble) from trouble
        offers = {
            release: [
                Offer.of(
                    replace(song, audiences=(*song.audiences, *release.audiences)),
                    Artist(release.artists[0], release.source, release.artist_id),
                )
                for song in task.result()
            ]
            for release, task in zip(unknown, tasks, strict=True)
        }
        return _Batch([offer for songs in offers.values() for offer in songs], offers)

    async def _songs_of(self, release: Release) -> list[Candidate]:
        for finder in self._finders:
            if songs := await finder.songs_of(release):
                return songs
        return []

    async def _take(self, batch: _Batch, tally: Tally) -> None:
        """Adds the newcomers of a batch, then notes which releases need no further look, so that a kill loses none."""
        passed = await self._gate.admit(batch.offers)
        tally.new += await self._store.catalogue.add([replace(song, collection=MAIN) for song in passed])
        if batch.announced is None:
            tally.newcomers += len(passed)
            tally.heard += len(passed)
            return
        tracks = {song.track for song in passed}
        looks = []
        for release, offers in batch.announced.items():
            newcomer = not offers or any(offer.candidate.track in tracks for offer in offers)
            looks.append((release, Look(len(offers), newcomer)))
            tally.newcomers += newcomer
            tally.heard += newcomer and bool(offers)
        await self._store.harvests.looked(looks)

    def _since(self, before: HarvestState) -> date:
        """As far back as songs are new; after a whole harvest only what came since, and what was entered late."""
        oldest = date.today() - timedelta(weeks=self._settings.catalogue.weeks)
        return max(oldest, before.finished_at.date() - _OVERLAP) if before.finished_at else oldest


@dataclass(frozen=True, slots=True)
class _Batch:
    """Offers to be judged; ``announced`` are the releases they were found for, those without songs included."""

    offers: Sequence[Offer]
    announced: dict[Release, list[Offer]] | None = None


def _cut_short(title: str, tally: Tally, trouble: ServiceTrouble) -> Said:
    if isinstance(trouble, QuotaReached):
        return said(
            "{title}: {tally}. It goes on when {service} lets us again, {wait} from now.",
            title=title,
            tally=tally.said,
            service=trouble.args_["service"],
            wait=trouble.args_["wait"],
        )
    if not tally.seen:
        return said("{service} cannot be reached, so nothing new was harvested.", service=title)
    return said(
        "{service}: {tally}. It stopped early: {trouble}", service=title, tally=tally.said, trouble=trouble.said
    )


async def _by(most: int, things: AsyncIterator[T]) -> AsyncIterator[list[T]]:
    """The things in lists of at most ``most``; what came before a trouble is a list of its own."""
    batch: list[T] = []
    try:
        async for thing in things:
            batch.append(thing)
            if len(batch) == most:
                yield batch
                batch = []
    except ServiceTrouble:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
