from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from core.errors import (
    AccessRefused,
    ForbiddenLink,
    PrivateOrEmpty,
    QuotaReached,
    ServiceDown,
    TooBig,
    UnexpectedAnswer,
    UnknownLink,
    YasrError,
)
from core.services._guard import PublicOnly
from core.services._http import Http, Manners
from core.services._retry import Passing, Patience, retry_after
from core.services.deezer import http_for
from core.settings import Deezer as Settings
from tests.core.services.conftest import FAST
from tests.fakes.deezer import FakeDeezer


class Names(AbstractResolver):
    """A resolver that knows one answer."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in self.addresses
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("kind", "headers", "error", "asked"),
    [
        ("404", {}, PrivateOrEmpty, 1),
        ("410", {}, PrivateOrEmpty, 1),
        ("400", {}, UnexpectedAnswer, 1),
        ("401", {}, AccessRefused, 1),
        ("403", {}, AccessRefused, 1),
        ("429", {}, QuotaReached, 3),
        ("429", {"Retry-After": "2"}, QuotaReached, 3),
        ("429", {"Retry-After": "86400"}, QuotaReached, 1),
        ("500", {}, ServiceDown, 3),
        ("503", {}, ServiceDown, 3),
        ("503", {"Retry-After": "600"}, QuotaReached, 1),
        ("reset", {}, ServiceDown, 6),  # aiohttp itself repeats a GET once when the connection breaks
        ("half", {}, ServiceDown, 3),
        ("html", {}, UnexpectedAnswer, 1),
        ("huge", {}, UnexpectedAnswer, 1),
    ],
)
async def test_a_fault_that_stays_becomes_its_error(
    fake: FakeDeezer, http: Http, kind: str, headers: dict[str, str], error: type[YasrError], asked: int
) -> None:
    fake.fail("/artist", kind, headers=headers)
    with pytest.raises(error) as caught:
        await http.get_json(f"{fake.base_url}/artist/1", what="artist")
    assert type(caught.value) is error
    assert len(fake.seen) == asked
    assert "{" not in str(caught.value)


@pytest.mark.parametrize("kind", ["429", "500", "503", "reset", "half"])
async def test_a_fault_that_passes_is_not_seen(fake: FakeDeezer, http: Http, kind: str) -> None:
    number = fake.artist("Nova Pine", fans=412)
    fake.fail("/artist", kind, times=2)
    answer = await http.get_json(f"{fake.base_url}/artist/{number}")
    assert isinstance(answer, dict)
    assert answer["nb_fan"] == 412
    assert len(fake.seen) == 3


async def test_no_answer_in_time_is_a_service_that_is_down(fake: FakeDeezer) -> None:
    fake.fail("/", "timeout")
    async with http_for(Settings(base_url=fake.base_url), Manners(timeout_s=0.05)) as http:
        with pytest.raises(ServiceDown):
            await http.get_json(f"{fake.base_url}/artist/1")
    assert len(fake.seen) == 3


async def test_a_closed_port_is_a_service_that_is_down() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{probe.getsockname()[1]}"
    async with http_for(Settings(base_url=base), FAST) as http:
        with pytest.raises(ServiceDown):
            await http.get_json(f"{base}/artist/1")


async def test_quota_says_how_long(fake: FakeDeezer, http: Http) -> None:
    fake.fail("/", "429", headers={"Retry-After": "86400"})
    with pytest.raises(QuotaReached) as caught:
        await http.get_json(f"{fake.base_url}/artist/1")
    assert caught.value.args_["seconds"] == 86400


def test_a_short_wait_is_obeyed_and_other_errors_end_the_request() -> None:
    trouble = ServiceDown(service="Deezer")
    patience = Patience(90)
    assert patience.after(Passing(trouble, 3.0)) == 3.0
    assert patience.after(Passing(trouble)) is True
    assert patience.after(trouble) is False


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    assert retry_after("4", now) == 4
    assert retry_after("Fri, 20 Nov 2026 12:00:30 GMT", now) == 30
    assert retry_after("Fri, 20 Nov 2026 11:00:00 GMT", now) == 0
    assert retry_after("soon", now) is None
    assert retry_after("", now) is None


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/admin",
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://user:secret@www.deezer.com/",
        "http://www.deezer.com/playlist/1",
        "https://www.deezer.com:8443/",
        "//10.0.0.1/",
    ],
)
async def test_a_redirect_is_checked_like_a_link(fake: FakeDeezer, http: Http, target: str) -> None:
    fake.fail("/artist", "redirect", target=target)
    with pytest.raises(UnexpectedAnswer):
        await http.get_json(f"{fake.base_url}/artist/1")
    with pytest.raises(ForbiddenLink):
        await http.resolve(f"{fake.base_url}/artist/1", done=lambda _: False)
    assert len(fake.seen) == 2


async def test_a_redirect_to_another_host_is_not_followed(fake: FakeDeezer, http: Http) -> None:
    fake.fail("/artist", "redirect", target="https://evil.example/artist/1")
    with pytest.raises(UnknownLink):
        await http.get_bytes(f"{fake.base_url}/artist/1", 100)


async def test_at_most_three_redirects(fake: FakeDeezer, http: Http) -> None:
    number = fake.artist("Nova Pine")
    fake.fail("/s/", "redirect", times=3, target=f"/s/{number}")
    fake.fail("/s/", "redirect", times=1, target=f"/artist/{number}")
    with pytest.raises(UnexpectedAnswer):
        await http.get_json(f"{fake.base_url}/s/1")
    assert len(fake.seen) == 4


async def test_resolve_stops_where_the_link_is_understood(fake: FakeDeezer, http: Http) -> None:
    fake.fail("/s/", "redirect", target="https://www.deezer.com/us/playlist/908622995?utm_source=x")
    found = await http.resolve(f"{fake.base_url}/s/abc", done=lambda link: "playlist" in link)
    assert found == "https://www.deezer.com/us/playlist/908622995?utm_source=x"
    assert fake.seen == ["/s/abc"]


async def test_resolve_gives_an_address_that_does_not_redirect(fake: FakeDeezer, http: Http) -> None:
    fake.fail("/s/", "html")
    assert await http.resolve(f"{fake.base_url}/s/abc", done=lambda _: False) == f"{fake.base_url}/s/abc"


async def test_bytes_have_a_limit(fake: FakeDeezer, http: Http) -> None:
    artist = fake.artist("Nova Pine")
    album = fake.album(artist, "First Light", datetime(2026, 11, 1, tzinfo=UTC).date())
    track = fake.track("Ember", artist, album, preview=bytes(1000))
    link = f"{fake.base_url}/preview/{track}"
    assert await http.get_bytes(link, limit=1000) == bytes(1000)
    with pytest.raises(TooBig):
        await http.get_bytes(link, limit=999)


async def test_it_says_who_it_is(fake: FakeDeezer, http: Http) -> None:
    await http.get_json(f"{fake.base_url}/artist/1")
    (agent,) = fake.agents
    assert agent.startswith("YASR/") and agent.endswith("( self-hosted )")


async def test_the_rate_limit_holds_the_third_request_back(fake: FakeDeezer) -> None:
    async with http_for(Settings(base_url=fake.base_url), Manners(requests=2, per_s=3600)) as http:
        await http.get_json(f"{fake.base_url}/artist/1")
        await http.get_json(f"{fake.base_url}/artist/2")
        third = asyncio.create_task(http.get_json(f"{fake.base_url}/artist/3"))
        done, _ = await asyncio.wait({third}, timeout=0.1)
        third.cancel()
    assert not done
    assert fake.seen == ["/artist/1", "/artist/2"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1", "fd00::1",
     "::ffff:127.0.0.1", "224.0.0.1"],
)  # fmt: skip
async def test_an_allowed_name_must_not_lead_into_the_private_network(address: str) -> None:
    names = Names("93.184.216.34", address)
    async with http_for_names(names) as http:
        with pytest.raises(ForbiddenLink):
            await http.get_bytes("https://api.deezer.com/artist/27", 100)
    assert names.asked == ["api.deezer.com"]


async def test_public_addresses_pass_the_guard() -> None:
    names = Names("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946")
    assert len(await PublicOnly(inner=names).resolve("api.deezer.com", 443)) == 2


async def test_the_operator_may_name_a_host_of_their_own_network() -> None:
    guard = PublicOnly({"deezer-proxy.lan"}, Names("10.0.0.5"))
    assert (await guard.resolve("deezer-proxy.lan", 443))[0]["host"] == "10.0.0.5"
    with pytest.raises(ForbiddenLink):
        await guard.resolve("www.deezer.com", 443)


def http_for_names(names: Names) -> Http:
    return Http("Deezer", "https://api.deezer.com", {"api.deezer.com"}, FAST, resolver=names)
