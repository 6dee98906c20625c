"""Linking in a browser: a consent is brought back, and nothing happens before its owner has said that it is theirs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.conversation import Talk, talk
from bot.fronts.web.linking import LinkPages
from bot.fronts.web.security import Identity
from bot.fronts.web.server import WebFront
from core.services import Services
from core.services._limits import LocalLimits
from core.settings import Settings, Spotify, Web
from core.store.store import Store
from tests.bot.fronts.web.visitor import SAME_ORIGIN, Browser
from tests.fakes.queue import FakeQueue
from tests.fakes.spotify_accounts import SpotifyAccounts

REDIRECT = "https://yasr.example/link/spotify"
CROSS = {"Sec-Fetch-Site": "cross-site"}


@dataclass
class World:
    fake: SpotifyAccounts
    talk: Talk
    front: WebFront

    async def linked(self) -> dict[str, list[str]]:
        """Whose accounts are linked, by front end."""
        found = {}
        for number in range(1, 4):
            known = await self.talk.people.of(number)
            found[known.handle[:4]] = [one.handle for one in await self.talk.people.accounts(number)]
        return {handle: accounts for handle, accounts in found.items() if accounts}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    async with SpotifyAccounts("our id", {REDIRECT}) as fake:
        spotify = Spotify(base_url=f"{fake.base_url}/v1", auth_url=fake.base_url, client_id="our id")
        web = Web(port=0, public_url="https://yasr.example")
        settings = Settings(state_dir=tmp_path, spotify=spotify, web=web)
        async with Services(settings, LocalLimits()) as services:
            rooms = talk(store, FakeQueue(), services, settings)
            identity = Identity(b"a key for these cookies")
            front = WebFront(settings.web, rooms.commands, rooms.picks, identity, [LinkPages(rooms, identity)])
            yield World(fake, rooms, front)
    await store.close()


@pytest.fixture
async def client(world: World) -> AsyncIterator[Browser]:
    async with Browser(TestServer(world.front.app()), headers=SAME_ORIGIN) as browser:
        yield browser


def address(page: str) -> str:
    """Where the page asks to agree."""
    found = re.search(r'href="([^"]+/authorize[^"]+)"', page)
    assert found
    return unescape(found[1])


def form(page: str) -> tuple[str, dict[str, str]]:
    """Where the only form of a page goes, and what it brings."""
    (action,) = re.findall(r'<form method="post" action="([^"]+)"', page)
    return action, dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def local(address: str) -> str:
    """The path and query of one of our addresses: a proxy passes them on."""
    return str(URL(address).relative())


async def begun(client: Browser) -> str:
    """A listener of the page presses "Link Spotify"."""
    await client.get("/")
    async with client.post("/accounts/link", data={"service": "spotify"}) as response:
        return address(await response.text())


async def test_the_whole_way_on_the_page(client: Browser, world: World) -> None:
    async with client.get("/accounts") as response:
        assert "None is linked." in await response.text()
    back = world.fake.agree(await begun(client), "ada")
    async with client.get(local(back), headers=CROSS | {"Cookie": ""}) as response:
        page = await response.text()
        assert "Is this you?" in page and "linked to this browser" in page and response.status == 200
    assert world.fake.asked == []  # opening the page is no consent
    action, fields = form(page)
    async with client.post(action, data=fields, headers={"X-CSRF": ""}) as response:
        assert "ada</bdi></b> is linked" in await response.text()
    async with client.get("/accounts") as response:
        page = await response.text()
        assert "Spotify: <bdi>ada</bdi>" in page and "proved to be yours" in page
    async with client.post("/accounts/unlink", data={"service": "spotify"}) as response:
        assert "None is linked." in await response.text()


async def test_a_link_that_was_begun_in_a_chat_says_whose_it_is(client: Browser, world: World) -> None:
    ben = await world.talk.people.meet("telegram", "2")
    back = world.fake.agree(await world.talk.linking.begin(ben, "spotify", "<b>@ben</b> (Telegram)"), "ben on spotify")
    async with client.get(local(back), headers=CROSS) as response:
        page = await response.text()
    assert "&lt;b&gt;@ben&lt;/b&gt; (Telegram)" in page and "somebody has sent you an address" in page
    assert await world.linked() == {}
    action, fields = form(page)
    async with client.post(action, data=fields, headers={"X-CSRF": ""}) as response:
        assert "You can close this page" in await response.text()
    assert await world.linked() == {"2": ["ben on spotify"]}


async def test_a_link_of_the_page_is_ended_by_its_own_browser_alone(client: Browser, world: World) -> None:
    """Somebody begins a link on his own, and has another person's browser bring her consent back."""
    his = await begun(client)
    async with Browser(TestServer(world.front.app()), headers=SAME_ORIGIN) as hers:
        await hers.get("/")
        async with hers.get(local(world.fake.agree(his, "eve")), headers=CROSS) as response:
            action, fields = form(await response.text())
        async with hers.post(action, data=fields, headers={"X-CSRF": ""}) as response:
            assert response.status == 400 and "belongs to somebody else" in await response.text()
    assert await world.linked() == {} and world.fake.asked == []


