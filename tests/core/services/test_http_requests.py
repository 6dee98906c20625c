"""What goes out and how much comes in: headers, bodies, ranges, and the time one call may take."""

from __future__ import annotations

import asyncio
import traceback
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import stamina
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer
from yarl import URL

from core.errors import (
    AccessRefused,
    PrivateOrEmpty,
    QuotaReached,
    ServiceDown,
    TooBig,
    UnexpectedAnswer,
    YasrError,
)
from core.services._http import Http, Manners
from core.services._wire import Site
from tests.core.services.conftest import FAST
from tests.core.services.test_http_breaker import Clock

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SECRET = "s3cr3t-t0ken"  # noqa: S105


def serving(handler: Handler) -> TestServer:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    return TestServer(app)


def base_of(server: BaseTestServer) -> str:
    return str(server.make_url("/")).rstrip("/")


class Echo:
    """Says what it was asked."""

    def __init__(self) -> None:
        self.seen: list[web.Request] = []
        self.bodies: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.seen.append(request)
        self.bodies.append(await request.text())
        return web.json_response({"ok": True})


# Headers and bodies


def test_headers_go_to_the_service_and_to_nobody_it_redirects_to() -> None:
    headers = {"Authorization": f"Bearer {_SECRET}\n"}
    site = Site.at("Tidal", "https://openapi.tidal.com/v2", {"openapi.tidal.com", "*.tidal.com"}, headers)
    assert site.own_headers(URL("https://openapi.tidal.com/v2/a")) == {"Authorization": f"Bearer {_SECRET}"}
    for other in (
        "https://cdn.tidal.com/v2",
        "http://openapi.tidal.com/v2",
        "https://openapi.tidal.com:8443/v2",
        "/v2",
    ):
        assert site.own_headers(URL(other)) == {}
    assert _SECRET not in repr(site)


