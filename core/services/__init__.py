"""The music services, one module each; a module that has ``connect`` is found by listing this package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from contextlib import AsyncExitStack
from typing import Self, TypeVar

from core import ports
from core.ports import Off, Service
from core.queue import url_of
from core.services._limits import Limits, SharedLimits, counted_by
from core.settings import Settings

__all__ = ["Limits", "Services", "connect", "names"]

P = TypeVar("P")


def names() -> list[str]:
    """Every service there is, switched on or not."""
    return [found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")]


def connect(name: str, settings: Settings) -> Service | Off:
    """One service as the settings want it."""
    found: Service | Off = importlib.import_module(f"{__name__}.{name}").connect(settings)
    return found


class Services:
    """Every service that is switched on, by what it can do; ``async with Services(settings) as services``.

    ``on`` are all of them and ``off`` those that are not used, each with its reason. ``limits`` counts their requests;
    without it they are counted for all processes through Redis.
    """

    def __init__(self, settings: Settings, limits: Limits | None = None) -> None:
        self._settings = settings
        self._limits = limits
        self._exit = AsyncExitStack()
        self.on: list[Service] = []
        self.off: list[Off] = []

    async def __aenter__(self) -> Self:
        with counted_by(self._limits or self._shared()):
            for name in names():
                service = connect(name, self._settings)
                if isinstance(service, Off):
                    self.off.append(service)
                else:
                    self._exit.push_async_callback(service.close)
                    self.on.append(service)
        self.readers = self._that_are(ports.PlaylistReader)
        self.releases = self._that_are(ports.ReleaseSource)
        self.feeds = self._that_are(ports.ReleaseFeed)
        self.finders = self._that_are(ports.ReleaseFinder)
        self.careers = self._that_are(ports.CareerSource)
        self.explorers = self._that_are(ports.ArtistExplorer)
        self.meters = self._that_are(ports.AudienceMeter)
        self.sounds = self._that_are(ports.SoundSource)
        self.features = self._that_are(ports.FeatureSource)
        self.grantors = self._that_are(ports.Grantor)
        self.holders = self._that_are(ports.TokenHolder)
        self.accounts = self._that_are(ports.AccountSource)
        self.links = self._that_are(ports.LinkSource)
        self.lyrics = self._that_are(ports.LyricsSource)
        self.titles = {on.name: on.title for on in self.on} | {off.name: off.title for off in self.off}
        return self

    def _shared(self) -> Limits:
        limits = SharedLimits.at(url_of(self._settings))
        self._exit.push_async_callback(limits.close)
        return limits

    def _that_are(self, port: type[P]) -> list[P]:
        """The services that fit ``port``."""
        on: Iterable[object] = self.on
        return [service for service in on if isinstance(service, port)]

    async def __aexit__(self, *_: object) -> None:
        await self._exit.aclose()
