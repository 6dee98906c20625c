"""What a browser does, for tests that have none."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

Visitor = TestClient[web.Request, web.Application]

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
