"""The main job: from a request to a slate. Reads the seeds, hears what is unheard, ranks, chooses, explains, saves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from core.errors import NoCandidates
from core.model import Progress, Request
from core.said import Said, counted
from core.settings import Settings
from core.store.store import Store
from workers import models, stock
from workers.choosing import Choosing
from workers.ears import Ears
from workers.explaining import Explaining
from workers.hearing import Ear
from workers.looking import Looking
from workers.models import Look, Model
from workers.reading import Reading
from workers.seeds import Report, Seeding
from workers.shortlisting import shortlists
from workers.snapshot import Snapshots
from workers.stock import Stock

#: How often a slate is chosen anew when another slate of the same listener took one of its songs meanwhile.
_RETRIES = 5


class Recommend:
    """The use case, over ports and the store."""

    def __init__(
        self,
        store: Store,
        reading: Reading,
        ears: Sequence[Ear],
        stock: Stock,
        looking: Looking,
        settings: Settings,
        rival: Model | None = None,
    ) -> None:
        """``rival`` is the model that competes with the one that is used."""
        self._store = store
        self._seeding = Seeding(store, reading, stock, settings)
        self._ears = Ears(store.features, ears)
        self._stock = stock
        self._contender = rival
        self._choosing = Choosing(store, ears, looking, settings)
        self._explaining = Explaining(store, looking)
        self._snapshots = {ear: Snapshots(store.features, ear.extractor, ear.version) for ear in ears}

    async def __call__(self, request: Request, worker: str, report: Report) -> bool:
        """Answers the request; False when it is no longer ours. Raises core.errors for an honest refusal."""
        options = request.options
        ear = await self._ears.of(options.features, stock.choice_of(options.collection))
        model = models.model(options.model or ear.model, ear.extractor)
        rival = self._rival(request, model, ear)
        await report(Progress("reading"))
        in_time = isinstance(model, Look) or isinstance(rival, Look)
        seeds = await self._seeding(request, ear, report, in_time=in_time)
        collections = await self._stock.ready(options.collection, report, ear)
        await report(Progress("comparing", note=tuple(seeds.notes)))
        field = await self._snapshots[ear].current(collections)
        if not len(field):
            raise NoCandidates()
        screened = {
            each: await asyncio.to_thread(seeds.rank, models.screen_of(each), field.vectors)
            for each in ([model, rival] if rival else [model])
        }
        for _ in range(_RETRIES):
            made = await self._choosing(request, field, screened, seeds, ear)
            chosen = await self._explaining(made, field, seeds, ear)
            note = [*seeds.notes, *made.notes, *_shortfall(request, len(chosen))]
            lists = shortlists(made, field)
            if await self._store.slates.finish(request.id, worker, model.name, model.version, chosen, note, lists):
                return True
        return False

    def _rival(self, request: Request, model: Model, ear: Ear) -> Model | None:
        """Whom the operator lets compete with the model, unless the listener has asked for one model."""
        rival = self._contender
        if rival is None or rival is model or request.options.model or rival.features not in ("", ear.extractor):
            return None
        return rival


def _shortfall(request: Request, count: int) -> list[Said]:
    asked = request.options.count + request.options.wildcards
    if count == asked:
        return []
    return [
        counted(
            "The catalogue has only {count} song left for you; you asked for {asked}.",
            "The catalogue has only {count} songs left for you; you asked for {asked}.",
            count=count,
            asked=asked,
        )
    ]
