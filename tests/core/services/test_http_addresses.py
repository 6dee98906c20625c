"""Server-side request forgery: what the client never opens, however it is led there."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

import aiohappyeyeballs
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from core.errors import ForbiddenLink, ServiceDown, UnexpectedAnswer, UnknownLink, YasrError
from core.services._guard import PublicOnly
from core.services._http import Http
from tests.core.services.conftest import FAST
from tests.core.services.test_http import Names
from tests.fakes.deezer import FakeDeezer

_PUBLIC = "93.184.216.34"

_FORBIDDEN = {
    "decimal": "https://2130706433/",
    "octal": "https://0177.0.0.1/",
    "octal, whole": "https://017700000001/",
    "hexadecimal": "https://0x7f000001/",
    "hexadecimal parts": "https://0x7f.0.0.1/",
    "short": "https://127.1/",
    "full width digits": "https://１２７.０.０.１/",
    "ideographic stops": "https://127。0。0。1/",
    "loopback v6": "https://[::1]/",
    "mapped v4": "https://[::ffff:127.0.0.1]/",
    "mapped v4 in hexadecimal": "https://[::ffff:7f00:1]/",
    "NAT64": "https://[64:ff9b::7f00:1]/",
    "metadata": "https://169.254.169.254/latest/meta-data",
    "any address": "https://0.0.0.0/",
    "a public address": f"https://{_PUBLIC}/",
    "one label": "https://localhost/",
    "user name": "https://www.deezer.com@127.0.0.1/",
    "user name on an allowed host": "https://user@www.deezer.com/",
    "password": "https://user:secret@www.deezer.com/",
    "plain http": "http://www.deezer.com/playlist/1",
    "port": "https://www.deezer.com:8443/",
    "no scheme": "//10.0.0.1/",
    "file": "file:///etc/passwd",
    "gopher": "gopher://www.deezer.com/",
    "data": "data:application/json,{}",
}
_UNKNOWN = {
    "another host": "https://evil.example/",
    "allowed host as a prefix": "https://www.deezer.com.evil.example/",
    "allowed host as a suffix": "https://evilwww.deezer.com.example/",
    "punycode": "https://xn--dezer-4ve.com/",
    "the same in letters": "https://dеezer.com/",  # the second letter is Cyrillic
    "allowed host in the path": "https://evil.example/https://www.deezer.com/",
}


def _table(links: dict[str, str], error: type[YasrError]) -> list[Any]:
    return [pytest.param(link, error, id=name) for name, link in links.items()]


@pytest.mark.parametrize(("link", "error"), _table(_FORBIDDEN, ForbiddenLink) + _table(_UNKNOWN, UnknownLink))
async def test_bad_addresses_are_opened_neither_directly_nor_by_a_redirect(
    fake: FakeDeezer, http: Http, link: str, error: type[YasrError]
) -> None:
    fake.fail("/artist", "redirect", target=link)
    base = f"{fake.base_url}/artist/1"
    for call in (http.resolve(base, done=lambda _: False), http.get_bytes(base, 100)):
        with pytest.raises(error):
            await call
    with pytest.raises(UnexpectedAnswer):
        await http.get_json(base)
    assert len(fake.seen) == 3
    for call in (http.get_json(link), http.post_json(link, {}), http.get_bytes(link, 100)):
        with pytest.raises(error):
            await call
    assert len(fake.seen) == 3


async def test_the_operators_address_with_a_user_name_is_another_one(fake: FakeDeezer, http: Http) -> None:
    named = fake.base_url.replace("://", "://user:secret@")
    fake.fail("/artist", "redirect", target=f"{named}/track/1")
    for link in (f"{named}/track/1", f"{fake.base_url}/artist/1"):
        with pytest.raises(ForbiddenLink) as caught:
            await http.get_bytes(link, 100)
        assert "secret" not in str(caught.value)
    assert fake.seen == ["/artist/1"]


@pytest.mark.parametrize("link", ["http://[", "https://a:b:c/", "https://www.deezer.com:port/"])
async def test_what_is_no_address_is_an_error_of_ours(http: Http, link: str) -> None:
    with pytest.raises((ForbiddenLink, UnexpectedAnswer)):
        await http.get_json(link)


@pytest.mark.parametrize(("redirects", "arrives"), [(3, True), (4, False)])
async def test_a_chain_of_redirects_ends_after_three(
    fake: FakeDeezer, http: Http, redirects: int, arrives: bool
) -> None:
    number = fake.artist("Nova Pine")
    for hop in range(1, redirects):
        fake.fail(f"/s{hop}", "redirect", target=f"/s{hop + 1}")
    fake.fail(f"/s{redirects}", "redirect", target=f"/artist/{number}")
    if arrives:
        assert await http.get_json(f"{fake.base_url}/s1")
    else:
        with pytest.raises(UnexpectedAnswer):
            await http.get_json(f"{fake.base_url}/s1")
    assert len(fake.seen) == 4


async def test_the_last_hop_of_a_chain_is_checked_like_the_first(fake: FakeDeezer, http: Http) -> None:
    fake.fail("/s1", "redirect", target="/s2")
    fake.fail("/s2", "redirect", target="/s3")
    fake.fail("/s3", "redirect", target="http://127.0.0.1:1/admin")
    with pytest.raises(ForbiddenLink):
        await http.get_bytes(f"{fake.base_url}/s1", 100)
    assert fake.seen == ["/s1", "/s2", "/s3"]


class Rebinding(AbstractResolver):
    """Answers with each address once, then with the last one."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        pass


