"""Progress messages: which of them are out of date, whoever sent them and whenever the bot was restarted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Container, Coroutine, Iterable
from typing import Any

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
        self._writing: dict[str, asyncio.Task[None]] = {}

    async def look(self, others: Iterable[str] = ()) -> list[asyncio.Task[None]]:
        """Begins to edit what is due, one task a message: a slow one holds up no other. ``others`` are requests whose
        message is not in the store.
        """
        kept = {post.request_id: post for post in await self._talk.posts.under_way(self._front, UNDER_WAY)}
        found: dict[str, Post | None] = {**dict.fromkeys(others), **kept}
        self._forget_all_but(found)
        now = self._clock()
        due = [key for key in found if key not in self._writing and now - self._last(key) >= EVERY_S]
        due = sorted(due, key=lambda key: self._looked.get(key, 0.0))[:_MOST]
        self._looked.update(dict.fromkeys(due, now))
        return [self.write(key, self._update(key, found[key])) for key in due]

    def write(self, request_id: str, writing: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begins to write in the message, where nobody does yet."""
        task = self._writing[request_id] = asyncio.create_task(writing)
        task.add_done_callback(lambda done: self._written(request_id, done))
        return task

    def writes(self, request_id: str) -> bool:
        """Whether somebody writes in the message."""
        return request_id in self._writing

    async def settle(self, request_id: str) -> None:
        """Waits for whoever writes in the message: what they write is older than its end and must not replace it."""
        if task := self._writing.get(request_id):
            await asyncio.wait([task])

    async def rest(self) -> None:
        """Gives up what is not written yet."""
        tasks = list(self._writing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def note(self, request_id: str, card: JobCard) -> None:
        """The message has been sent, and shows this."""
        self._shown[request_id] = (self._clock(), card)

    def forget(self, request_id: str) -> None:
        """The message shows something else from now on."""
        self._shown.pop(request_id, None)

    def _written(self, request_id: str, task: asyncio.Task[None]) -> None:
        if self._writing.get(request_id) is task:
            del self._writing[request_id]

    def _forget_all_but(self, found: Container[str]) -> None:
        self._shown = {key: shown for key, shown in self._shown.items() if key in found}
        self._looked = {key: at for key, at in self._looked.items() if key in found}

    def _last(self, request_id: str) -> float:
        return self._shown[request_id][0] if request_id in self._shown else -EVERY_S

    async def _update(self, request_id: str, post: Post | None) -> None:
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
