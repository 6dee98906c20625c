"""The main job: from a request to a slate. Reads the seeds, hears what is unheard, ranks, chooses, explains, saves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from core import newcomer, reasons, slate
from core.errors import NoCandidates
from core.model import Arm, Passage, Progress, Request
from core.ports import PlaylistReader, Ranking
from core.said import Said, counted
from core.settings import Settings
from core.store.slates import Chosen
from core.store.store import Store
from workers import models, stock
from workers.ears import Ears
from workers.hearing import Ear
from workers.looking import Looking, Pair
from workers.models import Look, Model
from workers.seeds import Report, Seeding, Seeds
from workers.snapshot import Snapshot, Snapshots
from workers.standings import Standing, Standings
from workers.stock import Stock

#: How often a slate is chosen anew when another slate of the same listener took one of its songs meanwhile.
_RETRIES = 5


class Recommend:
    """The use case, over ports and the store."""

    def __init__(
        self,
        store: Store,
        readers: Sequence[PlaylistReader],
        ears: Sequence[Ear],
        stock: Stock,
        looking: Looking,
        settings: Settings,
    ) -> None:
        self._store = store
        self._seeding = Seeding(store, readers, stock, settings)
        self._ears = Ears(store.features, ears)
        self._stock = stock
        self._looking = looking
        self._standings = Standings(store, settings.catalogue)
        self._snapshots = {ear: Snapshots(store.features, ear.extractor, ear.version) for ear in ears}
        self._settings = settings

    async def __call__(self, request: Request, worker: str, report: Report) -> bool:
        """Answers the request; False when it is no longer ours. Raises core.errors for an honest refusal."""
        options = request.options
        ear = await self._ears.of(options.features, stock.choice_of(options.collection))
        model = models.model(options.model or ear.model, ear.extractor)
        await report(Progress("reading"))
        seeds = await self._seeding(request, ear, report, in_time=isinstance(model, Look))
        collections = await self._stock.ready(options.collection, report, ear)
        await report(Progress("comparing", note=tuple(seeds.notes)))
        field = await self._snapshots[ear].current(collections)
        if not len(field):
            raise NoCandidates()
        ranking = await asyncio.to_thread(seeds.rank, models.screen_of(model), field.vectors)
        for _ in range(_RETRIES):
            chosen = await self._choose(request, field, ranking, seeds, ear, model)
            note = [*seeds.notes, *self._shortfall(request, chosen)]
            if await self._store.slates.finish(request.id, worker, model.name, model.version, chosen, note):
                return True
        return False

    async def _choose(
        self, request: Request, field: Snapshot, ranking: Ranking, seeds: Seeds, ear: Ear, model: Model
    ) -> list[Chosen]:
        columns = slate.Field(ranking.scores, field.recording_ids, field.artist_ids, field.music)
        recordings, artists = set(seeds.barred_recordings), set(seeds.barred_artists)
        for listener in seeds.listeners:
            recordings.update(await self._store.slates.shown(listener))
            artists.update(await self._store.listeners.disliked_artists(listener))
        standing = await self._standings.current(len(field))
        eligible = columns.open_to(recordings, artists)
        eligible &= await self._fitting(request, field, standing)
        if isinstance(model, Look):
            heard = [song.recording_id for song in seeds.songs]
            ranking = await self._looking.again(model, heard, seeds.members, field.recording_ids, eligible, ranking)
            columns = replace(columns, scores=ranking.scores)
        choices = slate.choose(columns, eligible, request.options.count, request.options.wildcards)
        if not choices:
            raise NoCandidates()
        return await self._explained(choices, field, ranking, seeds, standing, ear)

    async def _fitting(self, request: Request, field: Snapshot, standing: Standing) -> NDArray[np.bool_]:
        """The candidates that are as new and as little known as the listener, or else the operator, wishes."""
        limits = self._settings.catalogue
        wishes = await self._store.listeners.preferences(request.listener_id)
        reach = newcomer.reach_of(request.options.audience or wishes.audience or limits.audience)
        weeks = request.options.weeks or wishes.weeks or limits.weeks
        places = standing.places_of(field.artist_ids)
        small = np.where(np.isnan(places), limits.unknown, places <= newcomer.MOST[reach])
        new = field.released >= (date.today() - timedelta(weeks=weeks)).toordinal()
        fitting = ~field.judged | (small & new)
        if limits.guard == "hide":
            fitting &= ~np.isin(field.artist_ids, list(standing.labels))
        return fitting

    async def _explained(
        self,
        choices: Sequence[slate.Choice],
        field: Snapshot,
        ranking: Ranking,
        seeds: Seeds,
        standing: Standing,
        ear: Ear,
    ) -> list[Chosen]:
        rows = [choice.row for choice in choices]
        heard = await ear.known([int(field.recording_ids[row]) for row in rows])
        audiences = await self._store.catalogue.audiences([int(field.artist_ids[row]) for row in rows])
        passages = await self._passages(choices, field, ranking, seeds)
        chosen = []
        for choice in choices:
            seed = int(ranking.nearest[choice.row])
            title = str(seeds.songs[seed].track)
            recording_id = int(field.recording_ids[choice.row])
            chosen.append(
                Chosen(
                    arm=choice.arm,
                    score=float(ranking.scores[choice.row]),
                    recording_id=recording_id,
                    track_id=int(field.track_ids[choice.row]),
                    nearest_seed=title,
                    reason=reasons.reason(choice.arm, title, seeds.features[seed].named, heard[recording_id].named),
                    audiences=audiences.get(int(field.artist_ids[choice.row]), ()),
                    label=standing.labels.get(int(field.artist_ids[choice.row])),
                    passage=passages.get(choice.row),
                    seed_track_id=seeds.songs[seed].track_id,
                )
            )
        return chosen

    async def _passages(
        self, choices: Sequence[slate.Choice], field: Snapshot, ranking: Ranking, seeds: Seeds
    ) -> dict[int, Passage]:
        """By row, what the close picks share with their nearest seeds."""
        close = [choice.row for choice in choices if choice.arm is Arm.CLOSE]
        songs = [seeds.songs[ranking.nearest[row]] for row in close]
        pairs = [Pair(song.recording_id, int(field.recording_ids[row]), song.track)
                 for row, song in zip(close, songs, strict=True)]  # fmt: skip
        found = await self._looking.passages(pairs, field.recording_ids)
        return {row: passage for row, passage in zip(close, found, strict=True) if passage is not None}

    def _shortfall(self, request: Request, chosen: Sequence[Chosen]) -> list[Said]:
        asked = request.options.count + request.options.wildcards
        if len(chosen) == asked:
            return []
        return [
            counted(
                "The catalogue has only {count} song left for you; you asked for {asked}.",
                "The catalogue has only {count} songs left for you; you asked for {asked}.",
                count=len(chosen),
                asked=asked,
            )
        ]
