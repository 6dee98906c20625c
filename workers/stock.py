"""Stock: sees to it that there are heard candidates: the demo songs, folders given by hand, the harvest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from core.model import Candidate, Playlist, Progress, Track
from core.readers.folder import tracks_in
from core.settings import Settings
from core.store.store import Store
from workers.demo import catalogue as demo
from workers.hearing import Ear, Song
from workers.pool import Pool

Report = Callable[[Progress], Awaitable[None]]

MAIN, ADDED, DEMO = "main", "added", "demo"
#: The stages of its work.
COMPOSING, PREPARING = "composing demo songs", "preparing the catalogue"
_BATCH = 64


def choice_of(collection: str) -> list[str]:
    """Every collection from which a request may be answered; ``collection`` is empty or the path of a folder."""
    return [collection] if collection else [MAIN, ADDED, DEMO]


class Stock:
    """Fills collections on first need; safe to call from several jobs at once."""

    def __init__(self, store: Store, hearing: Ear, pool: Pool, settings: Settings) -> None:
        self._store = store
        self._hearing = hearing
        self._pool = pool
        self._settings = settings
        self._folder = settings.state_dir / "demo"
        self._lock = asyncio.Lock()

    async def ready(self, collection: str, report: Report, ear: Ear | None = None) -> list[str]:
        """The collections to choose from, filled and heard by ``ear``: the newest listens unless another is named."""
        listening = self._hearing if ear is None or ear.asks else ear
        collections = await self._filled(collection, report, listening)
        if ear is not None and ear.quick:
            await self.hear_all(collections, report, ear=ear)
        return collections

    async def _filled(self, collection: str, report: Report, ear: Ear) -> list[str]:
        if collection:
            await self.add_folder(Path(collection), collection, report, ear)
            return [collection]
        real = await self._store.catalogue.count(MAIN) + await self._store.catalogue.count(ADDED)
        wish = self._settings.catalogue.demo
        if wish == "never" or (wish == "auto" and real >= self._settings.catalogue.enough):
            return [MAIN, ADDED]
        await self.make_demo(report, ear)
        return [MAIN, ADDED, DEMO]

    async def add_folder(self, folder: Path, collection: str, report: Report, ear: Ear | None = None) -> int:
        """Makes the folder's sound files candidates and hears them; returns how many are new."""
        tracks = await asyncio.to_thread(tracks_in, folder)
        new = await self._store.catalogue.add([Candidate(track, collection=collection) for track in tracks])
        await self.hear_all([collection], report, ear=ear)
        return new

    async def make_demo(self, report: Report, ear: Ear | None = None) -> None:
        """Composes, files and hears the demo songs that are not there yet."""
        async with self._lock:
            songs = demo.candidates()
            if await self._store.catalogue.count(DEMO) < len(songs):
                await self._render(songs, report)
                await self._store.catalogue.add([Candidate(self._track(song), collection=DEMO) for song in songs])
            await self.hear_all([DEMO], report, ear=ear)

    async def sample(self, report: Report) -> Playlist:
        """The sample playlist: demo songs by artists who are never candidates."""
        songs = demo.sample_playlist()
        await self._render(songs, report)
        return Playlist("The sample playlist", tuple(self._track(song) for song in songs), "sample")

    async def retire(self) -> int:
        """Takes harvested songs out of the catalogue that are new no longer; how many."""
        oldest = date.today() - timedelta(weeks=self._settings.catalogue.keep_weeks)
        await self._store.harvests.forget_releases(oldest)
        return await self._store.catalogue.retire(MAIN, oldest)

    async def hear_all(self, collections: list[str], report: Report, at_once: int = 0, ear: Ear | None = None) -> None:
        """Analyses every candidate that ``ear`` has not heard yet; what cannot be had now is tried again next time.

        ``at_once`` songs at a time, where 0 means as many as the machine can.
        """
        ear = ear or self._hearing
        unheard = await self._store.catalogue.unheard(collections, ear.extractor, ear.version)
        songs = [Song(song.recording_id, song.track) for song in unheard]
        for start in range(0, len(songs), _BATCH):

            async def count(done: int, before: int = start) -> None:
                await report(Progress(PREPARING, before + done, len(songs)))

            await ear.listen(songs[start : start + _BATCH], count, at_once)

    def _track(self, song: demo.Song) -> Track:
        return replace(song.track, path=Path("demo") / demo.path_of(song, self._folder).name)

    async def _render(self, songs: tuple[demo.Song, ...], report: Report) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        done = 0

        async def one(song: demo.Song) -> None:
            nonlocal done
            await self._pool.run(demo.render, song, demo.path_of(song, self._folder))
            done += 1
            await report(Progress(COMPOSING, done, len(songs)))

        async with asyncio.TaskGroup() as group:
            for song in songs:
                group.create_task(one(song))
