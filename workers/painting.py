"""Painting: draws the pictures that were ordered, away from the event loop, each in a child of the pool."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from pebble import ProcessExpired

from core.errors import YasrError
from core.orders import Portrait, Sheet
from core.ports import SoundSource
from core.settings import Settings
from core.store.store import Store
from workers.audio.decode import refuse_large
from workers.easel import charts, portrait
from workers.hearing import Fetch
from workers.pool import Pool

log = structlog.get_logger()
#: What is noted of a picture that cannot be had: no sound, or its child did not live to draw it.
NO_SOUND, BROKEN = "no_sound", "broken"


class Painting:
    """Draws one order at a time; drawing it twice gives the same picture."""

    def __init__(self, store: Store, pool: Pool, sources: Sequence[SoundSource], settings: Settings) -> None:
        self._store = store
        self._pool = pool
        self._sources = sources
        self._settings = settings

    async def __call__(self, key: str) -> None:
        """Draws what is due, or notes why that cannot be."""
        order = await self._store.pictures.due(key)
        try:
            match order:
                case Sheet():
                    drawn = await self._pool.run(charts, order)
                    await self._store.pictures.keep(key, drawn.png)
                case Portrait():
                    await self._song(key, order)
        except YasrError as trouble:
            await self._fail(key, trouble.code)
        except (TimeoutError, MemoryError, ProcessExpired):
            await self._fail(key, BROKEN)

    async def _song(self, key: str, order: Portrait) -> None:
        tracks = await self._store.catalogue.tracks([order.track_id])
        track = tracks.get(order.track_id)
        sound = None
        if track is not None:
            fetch = Fetch(self._sources, self._store.catalogue)
            sound = self._settings.state_dir / track.path if track.path else await fetch.sound(track)
        if sound is None:
            await self._fail(key, NO_SOUND)
            return
        refuse_large(sound, order.title, self._settings.audio)
        drawn = await self._pool.run(portrait, sound, order.title, order.names, self._settings.audio)
        await self._store.pictures.keep(key, drawn.png, drawn.alt)

    async def _fail(self, key: str, why: str) -> None:
        log.warning("a picture was not drawn", why=why)
        await self._store.pictures.fail(key, why)