async def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    async def refuse(addr_infos: Sequence[tuple[Any, ...]], **_: object) -> socket.socket:
        opened.extend(f"{info[4][0]}:{info[4][1]}" for info in addr_infos)
        raise ConnectionRefusedError

    monkeypatch.setattr(aiohappyeyeballs, "start_connection", refuse)
    names = Rebinding(_PUBLIC, "127.0.0.1")
    async with Http("Deezer", "https://api.deezer.com", {"api.deezer.com"}, FAST, names) as http:
        with pytest.raises(ServiceDown):
            await http.get_json("https://api.deezer.com/artist/27")
    assert opened
    assert set(opened) == {f"{_PUBLIC}:443"}
    assert names.addresses == ["127.0.0.1"]


async def test_a_second_look_up_is_checked_again() -> None:
    guard = PublicOnly(inner=Rebinding(_PUBLIC, "127.0.0.1"))
    assert (await guard.resolve("api.deezer.com", 443))[0]["host"] == _PUBLIC
    with pytest.raises(ForbiddenLink):
        await guard.resolve("api.deezer.com", 443)


@pytest.mark.parametrize("link", [link for name, link in _FORBIDDEN.items() if "allowed host" not in name])
async def test_every_host_is_every_public_name_and_no_more(fake: FakeDeezer, link: str) -> None:
    fake.fail("/node", "redirect", target=link)
    async with Http("Audius", fake.base_url, {"*"}, FAST, Names("10.1.2.3")) as http:
        for address in (link, f"{fake.base_url}/node", "https://node.example/a.mp3?signature=s1gned"):
            with pytest.raises(ForbiddenLink) as caught:
                await http.get_bytes(address, 100)
            assert "s1gned" not in str(caught.value) and "secret" not in str(caught.value)
    assert fake.seen == ["/node"]


async def test_a_refused_redirect_does_not_show_what_it_holds(fake: FakeDeezer, http: Http) -> None:
    fake.fail("/artist", "redirect", target="http://www.deezer.com/t0ken/x?key=s3cret#part")
    with pytest.raises(ForbiddenLink) as caught:
        await http.get_bytes(f"{fake.base_url}/artist/1", 100)
    assert caught.value.args_["link"] == "http://www.deezer.com"
    assert caught.value.__context__ is None
