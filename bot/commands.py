"""What people can ask for, in words that know no chat platform: words in, requests and cards out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from redis.exceptions import RedisError

from bot import drawing
from bot.cards import Card, StatusCard
from bot.pace import Pace
from bot.passes import Passes
from bot.words import ENGLISH, Words
from core import links, mood_words, moods, newcomer
from core.errors import BadInput, NoSongs, NothingGiven, NotYours, ServerTooOften, TooManyOpen, TooOften, spoken
from core.model import (
    Address,
    Blend,
    Listing,
    Options,
    Playlist,
    Preferences,
    Request,
    Source,
    SourceKind,
    State,
)
from core.ports import JobQueue
from core.readers.files import read_file
from core.readers.folder import SOUND
from core.said import Said, mark, said
from core.services import Services
from core.settings import Settings
from core.store.store import Store
from core.uploads import Uploads

log = structlog.get_logger()
_HISTORY = 20
#: How long a listener waits for the queue (seconds) before the reconciler is left to do it.
_QUEUE_S = 1.0
#: What a quota counts.
_HOUR = timedelta(hours=1)
#: A blend is of at least this many people.
_TOGETHER = 2
_BLEND = "A blend"
#: The lists of an account that was linked by consent.
_LISTS = {
    Listing.TOP: mark("Most played songs"),
    Listing.LIKED: mark("Liked songs"),
    Listing.RECENT: mark("Recently played songs"),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody dropped."""

    name: str
    data: bytes


