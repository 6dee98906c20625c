"""Progress messages: which of them are out of date, whoever sent them and whenever the bot was restarted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Container, Iterable

from bot.cards import JobCard
from bot.conversation import Talk
from bot.people import Known
from core.model import Post, State

#: Seconds between two edits of one message.
EVERY_S = 3.0
#: How many messages are looked after at a time; of a crowd those first that were not for longest.
_MOST = 40
UNDER_WAY = (State.ASKED, State.WORKING)
#: Shows a request's card in its message (None where the front end has noted none); True when it was shown.
Show = Callable[[str, Post | None, JobCard, Known], Awaitable[bool]]
#: Whether a card is worth an edit after the one that is shown (None: not known), in that message.
Worth = Callable[[JobCard | None, JobCard, Post | None], bool]


class Watch:
    """Looks at the requests of one front end and has those shown anew that have got on."""

    def __init__(
        self,
        talk: Talk,
        front: str,
        show: Show,
        worth: Worth = lambda before, now, _: before != now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._talk = talk
        self._front = front
        self._show = show
        self._worth = worth
        self._clock = clock
        self._shown: dict[str, tuple[float, JobCard | None]] = {}
        self._looked: dict[str, float] = {}
        self._busy: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def look(self, others: Iterable[str] = ()) -> list[asyncio.Task[None]]:
        """Begins to edit what is due, one task a message: a slow one holds up no other. ``others`` are requests whose
        message is not in the store.
        """
        kept = {post.request_id: post for post in await self._talk.posts.under_way(self._front, UNDER_WAY)}
        found: dict[str, Post | None] = {**dict.fromkeys(others), **kept}
        self._forget_all_but(found)
        now = self._clock()
        due = [key for key in found if key not in self._busy and now - self._last(key) >= EVERY_S]
        due = sorted(due, key=lambda key: self._looked.get(key, 0.0))[:_MOST]
        self._looked.update(dict.fromkeys(due, now))
        self._busy.update(due)
        tasks = [asyncio.create_task(self._update(key, found[key])) for key in due]
        self._tasks.update(tasks)
        for task in tasks:
            task.add_done_callback(self._tasks.discard)
        return tasks

    def note(self, request_id: str, card: JobCard) -> None:
        """The message has been sent, and shows this."""
        self._shown[request_id] = (self._clock(), card)

    def forget(self, request_id: str) -> None:
        """The message shows something else from now on."""
        self._shown.pop(request_id, None)

    def _forget_all_but(self, found: Container[str]) -> None:
        self._shown = {key: shown for key, shown in self._shown.items() if key in found}
        self._looked = {key: at for key, at in self._looked.items() if key in found}

    def _last(self, request_id: str) -> float:
        return self._shown[request_id][0] if request_id in self._shown else -EVERY_S

    async def _update(self, request_id: str, post: Post | None) -> None:
        try:
            request = await self._talk.commands.request(request_id)
            if request is None or request.state not in UNDER_WAY:
                self.forget(request_id)
                return  # its end is shown by whoever ends it
            caller = await self._talk.people.of(request.listener_id)
            card = await self._talk.commands.draw(request, caller.words)
            before = self._shown[request_id][1] if request_id in self._shown else None
            if not isinstance(card, JobCard) or not self._worth(before, card, post):
                return
            self._shown[request_id] = (self._clock(), card)
            if not await self._show(request_id, post, card, caller) and request_id in self._shown:
                self._shown[request_id] = (self._clock(), None)  # once more, in a while
        finally:
            self._busy.discard(request_id)
