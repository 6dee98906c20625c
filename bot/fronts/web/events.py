"""Live cards over server-sent events: one poll per listener, however many pages are open, and none without a page."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from bot.cards import Card
from bot.commands import Commands
from bot.fronts.web import views
from bot.fronts.web.env import unfinished
from bot.fronts.web.mailbox import Mailbox
from bot.fronts.web.poll import Poll
from bot.fronts.web.strip import Strip
from core.errors import NotYours

POLL_S = 0.5
KEEP_ALIVE_S = 15.0


class Feed:
    """The open pages of one listener and the requests they wait for."""

    def __init__(self, listener: int, commands: Commands) -> None:
        self.mailboxes: set[Mailbox] = set()
        self._listener = listener
        self._commands = commands
        self._told: dict[str, int] = {}
        self._watched: set[str] = set()
        # A poll that broke closes the streams: the pages come back by themselves and start a new one.
        self._poll = Poll("web feed", self._look_at_all, self.close)

    async def catch_up(self, mailbox: Mailbox) -> None:
        """Puts the current state of the recent requests into a new page's mailbox."""
        cards = await self._commands.history(self._listener)
        events = {card.request_id: views.event(card) for card in cards}
        mailbox.fill(events)
        for card in cards:
            self._told.setdefault(card.request_id, hash(events[card.request_id]))
            if unfinished(card):
                self.watch(card.request_id)

    def watch(self, request_id: str) -> None:
        """Follows a request until it is finished."""
        self._watched.add(request_id)
        self._poll.run(POLL_S)

    async def look(self, request_id: str) -> None:
        """Tells the pages of a request if it has changed."""
        try:
            self._tell(await self._commands.card(self._listener, request_id))
        except NotYours:  # forgotten meanwhile
            self._watched.discard(request_id)

    def _tell(self, card: Card) -> None:
        event = views.event(card)
        if self._told.get(card.request_id) != hash(event):
            self._told[card.request_id] = hash(event)
            for mailbox in self.mailboxes:
                mailbox.put(card.request_id, event)
        if not unfinished(card):
            self._watched.discard(card.request_id)

    async def _look_at_all(self) -> bool:
        for request_id in tuple(self._watched):
            await self.look(request_id)
        return bool(self._watched)

    def close(self) -> None:
        self._poll.stop()
        for mailbox in self.mailboxes:
            mailbox.close()


class Feeds:
    """All listeners that have a page open."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._feeds: dict[int, Feed] = {}
        self._strip = Strip(commands)

    @contextlib.asynccontextmanager
    async def page(self, listener: int) -> AsyncIterator[Mailbox]:
        """The mailbox of a page while it is open, filled with what it may have missed."""
        feed = self._feeds.setdefault(listener, Feed(listener, self._commands))
        mailbox = Mailbox()
        feed.mailboxes.add(mailbox)
        try:
            await feed.catch_up(mailbox)
            self._strip.join(mailbox)
            yield mailbox
        finally:
            self._strip.leave(mailbox)
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
        self._strip.close()
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
