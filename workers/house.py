"""Where a worker process is put together: every part is made here, once."""

from __future__ import annotations

import asyncio
import socket
import uuid
from contextlib import AsyncExitStack
from typing import Self

import structlog

from core.linked import Linked
from core.model import Progress
from core.ports import ReleaseFeed, ReleaseSource
from core.said import Said, dumps, mark, said
from core.services import Limits, Services
from core.settings import Settings
from core.store.store import Store
from core.uploads import Uploads
from core.vault import Vault
from workers.audio.projection import fitted_here
from workers.device import device_for
from workers.explore import Explore
from workers.gate import Gate
from workers.harvest import Harvest
from workers.hearing import Ear, Hearing
from workers.library import Library
from workers.looking import Looking
from workers.lyrics import Read
from workers.models import model, timbre
from workers.models.features import MODEL
from workers.painting import Painting
from workers.pool import Pool
from workers.reading import Reading
from workers.recommend import Recommend
from workers.stock import ADDED, COMPOSING, MAIN, PREPARING, Stock
from workers.submit import Submit
from workers.told import Told

log = structlog.get_logger()
#: What the house does unasked, at the beginning of a sentence.
_STAGES = {
    COMPOSING: mark("Composing demo songs"),
    PREPARING: mark("Preparing the catalogue"),
}


class House:
    """The parts of one worker process; ``async with House(settings) as house``.

    ``limits`` counts the requests to music services in place of Redis (tests, benchmarks).
    """

    store: Store
    stock: Stock
    harvest: Harvest
    explore: Explore
    recommend: Recommend
    paint: Painting
    submit: Submit

    def __init__(self, settings: Settings, limits: Limits | None = None) -> None:
        self.settings = settings
        self._limits = limits
        self.name = f"{socket.gethostname()}-{uuid.uuid4().hex[:12]}"
        self._exit = AsyncExitStack()

    async def __aenter__(self) -> Self:
        settings = self.settings
        rival = model(settings.worker.rival) if settings.worker.rival else None
        settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.store = await Store.open(settings.store_url)
        self._exit.push_async_callback(self.store.close)
        services = await self._exit.enter_async_context(Services(settings, self._limits))
        device = device_for(settings.worker)
        self.pool = Pool(settings.worker.processes, settings.audio, device)
        self._exit.callback(self.pool.close)
        fitted = [*fitted_here(settings.state_dir), None]
        hearings = [Hearing(self.store, self.pool, services.sounds, settings.state_dir, file) for file in fitted]
        hearing = hearings[0]
        self._reading = Read(self.store, services.lyrics) if services.lyrics else None
        self.stock = Stock(self.store, hearing, self.pool, settings)
        gate = Gate(self.store, services.meters, services.careers, settings.catalogue)
        sources: list[ReleaseSource | ReleaseFeed] = [*services.releases, *services.feeds]
        self.harvest = Harvest(self.store, sources, services.finders, gate, settings, self.name)
        self.explore = Explore(self.store, services.explorers, gate, settings.catalogue)
        self.looking = Looking(Library(self.store, settings.state_dir / "sequences"), settings.worker, device.name)
        if (learned := settings.state_dir / "models" / "taste.npz").is_file():
            MODEL.learn(learned)
        linked = Linked(self.store.accounts, Vault.of(settings), services.grantors)
        self.reading = Reading(services.readers, linked)
        ears: list[Ear] = [*hearings, Told(self.store, services.features)]
        ears += [self._reading] if self._reading else []
        self.recommend = Recommend(self.store, self.reading, ears, self.stock, self.looking, settings, rival)
        self.paint = Painting(self.store, self.pool, services.sounds, settings)
        self.submit = Submit(self.store, services.readers, services.sounds, gate, hearing, settings)
        return self

    async def prepare(self) -> None:
        """What is old goes: uploads, private data, releases. Then demo songs come where they are wanted, and warping is
        compiled."""
        Uploads(self.settings.state_dir).sweep()
        if erased := await self.store.retention.sweep(self.settings.retention.idle_months):
            log.info("erased what was past its time", **erased)
        await self.stock.retire()
        await self.stock.ready("", self._tell)
        await asyncio.to_thread(timbre.ready)
        await self.looking.ready()

    async def hear(self) -> None:
        """Listens to the candidates that were not heard yet, one at a time, so that requests come first."""
        await self.stock.hear_all([MAIN, ADDED], self._tell, at_once=1)
        if self._reading:
            await self.stock.hear_all([MAIN, ADDED], self._tell, ear=self._reading)
        await self.store.announce("catalogue", sentence="")

    async def _tell(self, progress: Progress) -> None:
        sentence = said(
            "{stage}: {done} of {total}.", stage=Said(_STAGES[progress.stage]), done=progress.done, total=progress.total
        )
        await self.store.announce("catalogue", sentence=dumps(sentence))

    async def __aexit__(self, *_: object) -> None:
        await self._exit.aclose()
