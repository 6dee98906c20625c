"""The bridge's gateway: everything goes through in both directions, and events are put right on their way."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
from aiohttp import web

from tests.twin import gaps
from tests.twin.upstream import Upstream

IDENTIFY = 2
CUT = 4000  # a close code after which a client may resume


class Gateway:
    """``handle`` serves one connection until either side ends it."""

    def __init__(self, upstream: Upstream) -> None:
        self._twin = upstream
        self._sockets: set[web.WebSocketResponse] = set()

    async def cut(self) -> None:
        """Ends all connections, as a failing network would."""
        for socket in list(self._sockets):
            await socket.close(code=CUT)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """One connection of the bot, and one of ours to the twin behind it."""
        ours = web.WebSocketResponse()
        await ours.prepare(request)
        self._sockets.add(ours)
        async with self._twin.session.ws_connect(f"ws://127.0.0.1:{self._twin.place.port}/gateway") as theirs:
            await _Connection(self._twin, ours, theirs).serve()
        self._sockets.discard(ours)
        return ours


class _Connection:
    """``serve`` it until either side has closed it."""

    def __init__(
        self, upstream: Upstream, ours: web.WebSocketResponse, theirs: aiohttp.ClientWebSocketResponse
    ) -> None:
        self._twin, self._ours, self._theirs = upstream, ours, theirs
        self._identity: dict[str, Any] = {}

    async def serve(self) -> None:
        telling = asyncio.create_task(self._tell())
        async for message in self._ours:
            await self._hear(json.loads(message.data))
        await self._theirs.close()
        await telling

    async def _hear(self, sent: dict[str, Any]) -> None:
        if refused := gaps.refused_resume(sent):
            await self._ours.send_json(refused)
            return
        if sent["op"] == IDENTIFY:
            self._identity = sent["d"]
        await self._theirs.send_json(sent)

    async def _tell(self) -> None:
        async for message in self._theirs:
            payload = json.loads(message.data)
            if payload["t"] is None:  # not an event, but a word about the connection
                await self._ours.send_str(message.data)
            elif event := self._event(payload["t"], payload["d"]):
                await self._ours.send_json(payload | {"d": event})
        await self._ours.close(code=self._theirs.close_code or CUT)

    def _event(self, name: str, event: dict[str, Any]) -> dict[str, Any] | None:
        """What the bot is told of an event; None is nothing."""
        match name:
            case "READY":
                return gaps.whole_ready(gaps.resumed_here(event, self._twin.world.base_url), self._identity)
            case "MESSAGE_CREATE" | "MESSAGE_UPDATE":
                return None if gaps.is_hidden(event) else dict(self._twin.whole(event))
            case "MESSAGE_REACTION_ADD" | "MESSAGE_REACTION_REMOVE":
                return gaps.whole_reaction(event)
            case "INTERACTION_CREATE":
                return self._interaction(event)
        return event

    def _interaction(self, event: dict[str, Any]) -> dict[str, Any]:
        self._twin.interactions.setdefault(event["token"], self._twin.mirror.interaction(event))
        self._twin.world.changed()
        pressed = {"message": self._twin.whole(event["message"])} if "message" in event else {}
        return gaps.with_owners(event) | pressed