async def test_a_confirmation_that_another_site_sends_is_refused(client: Browser, world: World) -> None:
    ben = await world.talk.people.meet("telegram", "2")
    back = URL(world.fake.agree(await world.talk.linking.begin(ben, "spotify", "@ben"), "eve"))
    path, fields = f"/link/spotify/{back.query['state']}", {"code": back.query["code"]}
    for headers, data in (
        (CROSS, fields),
        (SAME_ORIGIN | {"X-CSRF": ""}, fields),
        (SAME_ORIGIN | {"X-CSRF": "0" * 64}, fields),
    ):
        async with client.post(path, data=data, headers=headers) as response:
            assert response.status == 403
    assert await world.linked() == {} and world.fake.asked == []


async def test_a_state_in_the_form_does_not_outweigh_that_of_the_address(client: Browser, world: World) -> None:
    ben, eve = await world.talk.people.meet("telegram", "2"), await world.talk.people.meet("telegram", "3")
    hers = URL(world.fake.agree(await world.talk.linking.begin(eve, "spotify", "@eve"), "eve"))
    back = world.fake.agree(await world.talk.linking.begin(ben, "spotify", "@ben"), "ben")
    async with client.get(local(back), headers=CROSS) as response:
        action, fields = form(await response.text())
    await client.post(action, data={**fields, "state": hers.query["state"]}, headers={"X-CSRF": ""})
    assert await world.linked() == {"2": ["ben"]}


async def test_who_declines_reads_that_nothing_was_linked(client: Browser, world: World) -> None:
    back = world.fake.decline(await begun(client))
    async with client.get(local(back), headers=CROSS) as response:
        page = await response.text()
        assert "You did not agree" in page
    action, fields = form(page)
    async with client.post(action, data=fields, headers={"X-CSRF": ""}) as response:
        assert response.status == 400 and "You did not agree" in await response.text()
    assert await world.linked() == {}


@pytest.mark.parametrize(
    "path",
    ["/link/spotify", "/link/spotify?code=x", "/link/spotify?code=x&state=made-up", "/link/deezer?code=x&state=y",
     "/link/spotify?state=" + "s" * 4000, "/link/spotify?code=%00&state=%F0%9F", "/link/SPOTIFY?code=x&state=y"],
)  # fmt: skip
async def test_what_nobody_began_is_refused_in_a_sentence(client: Browser, world: World, path: str) -> None:
    async with client.get(path, headers=CROSS) as response:
        assert response.status in (400, 404) and "<form" not in await response.text()
    assert world.fake.asked == []


async def test_nothing_leads_away_from_the_page(client: Browser, world: World) -> None:
    """No parameter of ours names an address (open redirect)."""
    back = URL(world.fake.agree(await begun(client), "ada"))
    for name in ("next", "redirect", "redirect_uri", "return_to", "url"):
        path = local(str(back.update_query({name: "https://evil.example/"})))
        async with client.get(path, headers=CROSS, allow_redirects=False) as response:
            page = await response.text()
            assert response.status == 200 and "evil.example" not in page


async def test_the_pages_of_a_consent_are_kept_nowhere_and_tell_nobody(client: Browser, world: World) -> None:
    back = world.fake.agree(await begun(client), "ada")
    async with client.get(local(back), headers=CROSS) as response:
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_the_address_is_pasted_where_the_page_cannot_be_reached(client: Browser, world: World) -> None:
    back = world.fake.agree(await begun(client), "ada")
    async with client.post("/accounts/link", data={"service": "spotify", "name": back}) as response:
        assert "Spotify: <bdi>ada</bdi>" in await response.text()
    async with client.post("/accounts/link", data={"service": "spotify", "name": back}) as response:
        assert response.status == 400 and "used before" in await response.text()
    async with client.post("/accounts/link", data={"service": "nowhere", "name": "x"}) as response:
        assert response.status == 400 and "no service called" in await response.text()
