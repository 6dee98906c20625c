"""Hearing: makes sure that recordings have features, by fetching what sound there is and analysing it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.errors import AudioTrouble, NoSuchPath, ServiceTrouble, TooBig, YasrError
from core.model import Features, Track
from core.ports import SoundSource
from core.store.catalogue import Catalogue
from core.store.store import Store
from workers.audio.extractor import Timbre
from workers.audio.projection import projection
from workers.pool import Pool

#: Called after each song with how many are done.
Report = Callable[[int], Awaitable[None]]
#: After this many answers missing in a row a music service is left alone for the rest of the job.
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Song:
    """A recording of the store, and one track of it that may be heard; ``track_id`` is the track's in the store."""

    recording_id: int
    track: Track
    track_id: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """Features by recording, and what kept the others from being heard."""

    features: dict[int, Features]
    troubles: list[YasrError]


class Ear(Protocol):
    """Gets to know features of songs, and remembers them under ``extractor`` and ``version``.

    ``model`` compares them unless another is asked for. ``asks``: it listens to nothing. ``quick``: it gets to
    know a whole catalogue within one request.
    """

    extractor: str
    version: str
    model: str
    asks: bool
    quick: bool

    async def known(self, recording_ids: Sequence[int]) -> dict[int, Features]: ...

    async def listen(self, songs: Sequence[Song], report: Report, at_once: int = 0) -> Heard: ...


class Hearing:
    """Listens to songs, several at a time, and keeps what it heard; ``fitted`` is the file of its vector, if any."""

    extractor = Timbre.name
    model = "timbre"
    asks = False
    quick = False

    def __init__(
        self,
        store: Store,
        pool: Pool,
        sources: Sequence[SoundSource],
        state_dir: Path,
        fitted: Path | None = None,
    ) -> None:
        self._store = store
        self._pool = pool
        self._sources = sources
        self._state_dir = state_dir  # what YASR itself makes is kept relative to it
        self._fitted = fitted
        self.version = projection(fitted).version

    async def known(self, recording_ids: Sequence[int]) -> dict[int, Features]:
        """What was heard before."""
        return await self._store.features.of(recording_ids, self.extractor, self.version)

    async def listen(self, songs: Sequence[Song], report: Report, at_once: int = 0) -> Heard:
        """Hears every song once; a song that cannot be heard costs only itself.

        ``at_once`` songs at a time, where 0 means as many as keep the pool busy.
        """
        fetch = Fetch(self._sources, self._store.catalogue)
        slots = asyncio.Semaphore(at_once or self._pool.room)
        heard = Heard({}, [])
        done = 0

        async def one(song: Song) -> None:
            nonlocal done
            async with slots:
                try:
                    features = await self._hear(song, fetch)
                except (AudioTrouble, TooBig, NoSuchPath) as trouble:
                    heard.troubles.append(trouble)
                    await self._store.features.save_failure(song.recording_id, self.extractor, self.version, trouble)
                except ServiceTrouble as trouble:
                    heard.troubles.append(trouble)
                else:
                    if features is not None:
                        if features.sequence is not None:
                            await self._store.sequences.save_many({song.recording_id: features.sequence})
                        kept = await self._store.features.save(song.recording_id, features)
                        heard.features[song.recording_id] = kept
            done += 1
            await report(done)

        async with asyncio.TaskGroup() as group:
            for song in songs:
                group.create_task(one(song))
        return heard

    async def _hear(self, song: Song, fetch: Fetch) -> Features | None:
        path = song.track.path
        sound = await fetch.sound(song.track) if path is None else self._state_dir / path
        if sound is None:
            return None
        name = sound.name if isinstance(sound, Path) else str(song.track)
        return await self._pool.analyse(sound, name, self._fitted)


class Fetch:
    """Finds and fetches previews; gives up on a service that is down. For one job."""

    def __init__(self, sources: Sequence[SoundSource], catalogue: Catalogue) -> None:
        self._sources = sources
        self._catalogue = catalogue
        self._misses = dict.fromkeys((source.name for source in sources), 0)

    async def sound(self, track: Track) -> bytes | None:
        """The bytes of a clip, from the song's own service first; None when no service has it.

        Where it was found under another name is written down. Raises the trouble of a service that might have had it.
        """
        away: ServiceTrouble | None = None
        for source in sorted(self._sources, key=lambda source: source.name != track.source):
            if self._misses[source.name] >= _PATIENCE:
                continue
            try:
                found = track if track.source == source.name else await source.find(track)
                sound = await source.preview(found) if found else None
            except ServiceTrouble as trouble:
                self._misses[source.name] += 1
                away = trouble
                continue
            self._misses[source.name] = 0
            if sound is not None:
                if found is not None and found is not track:
                    await self._catalogue.record([found])
                return sound
        if away is not None:
            raise away
        return None
