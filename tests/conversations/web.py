"""A person with a browser, without scripts. The page speaks English."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp.test_utils import TestServer

from bot.fronts.web.security import Identity
from bot.fronts.web.server import WebFront
from bot.outbox import Outbox
from bot.words import words
from core.settings import Web
from tests.bot.fronts.web.visitor import Browser
from tests.conversations.world import World

LOCALES = ("en-GB",)
_SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
_TAG = re.compile(r"<[^>]+>")


class WebChat:
    """A Chat over HTTP, as a browser without scripts would have it."""

    def __init__(self, visitor: Browser, world: World, outbox: Outbox) -> None:
        self.words = words("en")
        self._visitor = visitor
        self._world = world
        self._outbox = outbox
        self._answer = ""

    async def asks(self, words: str) -> None:
        await self._post("/ask", text=words)

    async def more(self) -> None:
        await self._post(f"/more/{self._world.queue.ids[-1]}")

    async def cancels(self) -> None:
        await self._post(f"/cancel/{self._world.queue.ids[-1]}")

    async def rates(self, title: str, emoji: str) -> None:
        await self._post(f"/rate/{await self._pick(title)}", emoji=emoji)

    async def takes_back(self, title: str) -> None:
        await self._post(f"/rate/{await self._pick(title)}", emoji="")

    async def looks_back(self) -> None:
        await self._page()

    async def forgets(self) -> None:
        await self._post("/forget")

    async def sees(self) -> str:
        await self._outbox.deliver()
        return _text(await self._page()) + self._answer

    async def _page(self) -> str:
        async with self._visitor.get("/") as response:
            assert response.status == 200
            return await response.text()

    async def _post(self, path: str, **fields: str) -> None:
        async with self._visitor.post(path, data=fields, headers=_SAME_ORIGIN) as response:
            self._answer = _text(await response.text())

    async def _pick(self, title: str) -> int:
        """The number of the pick on the page, found as a person would: beside its title."""
        page = await self._page()
        card = page[: page.index("/rate/", page.index(html.escape(title))) + 40]
        return int(re.findall(r"/rate/(\d+)", card + page[len(card) :])[card.count("/rate/") - 1])


@asynccontextmanager
async def chat(world: World, _: str) -> AsyncIterator[WebChat]:
    """Somebody opens the page."""
    front = WebFront(Web(port=0), world.talk.commands, world.talk.picks, Identity(b"a key for these cookies"))
    outbox = Outbox(world.store, world.queue, {front.name: front}, 1)
    async with Browser(TestServer(front.app())) as visitor:
        yield WebChat(visitor, world, outbox)


def _text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", _TAG.sub(" ", page)))
