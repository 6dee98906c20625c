"""A Deezer on loopback: a small world in the recorded shapes, recorded answers, and every way to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from tests.recordings import Recording

Json = dict[str, Any]

_NO_DATA = {"error": {"type": "DataException", "message": "no data", "code": 800}}
_QUOTA = {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}
_REAL = "https://api.deezer.com"


@dataclass
class Fault:
    """What goes wrong with requests whose path starts with ``path``, ``times`` times.

    ``kind`` is a status ("404", "429", "500"), "quota", "no data", "timeout", "reset", "half", "html", "huge", "list",
    or "redirect" to ``target``. ``headers`` are sent along with a status.
    """

    path: str
    kind: str
    times: int = 10**9
    headers: dict[str, str] = field(default_factory=dict)
    target: str = ""


class FakeDeezer:
    """Build a world, ``await start()``, point ``Deezer.base_url`` at the answer, ``await stop()``.

    ``inline`` is how many rows a playlist or album answer holds itself, ``page`` the default size of a listing.
    ``loop`` makes every listing point to itself as its next page.
    ``seen`` collects the paths and queries that were asked for, ``base_url`` is valid after the start.
    """

    def __init__(self, inline: int = 400, page: int = 25) -> None:
        self.inline = inline
        self.page = page
        self.loop = False
        self.faults: list[Fault] = []
        self.seen: list[str] = []
        self.agents: set[str] = set()
        self.base_url = ""
        self._numbers = count(1001)
        self._artists: dict[int, Json] = {}
        self._albums: dict[int, Json] = {}
        self._tracks: dict[int, Json] = {}
        self._playlists: dict[int, Json] = {}
        self._songs: dict[tuple[str, int], list[int | None]] = {}
        self._related: dict[int, list[int]] = {}
        self._releases: list[int] = []
        self._previews: dict[int, bytes] = {}
        self._recorded: dict[str, Recording] = {}
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()

    # The world

    def artist(self, name: str, fans: int | None = 0) -> int:
        """A new artist; ``fans`` None leaves the number out."""
        number = next(self._numbers)
        self._artists[number] = {"id": number, "name": name, "nb_album": 1, "type": "artist"}
        if fans is not None:
            self._artists[number]["nb_fan"] = fans
        return number

    def album(self, artist: int, title: str, released: date, *, listed: bool = True) -> int:
        """A new album; ``listed`` puts it into the editorial releases."""
        number = next(self._numbers)
        self._albums[number] = {
            "id": number,
            "title": title,
            "release_date": released.isoformat(),
            "record_type": "single",
            "cover_medium": f"https://cdn-images.dzcdn.net/images/cover/{number}/250x250.jpg",
            "artist": artist,
            "type": "album",
        }
        if listed:
            self._releases.append(number)
        return number

    def track(
        self,
        title: str,
        artist: int,
        album: int,
        *,
        seconds: int = 180,
        isrc: str = "",
        preview: bytes = b"sound",
        readable: bool = True,
    ) -> int:
        """A new track on ``album``; ``preview`` are the bytes of its clip (empty: it has none)."""
        number = next(self._numbers)
        self._tracks[number] = {
            "id": number,
            "readable": readable,
            "title": title,
            "isrc": isrc,
            "link": f"https://www.deezer.com/track/{number}",
            "duration": seconds,
            "artist": artist,
            "album": album,
            "type": "track",
        }
        self._previews[number] = preview
        self._songs.setdefault(("album", album), []).append(number)
        self._songs.setdefault(("artist", artist), []).append(number)
        return number

    def playlist(self, title: str, tracks: Iterable[int | None]) -> int:
        """A new public playlist; None stands for an empty row."""
        number = next(self._numbers)
        self._playlists[number] = {"id": number, "title": title, "public": True, "type": "playlist"}
        self._songs["playlist", number] = list(tracks)
        return number

    def related(self, artist: int, others: Iterable[int]) -> None:
        """Say which artists are related to ``artist``."""
        self._related[artist] = list(others)

    def replay(self, *recordings: Recording) -> None:
        """Answer the addresses of ``recordings`` with what was recorded, ``next`` links included."""
        self._recorded |= {_address(recording.url.removeprefix(_REAL)): recording for recording in recordings}

    def fail(
        self, path: str, kind: str, times: int = 10**9, headers: dict[str, str] | None = None, target: str = ""
    ) -> None:
        """Break the requests whose path starts with ``path``; see :class:`Fault`."""
        self.faults.append(Fault(path, kind, times, headers or {}, target))

    # The server

    async def start(self) -> str:
        """Listen on a free loopback port and give the base URL."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.base_url

    async def stop(self) -> None:
        """Close the server and every request that hangs."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> FakeDeezer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request.path_qs)
        self.agents.add(request.headers.get("User-Agent", ""))
        for fault in self.faults:
            if fault.times > 0 and request.path.startswith(fault.path):
                fault.times -= 1
                return await self._break(request, fault)
        if recording := self._recorded.get(_address(request.path_qs)):
            return web.json_response(recording.body, status=recording.status)
        if request.path.startswith("/preview/"):
            return web.Response(body=self._previews[int(request.path.rsplit("/", 1)[1])], content_type="audio/mpeg")
        return web.json_response(self._json(request))

    async def _break(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault.kind:
            case "quota" | "no data":
                return web.json_response(_QUOTA if fault.kind == "quota" else _NO_DATA)
            case "html":
                return web.Response(text="<html><title>Deezer</title></html>", content_type="text/html")
            case "list":
                return web.json_response([1, 2, 3])
            case "redirect":
                return web.Response(status=302, headers={"Location": fault.target})
            case "timeout":
                await self._closing.wait()
                return web.Response()
            case "reset":
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case "half":
                return await _half(request)
            case "huge":
                return web.Response(body=b"[" + b" " * (9 * 2**20) + b"]", content_type="application/json")
            case status:
                return web.Response(status=int(status), headers=fault.headers, text="no")

    def _json(self, request: web.Request) -> Json:
        match request.path.strip("/").split("/"):
            case ["search"]:
                return self._search(request)
            case ["search", "album"]:
                return self._search_albums(request)
            case ["editorial", "0"]:
                return {"id": 0, "name": "All", "type": "editorial"}
            case ["editorial", "0", "releases"]:
                return self._listing(request, [self._album_row(number) for number in self._releases])
            case ["track", identity]:
                return self._track_answer(identity)
            case ["artist", number] if int(number) in self._artists:
                return self._artists[int(number)]
            case ["album" | "playlist" as kind, number]:
                return self._collection(kind, int(number))
            case ["album" | "playlist" as kind, number, "tracks"]:
                return self._listing(request, self._rows(kind, int(number)))
            case ["artist", number, "top"]:
                return self._listing(request, self._rows("artist", int(number)))
            case ["artist", number, "related"]:
                return self._listing(request, [self._artists[other] for other in self._related.get(int(number), [])])
            case ["artist", number, "albums"]:
                own = [album for album, row in self._albums.items() if row["artist"] == int(number)]
                return self._listing(request, [self._album_row(album) for album in own])
        return _NO_DATA

    def _collection(self, kind: str, number: int) -> Json:
        known = {"album": self._albums, "playlist": self._playlists}[kind]
        if number not in known:
            return _NO_DATA
        rows = self._rows(kind, number)
        answer = self._album_row(number) if kind == "album" else known[number]
        listing: Json = {"data": rows[: self.inline]}
        if self.loop:
            listing["next"] = f"{_REAL}/{kind}/{number}/tracks?index={self.inline}"
        return {**answer, "nb_tracks": len(rows), "tracks": listing}

    def _listing(self, request: web.Request, rows: list[Json | None]) -> Json:
        index = int(request.query.get("index", 0))
        limit = int(request.query.get("limit", self.page))
        listing: Json = {"data": rows[index : index + limit], "total": len(rows)}
        if self.loop:
            listing |= {"data": rows, "next": f"{_REAL}{request.path_qs}"}
        elif index + limit < len(rows):
            # As recorded: on the real host, with the limit only when it was asked for.
            query = {"limit": limit, "index": index + limit} if "limit" in request.query else {"index": index + limit}
            listing["next"] = f"{_REAL}{request.path}?{urlencode(query)}"
        return listing

    def _search(self, request: web.Request) -> Json:
        """Tracks whose artist and title hold the quoted words; like the real one it finds no "(feat. x)"."""
        words = request.query["q"].split('"')
        artist, title = words[1].casefold(), words[3].casefold()
        hits = [
            number
            for number, row in self._tracks.items()
            if title in row["title"].casefold() and artist in self._artists[row["artist"]]["name"].casefold()
        ]
        return self._listing(request, [self._row(number) for number in hits])

    def _search_albums(self, request: web.Request) -> Json:
        """Likewise for albums, whose rows are without their day."""
        words = request.query["q"].split('"')
        artist, title = words[1].casefold(), words[3].casefold()
        rows = [self._album_row(number) for number in self._albums]
        hits = [
            {name: value for name, value in row.items() if name != "release_date"}
            for row in rows
            if title in row["title"].casefold() and artist in row["artist"]["name"].casefold()
        ]
        return self._listing(request, list(hits))

    def _track_answer(self, identity: str) -> Json:
        if identity.startswith("isrc:"):
            found = next((n for n, row in self._tracks.items() if row["isrc"] == identity.removeprefix("isrc:")), 0)
        else:
            found = int(identity)
        if found not in self._tracks:
            return _NO_DATA
        row = self._row(found)
        return {**row, "release_date": row["album"]["release_date"], "contributors": [row["artist"]]}

    def _rows(self, kind: str, number: int) -> list[Json | None]:
        rows = [None if track is None else self._row(track) for track in self._songs.get((kind, number), [])]
        if kind == "album":
            return [row and {name: value for name, value in row.items() if name != "album"} for row in rows]
        return rows

    def _row(self, number: int) -> Json:
        track = self._tracks[number]
        preview = f"{self.base_url}/preview/{number}" if self._previews[number] else ""
        return {
            **track,
            "preview": preview,
            "artist": {name: self._artists[track["artist"]][name] for name in ("id", "name", "type")},
            "album": self._album_row(track["album"]),
        }

    def _album_row(self, number: int) -> Json:
        album = self._albums[number]
        return {**album, "artist": {name: self._artists[album["artist"]][name] for name in ("id", "name", "type")}}


def _address(path_qs: str) -> str:
    """A path and its query in one spelling."""
    path, _, query = path_qs.partition("?")
    pairs = [(name, value) for name, value in parse_qsl(query) if name != "limit"]
    return f"{path}?{urlencode(sorted(pairs))}" if pairs else path


async def _half(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"data": [')
    assert request.transport is not None
    request.transport.abort()
    return response
