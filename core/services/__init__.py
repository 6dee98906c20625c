"""The music services, one module each; a module that has ``connect`` is found by listing this package."""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import AsyncExitStack
from typing import Self

from core.ports import CatalogueSource, PlaylistReader
from core.settings import Settings


class Services:
    """Every service that is switched on; ``async with Services(settings) as services``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._exit = AsyncExitStack()
        self.readers: list[PlaylistReader] = []
        self.sources: list[CatalogueSource] = []

    async def __aenter__(self) -> Self:
        for found in pkgutil.iter_modules(__path__):
            if found.name.startswith("_"):
                continue
            service = importlib.import_module(f"{__name__}.{found.name}").connect(self._settings)
            if service is None:
                continue
            self._exit.push_async_callback(service.close)
            if hasattr(service, "read"):
                self.readers.append(service)
            if hasattr(service, "new_releases"):
                self.sources.append(service)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exit.aclose()
