"""A listener's own page, and the sound of songs in pictures: what they show, to whom, and what without a picture."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.conversation import talk
from bot.fronts.web.figures import FigurePages
from bot.fronts.web.listing import ListingPages
from bot.fronts.web.portrait import PortraitPages
from bot.fronts.web.security import Identity
from bot.fronts.web.server import WebFront
from core.model import Address, Arm, Options, Source, SourceKind, Verdict
from core.orders import Portrait
from core.said import said
from core.services import Services
from core.services._limits import LocalLimits
from core.settings import Settings, Web
from core.store.slates import Chosen
from core.store.store import Store
from tests.bot.fronts.web.test_listing import HOSTILE, World, answered, explained
from tests.bot.fronts.web.visitor import SAME_ORIGIN, Browser
from tests.fakes.painter import paint
from tests.fakes.queue import FakeQueue


async def lived(store: Store) -> tuple[int, str, list[int]]:
    """A listener with an answer who has also given five songs of their own, and rated both picks."""
    me = await store.listeners.find("telegram", "1")
    request = await store.requests.ask(me, Address("web", "1"), Source(SourceKind.LINK, "x"), Options(), HOSTILE)
    ada, request_id, tracks = await answered(store, 20)
    recordings = [await store.shortlists.recording(track) for track in tracks]
    await store.catalogue.keep_seeds(request.id, recordings[5:10])
    slate = await store.slates.get(request_id)
    assert slate is not None
    for pick, value in zip(slate.picks, (9, 3), strict=True):
        await store.listeners.rate(Verdict(ada, pick.recording_id, value, "🔥"), pick.id)
    return ada, request_id, tracks


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
async def world(tmp_path: Path, queue: FakeQueue) -> AsyncIterator[World]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    queue.painter = partial(drawn, store)
    settings = Settings(state_dir=tmp_path, web=Web(port=0))
    async with Services(settings, LocalLimits()) as services:
        rooms = talk(store, queue, services, settings)
        identity = Identity(b"a key for these cookies")
        pages = [ListingPages(rooms, identity), FigurePages(rooms), PortraitPages(rooms, identity)]
        front = WebFront(settings.web, rooms.commands, rooms.picks, identity, pages)
        ada, request_id, tracks = await lived(store)
        yield World(store, rooms, front, ada, rooms.passes.slate(ada, request_id), tracks)
    await store.close()


async def drawn(store: Store, key: str) -> None:
    """Charts with the real brush; a song by one that says what it was asked for."""
    order = await store.pictures.due(key)
    if isinstance(order, Portrait):
        await store.pictures.keep(key, b"\x89PNG a song", f"Waveform of track {order.track_id}.")
    else:
        await paint(store, key)


@pytest.fixture
async def client(world: World) -> AsyncIterator[Browser]:
    async with Browser(TestServer(world.front.app()), headers=SAME_ORIGIN) as browser:
        yield browser


async def page(client: Browser, path: str) -> str:
    async with client.get(path) as response:
        text = await response.text()
    assert response.status == 200, text
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)))


async def test_a_taste_in_words_and_numbers(client: Browser, world: World) -> None:
    async with client.get(world.talk.passes.taste(world.ada)) as response:
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Cache-Control"] == "private, no-store"
    text = await page(client, world.talk.passes.taste(world.ada))
    assert "Median of 6 songs" in text, "five were given, and one was rated 9"
    assert "You have given 2 ratings. Close picks : 9.0 of 10 on average" in text.replace("picks:", "picks :")
    assert "How well known the artists are" in text and "Rainy days" in text
    assert "The map keeps 100% of how songs differ." in text, "they differ in two numbers"


async def test_its_charts_are_drawn_on_both_grounds(client: Browser, world: World, queue: FakeQueue) -> None:
    base = world.talk.passes.taste(world.ada)
    found = {}
    for name in ("radar", "map", "sizes"):
        for ground in ("light", "dark"):
            async with client.get(f"{base}/{name}.png?ground={ground}") as response:
                found[name, ground] = await response.read()
            assert response.status == 200 and response.headers["Content-Type"] == "image/png"
            assert response.headers["Cache-Control"].startswith("private")
    assert len(set(found.values())) == len(queue.painted) == 6


async def test_what_is_not_drawn_in_time_says_when_to_ask_again(
    world: World, client: Browser, queue: FakeQueue
) -> None:
    queue.painter = None
    world.talk.gallery._patience_s = 0
    async with client.get(f"{world.talk.passes.taste(world.ada)}/map.png") as response:
        assert response.status == 503 and response.headers["Retry-After"] == "30"
    text = await page(client, f"{world.path}/figures/{world.tracks[0]}")
    assert "Its sound cannot be drawn at the moment" in text


async def test_a_stranger_to_it_all_is_told_what_to_do(client: Browser, world: World) -> None:
    nobody = await world.store.listeners.find("telegram", "2")
    text = await page(client, world.talk.passes.taste(nobody))
    assert "I do not know your taste yet" in text and "You have not rated a pick yet" in text


async def test_the_pass_of_a_request_opens_no_taste_and_that_of_a_taste_no_request(
    client: Browser, world: World
) -> None:
    mine, of_request = (path.rsplit("/", 1)[1] for path in (world.talk.passes.taste(world.ada), world.path))
    for path in (f"/me/{of_request}", f"/s/{mine}", f"/s/{mine}/figures/{world.tracks[0]}", f"/me/{mine[:-2]}AA",
                 f"/me/{of_request}/map.png"):  # fmt: skip
        async with client.get(path) as response:
            assert response.status == 404, path


async def test_the_chat_page_leads_to_its_listeners_taste(client: Browser, world: World) -> None:
    async with client.get("/me", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/")
    await client.get("/")
    async with client.get("/me", allow_redirects=False) as response:
        opened = world.talk.passes.read(response.headers["Location"].rsplit("/", 1)[1])
    assert opened.listener not in (0, world.ada) and not opened.request_id


async def test_the_sound_of_a_song_of_the_request_and_of_no_other(client: Browser, world: World) -> None:
    async with client.get(f"{world.path}/figures/{world.tracks[4]}") as response:
        text = await response.text()
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert f"Waveform of track {world.tracks[4]}." in text
    (image,) = re.findall(r'<img class="chart" src="([^"]+)"', text)
    async with client.get(image) as response:
        assert await response.read() == b"\x89PNG a song"
    async with client.get(f"{world.path}/figures/999999") as response:
        assert response.status == 404


async def test_the_sound_of_the_listeners_own_song(client: Browser, world: World) -> None:
    """That of the pick with a passage is known, that of the other is not."""
    assert "A seed" in await page(client, f"{await explained(world)}/figures")
    async with client.get(f"{await explained(world, 1)}/figures") as response:
        assert response.status == 404


async def test_hostile_names_stay_words(client: Browser, world: World) -> None:
    """Of a song (the tenth), and of a playlist; the taste page shows both."""
    store, recording = world.store, await world.store.shortlists.recording(world.tracks[9])
    request = await store.requests.ask(world.ada, Address("web", "1"), Source(SourceKind.LINK, "x"), Options(), HOSTILE)
    await store.requests.claim(request.id, "w", 60)
    pick = Chosen(Arm.CLOSE, 7.0, recording, world.tracks[9], HOSTILE, said("Because."), swayed=0.5)
    assert await store.slates.finish(request.id, "w", "timbre", "1", [pick], ())
    for path in (f"{world.path}/figures/{world.tracks[9]}", world.talk.passes.taste(world.ada)):
        async with client.get(path) as response:
            text = await response.text()
        assert "<script>alert" not in text and "\u202e" not in text
        assert text.count("&lt;script&gt;") >= 2