async def _malformed(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.write(b"HTTP/1.1 abc nonsense\r\n\r\n")
    request.transport.close()
    return web.Response()


async def _cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _refused(request: web.Request) -> web.StreamResponse:
    return web.Response(status=401, text=str(request.headers))


@pytest.mark.parametrize("handler", [_malformed, _cut, _refused])
async def test_secrets_are_in_no_error_and_no_log(handler: Handler, capsys: pytest.CaptureFixture[str]) -> None:
    async with serving(handler) as server:
        headers = {"Authorization": f"Bearer {_SECRET}"}
        async with Http("Tidal", base_of(server), set(), FAST, headers=headers) as http:
            for call in (
                http.get_json(f"{base_of(server)}/a", {"api_key": _SECRET}),
                http.post_form(f"{base_of(server)}/token", {"secret": _SECRET}, (_SECRET, _SECRET)),
            ):
                with pytest.raises(YasrError) as caught:
                    await call
                told = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
                assert _SECRET not in told
                assert b64encode(f"{_SECRET}:{_SECRET}".encode()).decode() not in told
            assert _SECRET not in repr(vars(http))
    output = capsys.readouterr()
    assert _SECRET not in output.out + output.err


async def test_json_and_forms_are_posted() -> None:
    echo = Echo()
    async with serving(echo.answer) as server:
        base = base_of(server)
        async with Http("Tidal", base, set(), FAST, headers={"Authorization": "Bearer a", "X-App": "yasr"}) as http:
            assert await http.post_json(f"{base}/lookup", {"names": ["Ø", 1]}) == {"ok": True}
            await http.post_form(f"{base}/token", {"grant_type": "x y", "code": "a&b=é"}, ("id", "pass word"))
            await http.post_form(f"{base}/token", {"a": "b"})
    lookup, token, plain = echo.seen
    assert (lookup.method, lookup.content_type) == ("POST", "application/json")
    assert echo.bodies[0] == '{"names": ["\\u00d8", 1]}'
    assert lookup.headers["Authorization"] == "Bearer a"
    assert token.content_type == "application/x-www-form-urlencoded"
    assert dict(await token.post()) == {"grant_type": "x y", "code": "a&b=é"}
    assert token.headers["Authorization"] == f"Basic {b64encode(b'id:pass word').decode()}"
    assert plain.headers["Authorization"] == "Bearer a"
    assert {request.headers["X-App"] for request in echo.seen} == {"yasr"}


@pytest.mark.parametrize(
    ("status", "error", "asked"),
    [(404, PrivateOrEmpty, 1), (401, AccessRefused, 1), (307, UnexpectedAnswer, 1), (503, ServiceDown, 3)],
)
async def test_posts_fail_like_gets_and_are_not_redirected(status: int, error: type[YasrError], asked: int) -> None:
    seen: list[str] = []

    async def fail(request: web.Request) -> web.Response:
        seen.append(await request.text())
        return web.Response(status=status, headers={"Location": "/other"})

    async with serving(fail) as server, Http("Tidal", base_of(server), set(), FAST) as http:
        with pytest.raises(error):
            await http.post_json(f"{base_of(server)}/a", {})
    assert seen == ["{}"] * asked


# Ranges


class Stream:
    """A stream without an end, or a file of ``size`` bytes that can be asked for in parts."""

    def __init__(self, size: int | None = None) -> None:
        self.size = size
        self.sent = 0
        self.ranges: list[str] = []
        self.left = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.ranges.append(request.headers.get("Range", ""))
        if self.size is not None:
            body = bytes(self.size)[request.http_range]
            where = {"Content-Range": f"bytes 0-{len(body) - 1}/{self.size}"}
            return web.Response(status=206, body=body, headers=where)
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while self.sent < 2**30:
                await response.write(bytes(2**16))
                self.sent += 2**16
        finally:
            self.left.set()
        return response


async def test_a_stream_is_never_read_whole() -> None:
    stream = Stream()
    async with serving(stream.answer) as server, Http("Audius", base_of(server), set(), FAST) as http:
        body = await http.get_bytes(f"{base_of(server)}/stream", 2**20, first=100_000)
        async with asyncio.timeout(10):
            await stream.left.wait()
    assert body == bytes(100_000)
    assert stream.sent < 2**30
    assert stream.ranges == ["bytes=0-99999"]


@pytest.mark.parametrize(("size", "got"), [(1000, 1000), (100_000, 5000), (5000, 5000)])
async def test_a_part_of_a_file(size: int, got: int) -> None:
    stream = Stream(size)
    async with serving(stream.answer) as server, Http("Audius", base_of(server), set(), FAST) as http:
        assert await http.get_bytes(f"{base_of(server)}/file", 5000, first=5000) == bytes(got)
        with pytest.raises(TooBig):
            await http.get_bytes(f"{base_of(server)}/file", 999)
    assert stream.ranges == ["bytes=0-4999", ""]


@pytest.mark.parametrize("where", ["bytes 10-19/100", "", "items 0-9/100"])
async def test_another_part_than_the_first_is_not_taken(where: str) -> None:
    async def other(_: web.Request) -> web.Response:
        return web.Response(status=206, body=bytes(10), headers={"Content-Range": where})

    async with serving(other) as server, Http("Audius", base_of(server), set(), FAST) as http:
        with pytest.raises(UnexpectedAnswer):
            await http.get_bytes(f"{base_of(server)}/file", 10, first=10)


# Time


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Clock, list[float]]]:
    """Real waits between tries, on a turned clock."""
    clock, waits, pause = Clock(), list[float](), asyncio.sleep

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.now += seconds
        await pause(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with stamina.set_testing(False):
        yield clock, waits


class Refusing:
    """Refuses ``times`` times."""

    def __init__(self, times: int, status: int, **headers: str) -> None:
        self.times = times
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.asked = 0

    async def answer(self, _: web.Request) -> web.Response:
        self.asked += 1
        if self.asked <= self.times:
            return web.Response(status=self.status, headers=self.headers)
        return web.json_response({})


@pytest.mark.parametrize("status", [429, 503])
async def test_a_wait_of_a_minute_is_obeyed(slept: tuple[Clock, list[float]], status: int) -> None:
    clock, waits = slept
    refusing = Refusing(1, status, Retry_After="60")
    async with serving(refusing.answer) as server, Http("Deezer", base_of(server), set(), FAST, clock=clock) as http:
        assert await http.get_json(base_of(server)) == {}
    assert [wait for wait in waits if wait] == [60]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("in_words", [False, True])
async def test_a_longer_wait_is_told_at_once(status: int, in_words: bool) -> None:
    told = format_datetime(datetime.now(UTC) + timedelta(seconds=600), usegmt=True) if in_words else "600"
    refusing = Refusing(9, status, Retry_After=told)
    async with serving(refusing.answer) as server, Http("Deezer", base_of(server), set(), FAST) as http:
        with pytest.raises(QuotaReached) as caught:
            await http.get_json(base_of(server))
    assert 590 <= caught.value.args_["seconds"] <= 600
    assert refusing.asked == 1


async def test_a_service_may_have_its_own_header_and_its_own_longest_wait() -> None:
    refusing = Refusing(9, 429, X_RateLimit_Reset_In="8")
    manners = Manners(longest_wait_s=5, wait_header="X-RateLimit-Reset-In")
    async with serving(refusing.answer) as server, Http("ListenBrainz", base_of(server), set(), manners) as http:
        with pytest.raises(QuotaReached) as caught:
            await http.get_json(base_of(server))
    assert caught.value.args_["seconds"] == 8
    assert refusing.asked == 1


async def test_waits_that_do_not_fit_into_the_time_left_are_not_begun(slept: tuple[Clock, list[float]]) -> None:
    clock, waits = slept
    refusing = Refusing(9, 429, Retry_After="50")
    async with serving(refusing.answer) as server, Http("Deezer", base_of(server), set(), FAST, clock=clock) as http:
        with pytest.raises(QuotaReached):
            await http.get_json(base_of(server))
    assert [wait for wait in waits if wait] == [50]
    assert refusing.asked == 2


async def test_all_tries_together_have_a_time_limit() -> None:
    clock, asked = Clock(), list[int]()

    async def slow(_: web.Request) -> web.Response:
        asked.append(1)
        clock.now += 40
        return web.Response(status=502)

    manners = Manners(tries=10, requests=1000)
    with stamina.set_testing(True, attempts=10):
        async with serving(slow) as server, Http("Deezer", base_of(server), set(), manners, clock=clock) as http:
            with pytest.raises(ServiceDown):
                await http.get_json(base_of(server))
    assert len(asked) == 3


async def test_redirects_have_it_too() -> None:
    clock = Clock()

    async def slow(_: web.Request) -> web.Response:
        clock.now += 50
        raise web.HTTPFound("/again")

    async with serving(slow) as server, Http("Deezer", base_of(server), set(), FAST, clock=clock) as http:
        with pytest.raises(ServiceDown):
            await http.get_json(base_of(server))
        assert clock.now == 1100


async def test_a_hanging_answer_ends_with_the_time_left() -> None:
    async def hang(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    manners = Manners(timeout_s=100, total_s=0.1)
    async with serving(hang) as server, Http("Deezer", base_of(server), set(), manners) as http:
        async with asyncio.timeout(10):
            with pytest.raises(ServiceDown):
                await http.get_json(base_of(server))


async def test_our_own_queue_is_not_the_services_fault() -> None:
    clock = Clock()

    class Queue:
        async def admit(self, host: str, requests: int, per_s: float) -> None:
            clock.now += 1000

    async with (
        serving(Echo().answer) as server,
        Http("Deezer", base_of(server), set(), FAST, limits=Queue(), clock=clock) as http,
    ):
        assert await http.get_json(base_of(server)) == {"ok": True}
