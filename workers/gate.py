"""The gate of the catalogue: asks what is not known of an artist yet, writes it down, and lets newcomers pass."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import structlog

from core import recording
from core.errors import ServiceTrouble
from core.model import Artist, Audience, Candidate, Career, Release
from core.newcomer import MOST, Judgement, Standing, judge, percentile
from core.ports import AudienceMeter, CareerSource
from core.settings import Catalogue
from core.store.artists import Known
from core.store.store import Store

log = structlog.get_logger()
#: What was asked within this time is not asked again.
_FRESH = timedelta(days=30)
#: How many artists are asked about at a time; the services' own limits set the pace.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """A candidate, and who its main artist is on the services that are known to know them."""

    candidate: Candidate
    identities: tuple[Artist, ...]

    @classmethod
    def of(cls, candidate: Candidate, *others: Artist) -> Offer:
        """The candidate as its own service names its artist, and as ``others`` do."""
        track = candidate.track
        return cls(candidate, (Artist(track.artists[0], track.source, track.artist_id), *others))


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with all that is known of its artist's audience; ``judgement`` is None where a meter did not answer.

    ``passes`` also whom nobody counts, where the operator lets those in.
    """

    candidate: Candidate
    passes: bool
    judgement: Judgement | None


class Gate:
    """Judges offers by :func:`core.newcomer.judge`, with all the evidence there is."""

    def __init__(
        self,
        store: Store,
        meters: Sequence[AudienceMeter],
        careers: Sequence[CareerSource],
        limits: Catalogue,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._store = store
        self._meters = meters
        self._careers = careers
        self._limits = limits
        self._today = today

    def may_pass(self, release: Release) -> bool:
        """Whether what the announcement itself says leaves a chance, so that its songs are worth a look."""
        return self._small(release.audiences)

    async def admit(self, offers: Sequence[Offer]) -> list[Candidate]:
        """The candidates that are new music by little-known artists, in their order."""
        return [judged.candidate for judged in await self.judge(offers) if judged.passes]

    async def judge(self, offers: Sequence[Offer]) -> list[Judged]:
        """What holds of each candidate, in their order.

        An artist whom a meter might know that does not answer does not pass this time.
        """
        by_artist: dict[str, list[Offer]] = {}
        for offer in offers:
            by_artist.setdefault(recording.artist_key(offer.candidate.track.artists[0]), []).append(offer)
        known = await self._store.artists.known([offer.candidate.track.artists[0] for offer in offers])
        slots = asyncio.Semaphore(_AT_ONCE)

        async def one(key: str, mine: list[Offer]) -> None:
            async with slots:
                before = known.get(key, Known())
                try:
                    fresh = await self._told(before, mine)
                except ServiceTrouble as trouble:  # nobody knows whether anybody counts them: another time
                    log.info("not measured", artist=key, error=trouble.code)
                    return
                news[mine[0].candidate.track.artists[0]] = fresh
                complete[key] = before.updated(fresh)

        news: dict[str, Known] = {}
        complete: dict[str, Known] = {}
        async with asyncio.TaskGroup() as group:
            for key, mine in by_artist.items():
                group.create_task(one(key, mine))
        await self._store.artists.save(news)
        return [
            self._judged(offer.candidate, complete.get(recording.artist_key(offer.candidate.track.artists[0])))
            for offer in offers
        ]

    async def count(self, artists: Sequence[Artist]) -> None:
        """Has the audiences of these artists counted where nobody did lately, whoever they are."""
        known, news = await self._store.artists.known([artist.name for artist in artists]), dict[str, Known]()
        for artist in artists:
            before = known.get(recording.artist_key(artist.name), Known())
            fresh = {audience.meter for audience in before.audiences if self._fresh(audience.seen)}
            try:
                news[artist.name] = Known(tuple(await self._measured(artist.name, [artist], fresh)))
            except ServiceTrouble as trouble:
                log.info("not measured", error=trouble.code)
        await self._store.artists.save(news)

    def _judged(self, candidate: Candidate, facts: Known | None) -> Judged:
        if facts is None:
            return Judged(candidate, False, None)
        released = candidate.track.release_date
        judgement = judge(
            facts.audiences, released, _began(facts.careers), self._today(), self._limits, self._limits.keep
        )
        unknown = judgement.standing is Standing.UNKNOWN
        nobody_counts = unknown and released is not None and self._limits.unknown
        passes = judgement.standing is Standing.NEWCOMER or nobody_counts
        return Judged(replace(candidate, audiences=facts.audiences), passes, judgement)

    async def _told(self, known: Known, offers: Sequence[Offer]) -> Known:
        """What is new about one artist: what the offers say, and what had to be asked for."""
        name = offers[0].candidate.track.artists[0]
        identities = tuple(dict.fromkeys(artist for offer in offers for artist in offer.identities if artist.source_id))
        told = {audience.meter: audience for offer in offers for audience in offer.candidate.audiences}
        lives: list[Career] = []
        if self._small((*known.audiences, *told.values())):
            fresh = {audience.meter for audience in (*known.audiences, *told.values()) if self._fresh(audience.seen)}
            told |= {audience.meter: audience for audience in await self._measured(name, identities, fresh)}
        if self._small((*known.audiences, *told.values())):
            lives = await self._lives(identities, {career.source: career for career in known.careers})
        return Known(tuple(told.values()), tuple(lives))

    def _small(self, audiences: Sequence[Audience]) -> bool:
        """Whether the artist is not known to be too well known."""
        place = percentile(audiences, self._limits.scales)
        return place is None or place <= MOST[self._limits.keep]

    async def _measured(self, name: str, identities: Sequence[Artist], fresh: Collection[str]) -> list[Audience]:
        """What the meters say that have no ``fresh`` count; raises the trouble of one, unless another has a count."""
        found: list[Audience] = []
        away: ServiceTrouble | None = None
        for meter in self._meters:
            try:
                for artist in () if meter.meter in fresh else identities or (Artist(name, "", ""),):
                    if audience := (await meter.audience(replace(artist, audience=None))).audience:
                        found.append(audience)
                        break
            except ServiceTrouble as trouble:
                away = trouble
        if away is not None and not found and not fresh:
            raise away
        return found

    async def _lives(self, identities: Sequence[Artist], known: dict[str, Career]) -> list[Career]:
        """What the careers' sources say that were not asked lately; one that does not answer is left out."""
        found: list[Career] = []
        for source in self._careers:
            before = known.get(source.name)
            if before is not None and self._fresh(before.seen):
                continue
            try:
                for artist in identities:
                    if life := await source.career(artist):
                        found.append(life)
                        break
            except ServiceTrouble as trouble:
                log.info("career not told", source=source.name, error=trouble.code)
        return found

    def _fresh(self, seen: date) -> bool:
        return self._today() - seen <= _FRESH


def _began(careers: Sequence[Career]) -> date | None:
    return min((career.first_release for career in careers if career.first_release), default=None)