class Commands:
    """The same on every front end."""

    def __init__(
        self,
        store: Store,
        queue: JobQueue,
        uploads: Uploads,
        services: Services,
        settings: Settings,
        passes: Passes | None = None,
    ) -> None:
        """``passes`` lead to the pages of requests; without them there are none."""
        self._store = store
        self._queue = queue
        self._uploads = uploads
        self._sounds = frozenset(sound.name for sound in services.sounds)
        self._hosts = [host for reader in services.readers for host in reader.hosts]
        self._titles = services.titles
        self._catalogue = settings.catalogue
        self._quota = settings.quota
        self._passes = passes
        self._pace = Pace()

    async def listener(self, front: str, handle: str) -> int:
        """The listener behind a front end's own name for a person."""
        return await self._store.listeners.find(front, handle)

    async def recommend(self, listener: int, address: Address, words: str, options: Options | None = None) -> str:
        """A link, pasted songs, or a list of a linked account by its name; returns the request's id. Raises BadInput.

        Moods may stand beside the link; alone ("like this but sad") they are asked of what the listener gave last.
        """
        if words.strip().casefold() in set(Listing) and await self._granted(listener):
            return await self.recommend_account(listener, address, options, Listing(words.strip().casefold()))
        link = links.find_link(words)
        line = len(words.strip().splitlines()) == 1
        wished = mood_words.asked(words) if line else ()
        if link is not None and line:
            source = Source(SourceKind.LINK, links.checked(link, self._hosts))
            return await self._ask(listener, address, source, _wishing(options, wished), source.value)
        if wished:
            return await self.more_of_last(listener, address, wished)
        playlist = await asyncio.to_thread(read_file, "the pasted text", words.encode())
        return await self._ask(
            listener, address, Source(SourceKind.PLAYLIST, playlist=playlist), options, playlist.title
        )

    async def recommend_files(
        self, listener: int, address: Address, uploads: Sequence[Upload], options: Options | None = None
    ) -> str:
        """Lists (CSV, TXT, JSON) or sound files; returns the request's id. Raises BadInput."""
        if not uploads:
            raise NoSongs(what=said("an empty upload"))
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

    async def recommend_account(
        self, listener: int, address: Address, options: Options | None = None, which: Listing = Listing.TOP
    ) -> str:
        """From the account that the listener linked last; ``which`` of its lists, where it was linked by consent.

        Raises NothingGiven without one.
        """
        for account in await self._store.accounts.of(listener):
            source = Source(SourceKind.LINK, account.link)
            if account.granted:
                source = Source(SourceKind.ACCOUNT, f"{account.service}:{which}")
            return await self._ask(listener, address, source, options, account.handle)
        raise NothingGiven()

    async def blend(self, listener: int, address: Address, blend: Blend) -> str:
        """What pleases everybody who agreed to the blend; whoever takes part may start it. Raises BadInput."""
        if listener not in blend.agreed:
            raise NotYours()
        if len(blend.agreed) < _TOGETHER:
            raise BadInput(problem=said("nobody has agreed to it yet"))
        return await self._ask(listener, address, Source(SourceKind.BLEND, blend.id), None, _BLEND)

    async def submit(self, listener: int, address: Address, words: str) -> str:
        """Offers a song, EP or album to the catalogue, by its link. Raises BadInput."""
        link = links.find_link(words)
        if link is None:
            raise BadInput(problem=said("to offer a song, I need its link"))
        source = Source(SourceKind.SUBMISSION, links.checked(link, self._hosts))
        return await self._ask(listener, address, source, None, source.value)

    async def sample(self, listener: int, address: Address, options: Options | None = None) -> str:
        """The sample playlist."""
        return await self._ask(listener, address, Source(SourceKind.SAMPLE), options, "The sample playlist")

    async def more(self, listener: int, address: Address, request_id: str) -> str:
        """Again from the same input; nothing that was shown comes back."""
        before = await self._mine(listener, request_id)
        return await self._ask(listener, address, before.source, before.options, before.title)

    async def more_of_last(self, listener: int, address: Address, wished: tuple[str, ...] = ()) -> str:
        """Again from what the listener gave last, with other moods if there are any.

        Raises NothingGiven for one who never asked.
        """
        for before in reversed(await self._store.requests.of(listener, _HISTORY)):
            if before.source.kind is not SourceKind.SUBMISSION:
                options = replace(before.options, moods=wished) if wished else before.options
                return await self._ask(listener, address, before.source, options, before.title)
        raise NothingGiven()

    async def has_account(self, listener: int) -> bool:
        """Whether the listener has linked an account."""
        return bool(await self._store.accounts.of(listener))

    async def _granted(self, listener: int) -> bool:
        """Whether lists of the account that the listener linked last can be read."""
        return any(account.granted for account in (await self._store.accounts.of(listener))[:1])

    async def lesser(self, listener: int, address: Address, request_id: str) -> str:
        """Again from the same input, by artists who are less known still. Raises BadInput where there are none."""
        before = await self._mine(listener, request_id)
        wishes = await self._store.listeners.preferences(listener)
        reach = newcomer.reach_of(before.options.audience or wishes.audience or self._catalogue.audience)
        less = max((other for other in newcomer.MOST if newcomer.MOST[other] < newcomer.MOST[reach]),
                   key=newcomer.MOST.__getitem__, default=None)  # fmt: skip
        if less is None:
            raise BadInput(problem=said("these are already the least known artists there are"))
        return await self._ask(listener, address, before.source, replace(before.options, audience=less), before.title)

    async def like(self, listener: int, address: Address, pick_id: int) -> str:
        """More songs like one pick, whoever it was shown to."""
        pick = await self._store.slates.pick(None, pick_id)
        if pick is None:
            raise NotYours()
        track = pick.track
        source = Source(SourceKind.PLAYLIST, playlist=Playlist(str(track), (track,), track.source))
        return await self._ask(listener, address, source, None, str(track))

    async def recent(self, listener: int, words: Words = ENGLISH) -> dict[str, str]:
        """What the listener may want to start from: titles by link, or by a list's name; their accounts first."""
        mine = await self._store.accounts.of(listener)
        found = {str(which): f"{words.say(_LISTS[which])} ({self._titles.get(account.service, account.service)})"
                 for account in mine[:1] if account.granted for which in Listing}  # fmt: skip
        found |= {account.link: f"{account.handle} ({self._titles.get(account.service, account.service)})"
                  for account in mine if not account.granted}  # fmt: skip
        for request in reversed(await self._store.requests.of(listener, _HISTORY)):
            if request.source.kind is SourceKind.LINK:
                found.setdefault(request.source.value, request.title or request.source.value)
        return found

    async def cancel(self, listener: int, request_id: str) -> None:
        """Stops a request that is not answered yet."""
        await self._mine(listener, request_id)
        await self._store.requests.cancel(request_id)

    def reads(self, link: str) -> bool:
        """Whether a reader knows the link's host."""
        return any(links.belongs(links.host_of(link), [host]) for host in self._hosts)

    async def forget(self, listener: int, *, keep_counts: bool = False) -> None:
        """Erases everything about the listener, files that they sent included; ``keep_counts``: but how often they gave
        which rating."""
        for folder in await self._store.personal.folders(listener):
            await asyncio.to_thread(self._uploads.remove, Path(folder))
        await self._store.personal.forget(listener, keep_counts=keep_counts)

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
        before = await self._store.listeners.preferences(listener)
        await self._store.listeners.prefer(listener, replace(before, audience=audience, weeks=weeks))

    async def request(self, request_id: str) -> Request | None:
        """The request itself, for a front end that posts its answer."""
        return await self._store.requests.get(request_id)

    async def card(self, listener: int, request_id: str, words: Words = ENGLISH) -> Card:
        """The request as it stands: a job under way, or its slate."""
        return await self.draw(await self._mine(listener, request_id), words)

    async def history(self, listener: int, words: Words = ENGLISH) -> list[Card]:
        """The latest requests, oldest first."""
        return [await self.draw(request, words) for request in await self._store.requests.of(listener, _HISTORY)]

    async def status(self, words: Words = ENGLISH) -> StatusCard:
        """What there is to offer."""
        counts = await self._store.catalogue.collections()
        said = [(await self._store.notice(key)).get("sentence", "") for key in ("catalogue", "harvest")]
        return drawing.status(counts, said, words)

    async def _ask(self, listener: int, address: Address, source: Source, options: Options | None, title: str) -> str:
        options = options or Options()
        self._check(options.audience, options.weeks)
        moods.of(options.moods)
        if address.front != "terminal":  # the operator's own
            try:
                await self._within_quota(listener, address)
            except BadInput:
                if before := await self._store.requests.asked(address):  # delivered again, and not asked again
                    return before.id
                raise
        request = await self._store.requests.ask(listener, address, source, options, title)
        try:
            async with asyncio.timeout(_QUEUE_S):
                await self._queue.put(request.id)
        except (RedisError, OSError):  # a TimeoutError is an OSError
            # The row is written, so the reconciler will put it again: the listener need not know.
            log.warning("queue is away", request=request.id)
        return request.id

    async def _within_quota(self, listener: int, address: Address) -> None:
        quotas, limits = self._store.quotas, self._quota
        now = datetime.now(UTC)
        under_way, asked = await quotas.of_listener(listener, now - _HOUR)
        if under_way >= limits.open:
            raise TooManyOpen(count=under_way)
        if len(asked) >= limits.hourly:
            raise TooOften(count=len(asked), wait=_until(asked[-limits.hourly], now))
        asked = await quotas.of_server(address, now - _HOUR) if address.server else []
        if len(asked) >= limits.server_hourly:
            raise ServerTooOften(count=len(asked), wait=_until(asked[-limits.server_hourly], now))

    def _check(self, audience: str, weeks: int) -> None:
        if audience:
            newcomer.reach_of(audience)
        if not 0 <= weeks <= self.longest:
            why = said("I keep releases for {weeks} weeks, so ask for 1 to {weeks} of them", weeks=self.longest)
            raise BadInput(problem=why)

    async def _mine(self, listener: int, request_id: str) -> Request:
        request = await self._store.requests.get(request_id)
        if request is None or request.listener_id != listener:
            raise NotYours()
        return request

    def _page(self, request: Request) -> str:
        """The path of a request's own page, for those who can reach it: whoever is on the page already, and everybody
        where it is public."""
        if self._passes is None:
            return ""
        path = self._passes.slate(request.listener_id, request.id)
        return path if request.address.front == "web" or self._passes.link(path) else ""

    async def draw(self, request: Request, words: Words = ENGLISH) -> Card:
        """A request that a front end has in hand, as it stands."""
        if request.state in (State.READY, State.DELIVERED):
            slate = await self._store.slates.get(request.id)
            if slate is not None:
                card = drawing.slate(request, slate, self._sounds, self._titles, words)
                return replace(card, page=self._page(request)) if slate.picks else card
        ahead = await self._store.requests.waiting(request.created_at) if request.state is State.ASKED else 0
        return drawing.job(request, ahead, self._pace.left(request), words)


def _wishing(options: Options | None, wished: tuple[str, ...]) -> Options | None:
    """The options with the moods, unless they have some of their own."""
    return replace(options or Options(), moods=wished) if wished and not (options and options.moods) else options


def _until(asked: datetime, now: datetime) -> Said:
    """How long until ``asked`` is an hour ago."""
    return spoken((asked + _HOUR - now).total_seconds())


def _together(lists: Sequence[Playlist]) -> Playlist:
    tracks = tuple(dict.fromkeys(track for playlist in lists for track in playlist.tracks))
    total = sum(playlist.total or len(playlist.tracks) for playlist in lists)
    notes = tuple(note for playlist in lists for note in playlist.notes)
    return Playlist(f"{len(lists)} lists", tracks, "file", max(total, len(tracks)), notes=notes)
