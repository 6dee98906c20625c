"""What a browser does, for tests that have none."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

Visitor = TestClient[web.Request, web.Application]
_CSRF = re.compile(r'<meta name="csrf" content="([0-9a-f]{64})">')


class Browser(TestClient[web.Request, web.Application]):
    """Keeps the mark of the last page that had one, and sends it with every form, as the page's script does; it opens
    the page first where it has none."""

    csrf = ""

    async def _request(self, method: str, path: Any, **options: Any) -> ClientResponse:
        headers = dict(options.pop("headers", None) or {})
        if method == "POST" and "X-CSRF" not in headers:
            if not self.csrf:
                await self._request("GET", "/")
            headers["X-CSRF"] = self.csrf
        response = await super()._request(method, path, headers=headers, **options)
        if response.content_type == "text/html" and (found := _CSRF.search(await response.text())):
            self.csrf = found[1]
        return response


SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
JSON = {"Accept": "application/json"}
PATIENCE_S = 5


async def ask(visitor: Visitor, words: str = "Low – Lullaby") -> str:
    """Pastes songs as the page's script does; returns the request's id."""
    body = io.BytesIO(urlencode({"text": words}).encode())
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    async with visitor.post("/ask", data=body, headers=JSON | kind) as response:
        assert response.status == 200
        return str((await response.json())["request_id"])


async def next_event(stream: ClientResponse) -> tuple[str, dict[str, Any]]:
    """The next server-sent event: its kind and data."""
    kind = ""
    async with asyncio.timeout(PATIENCE_S):
        async for line in stream.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                return kind, json.loads(value)
    raise EOFError("the stream has ended")


async def next_card(stream: ClientResponse) -> dict[str, Any]:
    """The next event that is a card."""
    kind = ""
    while kind != "card":
        kind, data = await next_event(stream)
    return data


async def until(true: Callable[[], bool]) -> None:
    """Lets the event loop run until something holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not true():
            await asyncio.sleep(0)
