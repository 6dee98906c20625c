"""The music services, one module each; a module that has ``connect`` is found by listing this package."""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import AsyncExitStack
from typing import Self

from core.ports import ArtistExplorer, AudienceMeter, PlaylistReader, ReleaseSource, SoundSource
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
        for found in pkgutil.iter_modules(__path__):
            if found.name.startswith("_"):
                continue
            service = importlib.import_module(f"{__name__}.{found.name}").connect(self._settings)
            if service is not None:
                self._exit.push_async_callback(service.close)
                self._welcome(service)
        return self

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
