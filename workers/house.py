"""Where a worker process is put together: every part is made here, once."""

from __future__ import annotations

import socket
import uuid
from contextlib import AsyncExitStack
from typing import Self

from core.model import Progress
from core.services import Services
from core.settings import Settings
from core.store.store import Store
from core.uploads import Uploads
from workers.audio.extractor import BasicExtractor
from workers.harvest import Harvest
from workers.hearing import Hearing
from workers.pool import Pool
from workers.recommend import Recommend
from workers.stock import ADDED, MAIN, Stock


class House:
    """The parts of one worker process; ``async with House(settings) as house``."""

    store: Store
    stock: Stock
    harvest: Harvest
    recommend: Recommend

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.name = f"{socket.gethostname()}-{uuid.uuid4().hex[:12]}"
        self._exit = AsyncExitStack()

    async def __aenter__(self) -> Self:
        settings = self.settings
        settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.store = await Store.open(settings.store_url)
        self._exit.push_async_callback(self.store.close)
        services = await self._exit.enter_async_context(Services(settings))
        self.pool = Pool(settings.worker.processes, settings.audio)
        self._exit.callback(self.pool.close)
        hearing = Hearing(
            self.store,
            self.pool,
            services.sounds,
            BasicExtractor.name,
            BasicExtractor.version,
            settings.state_dir,
        )
        self.stock = Stock(self.store, hearing, self.pool, settings)
        self.harvest = Harvest(self.store, services.releases, services.explorers, self.stock, settings)
        self.recommend = Recommend(self.store, services.readers, hearing, self.stock, settings)
        return self

    async def prepare(self) -> None:
        """Old uploads go; demo songs where they are wanted, what is unheard, then the harvest if it is due."""
        Uploads(self.settings.state_dir).sweep()
        await self.stock.ready("", self._tell)
        await self.stock.hear_all([MAIN, ADDED], self._tell)
        await self.store.announce("catalogue", sentence="")
        if self.settings.catalogue.harvest:
            await self.harvest.run_if_due()

    async def _tell(self, progress: Progress) -> None:
        await self.store.announce(
            "catalogue", sentence=f"{progress.stage.capitalize()}: {progress.done} of {progress.total}."
        )

    async def __aexit__(self, *_: object) -> None:
        await self._exit.aclose()
