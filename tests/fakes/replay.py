"""A music service on loopback that answers with recordings, or fails on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from tests.recordings import Recording

Answer = Callable[[web.Request], Any]


class Replay:
    """``add`` recordings or answers of our own, ``await start()``, use ``base_url``.

    A request meets the answer with the same path whose query it holds best (every pair of the recorded query that the
    request also has counts); an unknown path is a 404. ``fail`` breaks requests whose path starts with something:
    a status, "timeout", "reset", "half", "html", "huge" or "redirect:URL". ``seen`` collects what was asked for.
    """

    def __init__(self) -> None:
        self.base_url = ""
        self.seen: list[str] = []
        self.headers: list[dict[str, str]] = []
        self._recorded: list[tuple[str, dict[str, str], int, Any]] = []
        self._answers: dict[str, Answer] = {}
        self._faults: list[tuple[str, str, dict[str, str]]] = []
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    def add(self, *recordings: Recording) -> None:
        """Answers with what was recorded."""
        for recording in recordings:
            parts = urlsplit(recording.url)
            self._recorded.append((parts.path, dict(parse_qsl(parts.query)), recording.status, recording.body))

    def answer(self, path: str, answer: Answer) -> None:
        """Answers ``path`` with JSON of our own (or a whole response), in the recorded shape."""
        self._answers[path] = answer

    def fail(self, path: str, kind: str, **headers: str) -> None:
        """Breaks requests whose path starts with ``path``; header names are written with underscores."""
        self._faults.append((path, kind, {name.replace("_", "-"): value for name, value in headers.items()}))

    async def __aenter__(self) -> Replay:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request.path_qs)
        self.headers.append(dict(request.headers))
        for path, kind, headers in self._faults:
            if request.path.startswith(path):
                return await self._break(request, kind, headers)
        if request.path in self._answers:
            body = self._answers[request.path](request)
            return body if isinstance(body, web.StreamResponse) else web.json_response(body)
        fitting = [entry for entry in self._recorded if entry[0] == request.path]
        if not fitting:
            return web.json_response({"error": "not found"}, status=404)
        _, _, status, body = max(fitting, key=lambda entry: len(entry[1].items() & request.query.items()))
        return web.json_response(body, status=status)

    async def _break(self, request: web.Request, kind: str, headers: dict[str, str]) -> web.StreamResponse:
        assert request.transport is not None
        if kind.startswith("redirect:"):
            return web.Response(status=302, headers={"Location": kind.removeprefix("redirect:")})
        match kind:
            case "timeout":
                await self._closing.wait()
            case "reset":
                request.transport.abort()
            case "half":
                half = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
                await half.prepare(request)
                await half.write(b'{"data": [')
                request.transport.abort()
                return half
            case "html":
                return web.Response(text="<html>Sorry</html>", content_type="text/html")
            case "huge":
                return web.Response(body=b"[" + b" " * (9 * 2**20) + b"]", content_type="application/json")
            case _:
                return web.json_response({"error": "no"}, status=int(kind), headers=headers)
        return web.Response()
