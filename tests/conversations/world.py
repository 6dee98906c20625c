"""What stands behind a conversation: a real store and the real commands, and a worker whose work the test does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bot.conversation import Talk, talk
from core.errors import YasrError
from core.model import (
    Address,
    Arm,
    Audience,
    Compared,
    Evidence,
    Features,
    Options,
    Progress,
    Request,
    Source,
    SourceKind,
    State,
    Track,
)
from core.said import said
from core.services import Services
from core.settings import Settings
from core.store.slates import Chosen
from core.store.store import Store, utc_now
from tests.fakes.painter import paint
from tests.fakes.queue import FakeQueue

DAY = utc_now().date()
TOLD = Evidence(("A seed",), {"tempo": Compared(118, 119, 0.3), "loudness": Compared(-9, -20, 3)})


class Hand:
    """A worker that does what the test says with the request that was asked last."""

    name = "hand"

    def __init__(self, store: Store, queue: FakeQueue) -> None:
        self._store = store
        self._queue = queue

    async def request(self) -> Request:
        """The request that was asked last."""
        found = await self._store.requests.get(self._queue.ids[-1])
        assert found is not None
        return found

    async def reports(self, stage: str, done: int, total: int) -> None:
        """Progress."""
        number = self._queue.ids[-1]
        await self._store.requests.claim(number, self.name, 3600)
        assert await self._store.requests.renew(number, self.name, 3600, Progress(stage, done, total))

    async def answers(self, titles: Sequence[str]) -> None:
        """A slate with these songs; the last one is a wildcard."""
        number = self._queue.ids[-1]
        await self._store.requests.claim(number, self.name, 3600)
        tracks = [song(title) for title in titles]
        places = await self._store.catalogue.record(tracks)
        picks = [
            Chosen(
                Arm.WILDCARD if title == titles[-1] else Arm.CLOSE, 0.5, place.recording_id, place.track_id, "A seed",
                said("Sounds like your {song}.", song="A seed"), (Audience("fans on Deezer", 412, DAY),), told=TOLD,
            )
            for title, place in zip(titles, places, strict=True)
        ]  # fmt: skip
        assert await self._store.slates.finish(number, self.name, "nearest", "1", picks, ())

    async def has_heard(self, listener: int) -> None:
        """Three songs that the listener gave once, as an ear tells them."""
        where = Address("web", "before")
        request = await self._store.requests.ask(listener, where, Source(SourceKind.LINK, "x"), Options(), "Before")
        places = await self._store.catalogue.record([song(f"Loved {number}") for number in range(3)])
        await self._store.catalogue.keep_seeds(request.id, [place.recording_id for place in places])
        named = {"tempo": 118.0, "loudness": -9.0, "brightness": 1200.0, "danceability": 0.5}
        for place in places:
            heard = Features("timbre", "1", np.zeros(2, np.float32), named)
            await self._store.features.save(place.recording_id, heard)

    async def refuses(self, error: YasrError) -> None:
        """An honest refusal."""
        number = self._queue.ids[-1]
        await self._store.requests.claim(number, self.name, 3600)
        await self._store.requests.refuse(number, self.name, error)

    async def ratings(self) -> dict[str, int]:
        """What the asker of the last answered request has rated, by title."""
        found: dict[str, int] = {}
        for number in self._queue.ids:
            slate = await self._store.slates.get(number)
            for pick in slate.picks if slate else ():
                if pick.verdict:
                    found[pick.track.title] = pick.verdict.value
        return found

    async def state(self) -> State | None:
        """How the last request stands; None when it was erased."""
        found = await self._store.requests.get(self._queue.ids[-1])
        return found.state if found else None


def song(title: str) -> Track:
    """A song by a newcomer of its own."""
    return Track(title, (f"Newcomer of {title}",), "deezer", title, url=f"https://www.deezer.com/track/{len(title)}")


@dataclass(frozen=True, slots=True)
class World:
    """The parts of a running bot, without a front end."""

    settings: Settings
    store: Store
    queue: FakeQueue
    talk: Talk
    hand: Hand


@asynccontextmanager
async def world(folder: Path, **chosen: Any) -> AsyncIterator[World]:
    """A bot over a store in ``folder``; Deezer's links are known, and no service is asked anything. ``chosen`` are
    settings."""
    settings = Settings(state_dir=folder, **chosen)
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'yasr.db'}")
    queue = FakeQueue()
    queue.painter = partial(paint, store)
    async with Services(settings) as services:
        services.sounds, services.links = [], []
        try:
            yield World(settings, store, queue, talk(store, queue, services, settings), Hand(store, queue))
        finally:
            await store.close()
