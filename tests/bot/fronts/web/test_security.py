"""Who may ask, and what every answer says to the browser."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.fronts.web.env import HERE
from bot.fronts.web.security import COOKIE, HEADERS, Identity
from bot.fronts.web.server import WebFront
from core.settings import Web
from tests.bot.fronts.web.conftest import KEY
from tests.bot.fronts.web.visitor import JSON, SAME_ORIGIN, Browser, Visitor, ask
from tests.fakes.commands import FakeCommands


@pytest.fixture
async def bare(server: TestServer) -> AsyncIterator[Visitor]:
    """A program that says nothing about where its requests come from."""
    async with TestClient(server) as client:
        yield client


async def test_the_cookie_is_out_of_reach(client: Visitor) -> None:
    async with client.get("/") as response:
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie  # plain http on this machine
    async with client.get("/") as response:
        assert "Set-Cookie" not in response.headers


async def test_the_cookie_is_secure_behind_tls(client: Visitor) -> None:
    async with client.get("/", headers={"X-Forwarded-Proto": "https"}) as response:
        assert response.headers["Set-Cookie"].endswith("; Secure")


async def test_only_a_hash_of_the_token_goes_further(client: Visitor, commands: FakeCommands) -> None:
    async with client.get("/") as response:
        token = response.cookies[COOKIE].value.partition(".")[0]
    await ask(client)
    assert commands.handles == [hashlib.sha256(token.encode()).hexdigest()]
    assert len(token) >= 43  # 256 bits


@pytest.mark.parametrize(
    "forged", ["someone", "someone.", ".", "", "someone." + "0" * 64, "someone.ünïcode", "a.b.c", "x" * 3000]
)
async def test_a_forged_cookie_is_nobody(bare: Visitor, commands: FakeCommands, forged: str) -> None:
    async with bare.get("/", headers={"Cookie": f"{COOKIE}={forged}"}) as response:
        assert response.status == 200
        assert "Set-Cookie" in response.headers
    assert commands.handles == []


async def test_a_cookie_of_another_key_is_nobody(client: Visitor, bare: Visitor, commands: FakeCommands) -> None:
    other = WebFront(Web(port=0), commands, commands, Identity(KEY + b"!"))  # type: ignore[arg-type]
    visitor: Visitor = TestClient(TestServer(other.app()))
    async with visitor, visitor.get("/") as response:
        theirs = response.cookies[COOKIE].value
    async with bare.get("/", headers={"Cookie": f"{COOKIE}={theirs}"}) as response:
        assert "Set-Cookie" in response.headers
    assert commands.handles == []


async def test_a_link_from_elsewhere_does_not_replace_the_cookie(bare: Visitor) -> None:
    """A strict cookie stays at home when another site links here, and the listener must not lose it."""
    async with bare.get("/", headers={"Sec-Fetch-Site": "cross-site"}) as response:
        assert response.status == 200
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "path",
    ["/", "/healthz", "/nowhere", "/static/page.js", "/static/nothing", f"/art/{0:016}.svg", "/events", "/sound/1"],
)
async def test_every_answer_has_the_headers(client: Visitor, path: str) -> None:
    async with client.get(path) as response:
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


async def test_refusals_and_failures_have_the_headers(client: Visitor, bare: Visitor, commands: FakeCommands) -> None:
    commands.problem = RuntimeError()
    for visitor, status in ((client, 500), (bare, 403)):
        async with visitor.post("/ask", data={"text": "x"}) as response:
            assert response.status == status
            assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_runs_nothing_inline() -> None:
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Referer": "http://127.0.0.1/"},
    ],
)
async def test_a_foreign_write_is_refused(bare: Visitor, commands: FakeCommands, headers: dict[str, str]) -> None:
    for path in ("/ask", "/upload", "/more/r1", "/cancel/r1", "/rate/1"):
        async with bare.post(path, data={"text": "a – b"}, headers=headers | JSON) as response:
            assert (response.status, await response.json()) == (403, {"error": "That did not come from this page."})
    assert commands.calls == []


async def test_fetch_metadata_outweighs_the_origin(bare: Visitor, server: TestServer) -> None:
    lie = {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{server.host}:{server.port}"}
    assert (await bare.post("/ask", data={"text": "a – b"}, headers=lie)).status == 403


async def test_an_old_browser_is_known_by_its_origin(server: TestServer) -> None:
    origin = {"Origin": f"http://{server.host}:{server.port}"}
    async with Browser(server) as old:
        assert (await old.post("/ask", data={"text": "a – b"}, headers=origin | JSON)).status == 200


WRITES = (
    "/ask", "/upload", "/more/r1", "/cancel/r1", "/rate/1", "/settings", "/forget", "/links/1", "/appeal/1",
)  # fmt: skip


@pytest.mark.parametrize("mark", ["", "x", "0" * 64, "ünïcode"])
async def test_a_form_that_was_not_made_for_the_visitor_is_refused(
    client: Browser, commands: FakeCommands, mark: str
) -> None:
    assert (await client.get("/")).status == 200
    calls = list(commands.calls)
    for path in WRITES:
        for sent in ({"headers": JSON | {"X-CSRF": mark}}, {"data": {"csrf": mark}, "headers": JSON | {"X-CSRF": ""}}):
            async with client.post(path, **sent) as response:  # type: ignore[arg-type]
                assert (response.status, "too old" in (await response.json())["error"]) == (403, True)
    assert commands.calls == calls


async def test_every_write_is_tried_without_its_mark(front: WebFront) -> None:
    resources = front.app().router.resources()
    posts = {resource.canonical for resource in resources for route in resource if route.method == "POST"}
    assert posts == {re.sub(r"/r?1$", lambda found: "/{id}" if "r" in found[0] else "/{pick}", path) for path in WRITES}


async def test_the_mark_of_another_visitor_is_none(client: Browser, stranger: Browser) -> None:
    await client.get("/")
    await stranger.get("/")
    assert client.csrf != stranger.csrf
    async with stranger.post("/ask", data={"text": "a – b", "csrf": client.csrf}, headers={"X-CSRF": ""}) as response:
        assert response.status == 403
    async with stranger.post("/ask", data={"text": "a – b", "csrf": stranger.csrf}, headers={"X-CSRF": ""}) as response:
        assert response.status == 200


def test_every_form_that_writes_brings_its_mark() -> None:
    for template in (HERE / "templates").glob("*.html"):
        forms = re.findall(r'<form\b[^>]*method="post"[^>]*>(.{26})', template.read_text(), re.DOTALL)
        assert all(after.startswith('{% include "csrf.html" %}') for after in forms), template.name


async def test_who_comes_from_another_site_is_led_on_to_their_own_page(bare: Visitor) -> None:
    """Their strict cookie comes along only from here, and a page without it could write nothing."""
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    async with bare.get("/", headers=elsewhere) as response:
        assert "url=/?again" in await response.text()
    async with bare.get("/?again", headers=elsewhere) as response:
        assert 'id="ask"' in await response.text()


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8787", "[::2]", "10.0.0.1", "["]
)
async def test_a_foreign_host_name_is_refused(client: Visitor, host: str) -> None:
    """DNS rebinding: a website points its own name at this machine and would read along."""
    for path in ("/", "/events", "/static/page.js"):
        async with client.get(path, headers={"Host": host}) as response:
            assert response.status == 421
            assert "does not answer to that host name" in await response.text()
            assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8787", "127.0.0.1:9", "[::1]:8787"])
async def test_this_machines_names_are_welcome(client: Visitor, host: str) -> None:
    assert (await client.get("/", headers={"Host": host})).status == 200


async def test_bound_to_the_world_the_name_is_the_operators(commands: FakeCommands) -> None:
    public = WebFront(Web(host="0.0.0.0", port=0), commands, commands, Identity(KEY))  # type: ignore[arg-type] # noqa: S104
    visitor: Visitor = TestClient(TestServer(public.app()), headers=SAME_ORIGIN)
    async with visitor:
        assert (await visitor.get("/", headers={"Host": "yasr.example"})).status == 200


async def test_who_erased_their_data_is_somebody_else_afterwards(client: Browser, commands: FakeCommands) -> None:
    await ask(client)
    await client.post("/forget", allow_redirects=False)
    client.csrf = ""
    await ask(client)
    assert len(set(commands.handles)) == 2
