"""Live cards over server-sent events: one poll per listener, however many pages are open, and none without a page."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from bot.cards import Card
from bot.commands import Commands
from bot.fronts.web import views
from core.errors import NotYours

POLL_S = 0.5
KEEP_ALIVE_S = 15.0

log = structlog.get_logger(__name__)


class Mailbox:
    """What one page has yet to be told. Only the newest state of a card waits, so that a slow page costs no memory."""

    def __init__(self) -> None:
        self.open = True
        self._waiting: dict[str, bytes] = {}
        self._news = asyncio.Event()

    def put(self, request_id: str, event: bytes) -> None:
        self._waiting[request_id] = event
        self._news.set()

    def fill(self, events: dict[str, bytes]) -> None:
        """Puts what was read earlier before and under what waits already, which is newer."""
        self._waiting = events | self._waiting
        self._news.set()

    def close(self) -> None:
        self.open = False
        self._news.set()

    async def take(self, patience_s: float) -> bytes:
        """All that waits, as soon as there is something; nothing after ``patience_s`` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._news.wait()
        self._news.clear()
        events = b"".join(self._waiting.values())
        self._waiting.clear()
        return events


class Feed:
    """The open pages of one listener and the requests they wait for."""

    def __init__(self, listener: int, commands: Commands) -> None:
        self.mailboxes: set[Mailbox] = set()
        self._listener = listener
        self._commands = commands
        self._watched: dict[str, bytes] = {}
        self._poll: asyncio.Task[None] | None = None

    async def catch_up(self, mailbox: Mailbox) -> None:
        """Puts the current state of the recent requests into a new page's mailbox."""
        cards = await self._commands.history(self._listener)
        mailbox.fill({card.request_id: views.event(card) for card in cards})
        for card in filter(views.unfinished, cards):
            self.watch(card.request_id)

    def watch(self, request_id: str) -> None:
        """Follows a request until it is finished."""
        self._watched.setdefault(request_id, b"")
        if self._poll is None or self._poll.done():
            self._poll = asyncio.create_task(self._follow(), name=f"web feed {self._listener}")
            self._poll.add_done_callback(self._ended)

    async def look(self, request_id: str) -> None:
        """Tells the pages of a request if it has changed."""
        try:
            card = await self._commands.card(self._listener, request_id)
        except NotYours:  # forgotten meanwhile
            self._watched.pop(request_id, None)
            return
        self._tell(card)

    def _tell(self, card: Card) -> None:
        event = views.event(card)
        if self._watched.get(card.request_id) != event:
            for mailbox in self.mailboxes:
                mailbox.put(card.request_id, event)
        if views.unfinished(card):
            self._watched[card.request_id] = event
        else:
            self._watched.pop(card.request_id, None)

    async def _follow(self) -> None:
        while self._watched:
            for request_id in tuple(self._watched):
                await self.look(request_id)
            await asyncio.sleep(POLL_S)

    def _ended(self, poll: asyncio.Task[None]) -> None:
        """A poll that broke closes the streams: the pages come back by themselves and start a new one."""
        if not poll.cancelled() and (error := poll.exception()):
            log.error("live updates broke off", listener=self._listener, exc_info=error)
            self.close()

    def close(self) -> None:
        if self._poll:
            self._poll.cancel()
        for mailbox in self.mailboxes:
            mailbox.close()


class Feeds:
    """All listeners that have a page open."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._feeds: dict[int, Feed] = {}

    @contextlib.asynccontextmanager
    async def page(self, listener: int) -> AsyncIterator[Mailbox]:
        """The mailbox of a page while it is open, filled with what it may have missed."""
        feed = self._feeds.setdefault(listener, Feed(listener, self._commands))
        mailbox = Mailbox()
        feed.mailboxes.add(mailbox)
        try:
            await feed.catch_up(mailbox)
            yield mailbox
        finally:
            feed.mailboxes.discard(mailbox)
            if not feed.mailboxes:
                feed.close()
                del self._feeds[listener]

    def watch(self, listener: int, request_id: str) -> None:
        """Follows a request that was just asked, when a page is open."""
        if feed := self._feeds.get(listener):
            feed.watch(request_id)

    async def publish(self, listener: int, request_id: str) -> None:
        """Shows the open pages a request's current state at once."""
        if feed := self._feeds.get(listener):
            await feed.look(request_id)

    def close(self) -> None:
        """Ends every stream."""
        for feed in self._feeds.values():
            feed.close()


async def stream(request: web.Request, feeds: Feeds, listener: int) -> web.StreamResponse:
    """Answers ``GET /events`` until the page leaves or the server stops."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    async with feeds.page(listener) as mailbox:
        with contextlib.suppress(ConnectionResetError):
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            while mailbox.open:
                await response.write(await mailbox.take(KEEP_ALIVE_S) or b": still here\n\n")
    return response
