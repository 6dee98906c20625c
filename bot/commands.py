"""What people can ask for, in words that know no chat platform: words in, requests and cards out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from redis.exceptions import RedisError

from bot import drawing
from bot.cards import Card, JobCard, LinkButton, SlateCard, StatusCard
from core import links, newcomer, verdicts
from core.errors import BadInput, NoSongs, NotYours
from core.model import (
    Address,
    Options,
    Pick,
    Playlist,
    Preferences,
    Request,
    RulingKind,
    Source,
    SourceKind,
    State,
    Verdict,
)
from core.ports import JobQueue
from core.readers.files import read_file
from core.readers.folder import SOUND
from core.services import Services
from core.settings import Settings
from core.store.store import Store
from core.uploads import Uploads

log = structlog.get_logger()
_HISTORY = 20
#: How long a listener waits for the queue (seconds) before the reconciler is left to do it.
_QUEUE_S = 1.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody dropped."""

    name: str
    data: bytes


class Commands:
    """The same on every front end."""

    def __init__(self, store: Store, queue: JobQueue, uploads: Uploads, services: Services, settings: Settings) -> None:
        self._store = store
        self._queue = queue
        self._uploads = uploads
        self._sounds = {sound.name: sound for sound in services.sounds}
        self._elsewhere = services.links
        self._hosts = [host for reader in services.readers for host in reader.hosts]
        self._titles = {on.name: on.title for on in services.on} | {off.name: off.title for off in services.off}
        self._state_dir = settings.state_dir
        self._catalogue = settings.catalogue

    async def listener(self, front: str, handle: str) -> int:
        """The listener behind a front end's own name for a person."""
        return await self._store.listeners.find(front, handle)

    async def recommend(self, listener: int, address: Address, words: str, options: Options | None = None) -> str:
        """A link, or pasted songs; returns the request's id. Raises BadInput."""
        link = links.find_link(words)
        if link is not None and len(words.strip().splitlines()) == 1:
            source = Source(SourceKind.LINK, links.checked(link, self._hosts))
            return await self._ask(listener, address, source, options, source.value)
        playlist = await asyncio.to_thread(read_file, "the pasted text", words.encode())
        return await self._ask(
            listener, address, Source(SourceKind.PLAYLIST, playlist=playlist), options, playlist.title
        )

    async def recommend_files(
        self, listener: int, address: Address, uploads: Sequence[Upload], options: Options | None = None
    ) -> str:
        """Lists (CSV, TXT, JSON) or sound files; returns the request's id. Raises BadInput."""
        if not uploads:
            raise NoSongs(what="an empty upload")
        sounds = [upload for upload in uploads if Path(upload.name).suffix.lower() in SOUND]
        if sounds:
            folder = await asyncio.to_thread(self._uploads.keep, [(sound.name, sound.data) for sound in sounds])
            title = sounds[0].name if len(sounds) == 1 else f"{len(sounds)} sound files"
            return await self._ask(listener, address, Source(SourceKind.FOLDER, str(folder)), options, title)
        lists = [await asyncio.to_thread(read_file, upload.name, upload.data) for upload in uploads]
        playlist = lists[0] if len(lists) == 1 else _together(lists)
        return await self._ask(
            listener, address, Source(SourceKind.PLAYLIST, playlist=playlist), options, playlist.title
        )

    async def recommend_folder(self, listener: int, address: Address, folder: Path, options: Options) -> str:
        """A file or folder on this machine, for the terminal."""
        return await self._ask(listener, address, Source(SourceKind.FOLDER, str(folder)), options, folder.name)

    async def sample(self, listener: int, address: Address, options: Options | None = None) -> str:
        """The sample playlist."""
        return await self._ask(listener, address, Source(SourceKind.SAMPLE), options, "The sample playlist")

    async def more(self, listener: int, address: Address, request_id: str) -> str:
        """Again from the same input; nothing that was shown comes back."""
        before = await self._mine(listener, request_id)
        return await self._ask(listener, address, before.source, before.options, before.title)

    async def cancel(self, listener: int, request_id: str) -> None:
        """Stops a request that is not answered yet."""
        await self._mine(listener, request_id)
        await self._store.requests.cancel(request_id)

    async def rate(self, listener: int, pick_id: int, emoji: str) -> int | None:
        """Keeps a rating and returns its value 0..10; an empty ``emoji`` withdraws it and returns None."""
        pick = await self._pick(listener, pick_id)
        if not emoji:
            await self._store.listeners.withdraw(listener, pick.recording_id)
            return None
        value = verdicts.value_of(emoji)
        await self._store.listeners.rate(Verdict(listener, pick.recording_id, value, emoji), pick_id)
        return value

    @property
    def defaults(self) -> Preferences:
        """What holds for a listener who has set nothing: the operator's settings."""
        return Preferences(self._catalogue.audience, self._catalogue.weeks)

    @property
    def longest(self) -> int:
        """The oldest releases there are, in weeks: the most that a listener may ask for."""
        return self._catalogue.keep_weeks

    async def preferences(self, listener: int) -> Preferences:
        """What the listener has set; empty where the operator's settings decide."""
        return await self._store.listeners.preferences(listener)

    async def prefer(self, listener: int, audience: str, weeks: int) -> None:
        """Keeps how little known (a reach, "" for the default) and how new (weeks, 0 for the default) songs must be.

        Raises UnknownChoice for another audience and BadInput for a number of weeks out of range.
        """
        self._check(audience, weeks)
        await self._store.listeners.prefer(listener, Preferences(audience, weeks))

    async def links(self, listener: int, pick_id: int) -> tuple[LinkButton, ...]:
        """Where a pick can be heard, its own page first. Raises ServiceTrouble when nobody can tell at the moment."""
        track = (await self._pick(listener, pick_id)).track
        own = drawing.links(track, self._titles)
        found: dict[str, str] = {}
        for source in self._elsewhere if own else []:
            found |= await source.links(track.url)
        known = {button.label for button in own}
        return (*own, *(LinkButton(title, url) for title, url in found.items() if title not in known))

    async def appeal(self, listener: int, pick_id: int, note: str = "") -> None:
        """Asks the operator for another look at the artist of a pick with a label; raises BadInput for one without."""
        pick = await self._pick(listener, pick_id)
        if not pick.label:
            raise BadInput(problem="nobody says that this song is machine-made")
        await self._store.artists.rule(pick.track.artists[0], RulingKind.APPEALED, note)

    async def card(self, listener: int, request_id: str) -> Card:
        """The request as it stands: a job under way, or its slate."""
        return await self._card(await self._mine(listener, request_id))

    async def history(self, listener: int) -> list[Card]:
        """The latest requests, oldest first."""
        return [await self._card(request) for request in await self._store.requests.of(listener, _HISTORY)]

    async def sound(self, listener: int, pick_id: int) -> Path | bytes | None:
        """The clip of a pick: a file of this machine, or a preview fetched anew, for such links live minutes."""
        track = (await self._pick(listener, pick_id)).track
        if track.path is not None:
            path = self._state_dir / track.path
            return path if await asyncio.to_thread(path.is_file) else None
        source = self._sounds.get(track.source)
        return await source.preview(track) if source else None

    async def status(self) -> StatusCard:
        """What there is to offer."""
        counts = await self._store.catalogue.collections()
        said = [(await self._store.notice(key)).get("sentence", "") for key in ("catalogue", "harvest")]
        return drawing.status(counts, said)

    async def _ask(self, listener: int, address: Address, source: Source, options: Options | None, title: str) -> str:
        options = options or Options()
        self._check(options.audience, options.weeks)
        request = await self._store.requests.ask(listener, address, source, options, title)
        try:
            async with asyncio.timeout(_QUEUE_S):
                await self._queue.put(request.id)
        except (RedisError, OSError):  # a TimeoutError is an OSError
            # The row is written, so the reconciler will put it again: the listener need not know.
            log.warning("queue is away", request=request.id)
        return request.id

    def _check(self, audience: str, weeks: int) -> None:
        if audience:
            newcomer.reach_of(audience)
        if not 0 <= weeks <= self.longest:
            raise BadInput(problem=f"I keep releases for {self.longest} weeks, so ask for 1 to {self.longest} of them")

    async def _mine(self, listener: int, request_id: str) -> Request:
        request = await self._store.requests.get(request_id)
        if request is None or request.listener_id != listener:
            raise NotYours()
        return request

    async def _pick(self, listener: int, pick_id: int) -> Pick:
        pick = await self._store.slates.pick(listener, pick_id)
        if pick is None:
            raise NotYours()
        return pick

    async def _card(self, request: Request) -> JobCard | SlateCard:
        if request.state in (State.READY, State.DELIVERED):
            slate = await self._store.slates.get(request.id)
            if slate is not None:
                return drawing.slate(request, slate, self._sounds, self._titles)
        ahead = await self._store.requests.waiting(request.created_at) if request.state is State.ASKED else 0
        return drawing.job(request, ahead)


def _together(lists: Sequence[Playlist]) -> Playlist:
    tracks = tuple(dict.fromkeys(track for playlist in lists for track in playlist.tracks))
    total = sum(playlist.total or len(playlist.tracks) for playlist in lists)
    notes = tuple(note for playlist in lists for note in playlist.notes)
    return Playlist(f"{len(lists)} lists", tracks, "file", max(total, len(tracks)), notes=notes)
