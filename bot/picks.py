"""What people can do with a pick: rate it, hear it, find it elsewhere, bar its artist, speak for its artist."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Container
from pathlib import Path

from bot import drawing
from bot.cards import LinkButton, PickCard
from bot.words import ENGLISH, Words
from core import verdicts
from core.errors import BadInput, NotYours
from core.model import Pick, RulingKind, Track, Verdict
from core.said import said
from core.services import Services
from core.settings import Settings
from core.store.store import Store

Clip = Callable[[Track], Awaitable[Path | bytes | None]]


class Picks:
    """The same on every front end."""

    def __init__(self, store: Store, services: Services, settings: Settings) -> None:
        self._store = store
        self._sounds = {sound.name: sound for sound in services.sounds}
        self._elsewhere = services.links
        self.titles = services.titles
        self._state_dir = settings.state_dir

    @property
    def sounding(self) -> Container[str]:
        """The services whose songs have a clip."""
        return self._sounds

    async def card(self, listener: int | None, pick_id: int, words: Words = ENGLISH) -> PickCard | None:
        """One pick as the listener sees it (None: anybody); None for one that was shown to somebody else."""
        pick = await self._store.slates.pick(listener, pick_id)
        return drawing.pick(pick, self._sounds, self.titles, words) if pick else None

    async def rate(self, listener: int, pick_id: int, emoji: str, *, shared: bool = False) -> int | None:
        """Keeps a rating and returns its value 0..10; an empty ``emoji`` withdraws it and returns None.

        ``shared`` says that the listener sees the pick in a place that several people share: whoever asked for it,
        their rating counts.
        """
        pick = await self._pick(None if shared else listener, pick_id)
        if not emoji:
            await self._store.listeners.withdraw(listener, pick.recording_id)
            return None
        value = verdicts.value_of(emoji)
        await self._store.listeners.rate(Verdict(listener, pick.recording_id, value, emoji), pick_id)
        return value

    async def unrate(self, listener: int, pick_id: int, emoji: str) -> None:
        """Takes a shared rating back, if it is the one that ``emoji`` gave: a later one stays."""
        pick = await self._pick(None, pick_id)
        mine = {verdict.recording_id: verdict for verdict in await self._store.listeners.verdicts(listener)}
        verdict = mine.get(pick.recording_id)
        if verdict is not None and verdicts.plain(verdict.emoji) == verdicts.plain(emoji):
            await self._store.listeners.withdraw(listener, pick.recording_id)

    async def never(self, listener: int, pick_id: int) -> str:
        """The pick's artist is not shown to the listener again; returns their name."""
        pick = await self._pick(None, pick_id)
        await self._store.listeners.bar(listener, pick.recording_id)
        return pick.track.artists[0]

    async def links(self, listener: int | None, pick_id: int) -> tuple[LinkButton, ...]:
        """Where a pick can be heard, its own page first; ``listener`` None for a shared one.

        Raises ServiceTrouble when nobody can tell at the moment.
        """
        track = (await self._pick(listener, pick_id)).track
        own = drawing.links(track, self.titles)
        found: dict[str, str] = {}
        for source in self._elsewhere if own else []:
            found |= await source.links(track.url)
        known = {button.label for button in own}
        return (*own, *(LinkButton(title, url) for title, url in found.items() if title not in known))

    async def appeal(self, listener: int, pick_id: int, note: str = "") -> None:
        """Asks the operator for another look at the artist of a pick with a label; raises BadInput for one without."""
        pick = await self._pick(listener, pick_id)
        if not pick.label:
            raise BadInput(problem=said("nobody says that this song is machine-made"))
        await self._store.artists.rule(pick.track.artists[0], RulingKind.APPEALED, note)

    async def sound(self, listener: int | None, pick_id: int) -> Path | bytes | None:
        """The clip of a pick: a file of this machine, or a preview fetched anew, for such links live minutes."""
        return await self.clip((await self._pick(listener, pick_id)).track)

    async def seed_sound(self, listener: int, pick_id: int) -> Path | bytes | None:
        """The clip of the listener's song that has a passage in common with a pick; None where there is none."""
        passage = (await self._pick(listener, pick_id)).passage
        return await self.clip(passage.seed) if passage else None

    async def clip(self, track: Track) -> Path | bytes | None:
        """The clip of any song, as :meth:`sound`."""
        if track.path is not None:
            path = self._state_dir / track.path
            return path if await asyncio.to_thread(path.is_file) else None
        source = self._sounds.get(track.source)
        return await source.preview(track) if source else None

    async def shown(self, pick_id: int) -> tuple[int, Pick]:
        """A pick that is seen in a shared place, and to whom it was shown."""
        owner = await self._store.slates.owner(pick_id)
        if owner is None:
            raise NotYours()
        return owner, await self._pick(owner, pick_id)

    async def _pick(self, listener: int | None, pick_id: int) -> Pick:
        pick = await self._store.slates.pick(listener, pick_id)
        if pick is None:
            raise NotYours()
        return pick
