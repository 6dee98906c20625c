"""The music services, one module each; a module that has ``connect`` is found by listing this package."""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import AsyncExitStack
from typing import Self

from core.ports import ArtistExplorer, AudienceMeter, PlaylistReader, ReleaseSource, SoundSource
from core.queue import url_of
from core.services._limits import SharedLimits, counted_by
from core.settings import Settings


class Services:
    """Every service that is switched on, by what it can do; ``async with Services(settings) as services``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._exit = AsyncExitStack()
        self.readers: list[PlaylistReader] = []
        self.releases: list[ReleaseSource] = []
        self.explorers: list[ArtistExplorer] = []
        self.meters: list[AudienceMeter] = []
        self.sounds: list[SoundSource] = []

    async def __aenter__(self) -> Self:
        limits = SharedLimits.at(url_of(self._settings))
        self._exit.push_async_callback(limits.close)
        with counted_by(limits):
            for found in pkgutil.iter_modules(__path__):
                if not found.name.startswith("_"):
                    await self._open(found.name)
        return self

    async def _open(self, name: str) -> None:
        service = importlib.import_module(f"{__name__}.{name}").connect(self._settings)
        if service is not None:
            self._exit.push_async_callback(service.close)
            self._welcome(service)

    def _welcome(self, service: object) -> None:
        if isinstance(service, PlaylistReader):
            self.readers.append(service)
        if isinstance(service, ReleaseSource):
            self.releases.append(service)
        if isinstance(service, ArtistExplorer):
            self.explorers.append(service)
        if isinstance(service, AudienceMeter):
            self.meters.append(service)
        if isinstance(service, SoundSource):
            self.sounds.append(service)

    async def __aexit__(self, *_: object) -> None:
        await self._exit.aclose()
