"""A request's own page: what it shows, to whom, narrowed down how, and what can be done there."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from aiohttp.test_utils import TestServer

from bot.conversation import Talk, talk
from bot.fronts.web.listing import ListingPages
from bot.fronts.web.security import Identity
from bot.fronts.web.server import WebFront
from bot.passes import Pass, Passes
from core.model import (
    Address,
    Arm,
    Audience,
    Candidate,
    Compared,
    Evidence,
    Features,
    Options,
    Passage,
    Source,
    SourceKind,
    Track,
)  # fmt: skip
from core.said import said
from core.services import Services
from core.services._limits import LocalLimits
from core.settings import Settings, Spotify, Web
from core.store.shortlists import Shortlist
from core.store.slates import Chosen
from core.store.store import Store
from tests.bot.fronts.web.visitor import JSON, SAME_ORIGIN, Browser
from tests.fakes.queue import FakeQueue
from tests.fakes.spotify_accounts import SpotifyAccounts
from tests.fakes.spotify_accounts import song as spotify_song

TODAY = date.today()
CLIP = b"ID3 a clip"
HOSTILE = '"><script>alert(1)</script>\u202e'


def song(number: int) -> Track:
    """The tenth is hostile, and each is a day older than the one before."""
    title = f"Song {number}" if number != 10 else HOSTILE
    return Track(
        title, (f"Artist {number}" if number != 10 else HOSTILE,), "deezer", str(number), album=f"Album {number}",
        isrc=f"QZAAA26{number:05}", duration_s=180.0, release_date=TODAY - timedelta(days=number),
        url=f"https://www.deezer.com/track/{number}" if number != 10 else "javascript:alert(1)",
        cover_url="" if number != 10 else '"onerror="alert(1)',
    )  # fmt: skip


TOLD = Evidence(
    ("A seed", HOSTILE, "A third"),
    {"tempo": Compared(118, 119, 0.3), "brightness": Compared(1200, 2400, 0.3), "loudness": Compared(-9, -10.5, 3),
     "key": Compared(10, 10, 1), "valence": Compared(0.2, float("nan"), 0.2)},
)  # fmt: skip
ALIKE = Passage(song(122), (2.0, 9.0), (12.0, 19.5), 0.987, ((2.0, 12.0), (5.0, 16.0), (9.0, 19.5)))


@dataclass
class World:
    store: Store
    talk: Talk
    front: WebFront
    ada: int
    path: str
    tracks: list[int]

    async def rated(self) -> dict[int, int]:
        return {one.recording_id: one.value for one in await self.store.listeners.verdicts(self.ada)}


async def answered(store: Store, count: int) -> tuple[int, str, list[int]]:
    """A listener with an answer of two picks and ``count`` songs of two models beyond them; the ids of all tracks."""
    ada = await store.listeners.find("telegram", "1")
    songs = [song(number) for number in range(1, count + 3)]
    await store.catalogue.add(
        [Candidate(track, (Audience("fans on Deezer", 7 * number, TODAY),)) for number, track in enumerate(songs, 1)]
    )
    places = await store.catalogue.record(songs)
    await store.features.save_many({
        place.recording_id: Features("timbre", "1", np.array([number % 3, number / 2, 0, 0], np.float32),
                                     {"tempo": 60.0 + number, "key": number % 12, "mode": number % 2,
                                      "loudness": -9.0, "danceability": 0.5})
        for number, place in enumerate(places)
    })  # fmt: skip
    request = await store.requests.ask(
        ada, Address("telegram", "1"), Source(SourceKind.SAMPLE), Options(), "Rainy days"
    )
    await store.requests.claim(request.id, "w", 60)
    picks = [
        Chosen(arm, 7.0, place.recording_id, place.track_id, "A seed", said("Sounds like your {song}.", song="A seed"),
               (Audience("fans on Deezer", 412, TODAY),), fit=0.99, told=TOLD, passage=passage,
               seed_track_id=places[-1].track_id if passage else None)
        for arm, place, passage in zip((Arm.CLOSE, Arm.WILDCARD), places, (ALIKE, None), strict=False)
    ]  # fmt: skip
    ids = np.array([place.track_id for place in places[2:]])
    fits = np.linspace(0.99, 0.5, len(ids), dtype=np.float32)
    lists = [Shortlist("timbre", ids, fits), Shortlist("cosine", ids[::2], fits[::2])]
    assert await store.slates.finish(request.id, "w", "timbre", "1", picks, (), lists)
    return ada, request.id, [place.track_id for place in places]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    settings = Settings(state_dir=tmp_path, web=Web(port=0, public_url="https://yasr.example"))
    async with Services(settings, LocalLimits()) as services:
        rooms = talk(store, FakeQueue(), services, settings)

        async def clip(track: Track) -> bytes:
            return CLIP

        rooms.listings._clip = clip
        identity = Identity(b"a key for these cookies")
        front = WebFront(settings.web, rooms.commands, rooms.picks, identity, [ListingPages(rooms, identity)])
        ada, request_id, tracks = await answered(store, 120)
        yield World(store, rooms, front, ada, rooms.passes.slate(ada, request_id), tracks)
    await store.close()


@pytest.fixture
async def client(world: World) -> AsyncIterator[Browser]:
    async with Browser(TestServer(world.front.app()), headers=SAME_ORIGIN) as browser:
        yield browser


async def titles(client: Browser, path: str) -> list[str]:
    """The titles on a page, picks included."""
    async with client.get(path) as response:
        assert response.status == 200, await response.text()
        return [html.unescape(found) for found in re.findall(r"<h3><bdi>(.*?)</bdi></h3>", await response.text())]


def numbers(titles: list[str]) -> list[int]:
    return [int(title.split()[1]) if title.startswith("Song") else 10 for title in titles]


async def test_the_first_page_shows_the_picks_and_fifty_more(client: Browser, world: World) -> None:
    found = numbers(await titles(client, world.path))
    assert found[:6] == [1, 2, 3, 5, 4, 7] and len(found) == 52  # the best of each model in turns
    assert numbers(await titles(client, f"{world.path}?model=cosine"))[:5] == [1, 2, 3, 5, 7]
    async with client.get(world.path) as response:
        page = await response.text()
    assert "120 more songs" in page and "412 fans on Deezer" in page and "Sounds like your A seed." in page
    assert "62 BPM · D minor" in page and f"released {TODAY - timedelta(days=3)}" in page
    assert "Fits better than 99 % of all there are." in page


async def test_the_pages_hold_every_song_once(client: Browser, world: World) -> None:
    found = [number for page in (1, 2, 3) for number in numbers(await titles(client, f"{world.path}?page={page}"))]
    assert sorted(found) == list(range(1, 123))
    assert numbers(await titles(client, f"{world.path}?page=9"))[-1] == 122  # there is no ninth: the last one


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("weeks=2", [number for number in range(3, 123) if number <= 14]),
        ("slowest=100&fastest=109", [number for number in range(3, 123) if 100 <= 59 + number <= 109]),
        ("key=C+minor", [number for number in range(3, 123) if (number - 1) % 12 == 0 and (number - 1) % 2 == 0]),
        ("model=cosine&fastest=80", [number for number in range(3, 22) if number % 2]),
        ("audience=tiny&fastest=70", list(range(3, 12))),
        ("audience=any&slowest=399", []),
        ("weeks=0&model=&key=&audience=&slowest=&fastest=70", list(range(3, 12))),
    ],
)
async def test_the_songs_are_narrowed_down(client: Browser, world: World, query: str, wanted: list[int]) -> None:
    found = numbers(await titles(client, f"{world.path}?{query}"))
    assert found[:2] == [1, 2] and len(found[2:]) == min(50, len(wanted)) and set(found[2:]) <= set(wanted)


@pytest.mark.parametrize("query", ["weeks=x", "page=-1", "slowest=9999999", "key=H+moll", "audience=huge", "weeks=٣"])
async def test_a_wish_that_cannot_be_is_refused_in_a_sentence(client: Browser, world: World, query: str) -> None:
    async with client.get(f"{world.path}?{query}") as response:
        assert response.status == 400 and "alert" in await response.text()


async def test_what_was_shown_does_not_come_again_in_an_answer(client: Browser, world: World) -> None:
    assert len(await world.store.slates.shown(world.ada)) == 2
    for _ in range(2):
        await titles(client, world.path)
        assert len(await world.store.slates.shown(world.ada)) == 52
    await titles(client, f"{world.path}?page=2")
    assert len(await world.store.slates.shown(world.ada)) == 102


async def test_every_song_can_be_rated_and_the_rating_taken_back(client: Browser, world: World) -> None:
    await titles(client, world.path)
    track, recording = world.tracks[5], await world.store.shortlists.recording(world.tracks[5])
    async with client.post(f"{world.path}/rate/{track}", data={"emoji": "🔥"}, headers=JSON) as response:
        assert (await response.json())["said"] == "8/10 saved"
    assert await world.rated() == {recording: 8}
    assert [rating.value for rating in await world.store.ratings.of(world.ada)] == [8]  # it is learned from
    page = await (await client.get(world.path)).text()
    assert page.count('aria-pressed="true"') == 1
    async with client.post(f"{world.path}/rate/{track}?page=2", data={"emoji": ""}, allow_redirects=False) as response:
        assert response.headers["Location"] == f"{world.path}?page=2#song-{track}"
    assert await world.rated() == {}


async def test_a_pick_that_is_rated_here_is_the_pick_that_was_rated(client: Browser, world: World) -> None:
    await client.get(world.path)
    await client.post(f"{world.path}/rate/{world.tracks[0]}", data={"emoji": "💯"}, headers=JSON)
    assert (await world.store.records.of(world.ada)).rated[Arm.CLOSE].count == 1


async def test_songs_of_others_are_neither_rated_nor_heard(client: Browser, world: World) -> None:
    await client.get(world.path)
    (place,) = await world.store.catalogue.record([Track("Elsewhere", ("Nobody",))])
    for track in (place.track_id, 10**9):
        async with client.post(f"{world.path}/rate/{track}", data={"emoji": "🔥"}, headers=JSON) as response:
            assert response.status == 404
        assert (await client.get(f"{world.path}/sound/{track}")).status == 404
    assert await world.rated() == {}
    async with client.get(f"{world.path}/sound/{world.tracks[7]}") as response:
        assert await response.read() == CLIP


async def test_a_pass_opens_what_it_was_made_for(client: Browser, world: World) -> None:
    ben = await world.store.listeners.find("telegram", "2")
    request = (await world.store.requests.of(world.ada, 1))[0].id
    token = world.path.rsplit("/", 1)[1]

    foreign = Passes(b"another key", "").token(Pass(world.ada, request))
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (world.talk.passes.token(Pass(ben, request)), foreign, flipped, "A" * len(token), token + "AAAA",
                  world.talk.passes.token(Pass(world.ada))):  # fmt: skip
        async with client.get(f"/s/{wrong}") as response:
            assert response.status == 404 and "Song 1" not in await response.text()
    await world.store.personal.forget(world.ada)
    assert (await client.get(world.path)).status == 404


async def test_the_page_is_found_by_nobody_and_kept_by_nobody(client: Browser, world: World) -> None:
    async with client.get(world.path) as response:
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert '<meta name="robots" content="noindex, nofollow">' in await response.text()
    async with client.get("/robots.txt") as response:
        assert "Disallow: /s/" in await response.text()


async def test_names_from_outside_are_harmless(client: Browser, world: World) -> None:
    async with client.get(world.path) as response:
        page = await response.text()
    assert (
        "<script>alert" not in page and "javascript:" not in page and 'onerror="' not in page and "\u202e" not in page
    )
    assert "&#34;&gt;&lt;script&gt;alert(1)" in page


async def test_the_songs_are_taken_along(client: Browser, world: World) -> None:
    async with client.get(f"{world.path}/list.csv?fastest=70") as response:
        assert response.headers["Content-Disposition"] == 'attachment; filename="Rainy days.csv"'
        rows = list(csv.DictReader(io.StringIO(await response.text())))
    assert sorted(numbers([row["title"] for row in rows])) == [1, 2, *range(3, 12)]
    async with client.get(f"{world.path}/list.jspf") as response:
        playlist = json.loads(await response.text())["playlist"]
    assert (playlist["title"], len(playlist["track"])) == ("Rainy days", 122)
    assert playlist["track"][0]["identifier"] == ["isrc:QZAAA2600001"]
    async with client.get(f"{world.path}/list.m3u?fastest=62") as response:
        assert (await response.text()).splitlines()[2:4] == ["#EXTINF:180,Artist 1 – Song 1",
                                                             "https://www.deezer.com/track/1"]  # fmt: skip
    assert (await client.get(f"{world.path}/list.exe")).status == 404


async def explained(world: World, place: int = 0) -> str:
    """Where a pick is explained."""
    request = (await world.store.requests.of(world.ada, 1))[0]
    slate = await world.store.slates.get(request.id)
    assert slate is not None
    return f"{world.path}/pick/{slate.picks[place].id}"


async def test_a_pick_is_explained_by_what_it_was_chosen_with(client: Browser, world: World) -> None:
    async with client.get(await explained(world)) as response:
        page = await response.text()
    assert response.status == 200 and response.headers["X-Robots-Tag"] == "noindex, nofollow"
    rows = re.findall(r'<tr class="(\w+)">\s*<th scope="row">(.*?)</th>\s*<td>(.*?)</td>\s*<td>(.*?)</td>', page)
    assert rows == [
        ("alike", "Tempo", "118 BPM", "119 BPM"),
        ("between", "Loudness", "-9 LUFS", "-10.5 LUFS"),
        ("apart", "Brightness", "1,200 Hz", "2,400 Hz"),
        ("alike", "Key", "A minor", "A minor"),
    ]
    assert "<dd>99.0%</dd>" in page and "<dd>timbre</dd>" in page and "412 fans on Deezer" in page
    assert "Which moments are alike" in page and f'{await explained(world)}/mine#t=2,9"' in page
    assert "<script>alert" not in page
    async with client.get(f"{await explained(world)}/mine") as response:
        assert await response.read() == CLIP
    async with client.get(await explained(world, 1)) as response:
        assert "Where they are most alike" not in await response.text()
    assert (await client.get(f"{await explained(world, 1)}/mine")).status == 404


async def test_a_pick_of_another_request_is_not_explained(client: Browser, world: World) -> None:
    for path in (f"{world.path}/pick/99999", f"{world.path}/pick/99999/mine"):
        assert (await client.get(path)).status == 404


async def test_a_form_of_the_page_needs_the_mark_of_its_pass(client: Browser, world: World) -> None:
    async with client.get("/") as response:
        chat = re.findall(r'name="csrf" content="(\w+)"', await response.text())[0]
    path = f"{world.path}/rate/{world.tracks[0]}"
    for mark in ("", chat, "0" * 64):
        async with client.post(path, data={"emoji": "🔥"}, headers=JSON | {"X-CSRF": mark}) as response:
            assert response.status == 403
    assert await world.rated() == {}


async def test_the_songs_are_saved_in_the_linked_account_once_its_owner_allows_it(tmp_path: Path) -> None:
    redirect = "https://yasr.example/link/spotify"
    async with SpotifyAccounts("our id", {redirect}) as fake:
        store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
        spotify = Spotify(base_url=f"{fake.base_url}/v1", auth_url=fake.base_url, client_id="our id")
        settings = Settings(state_dir=tmp_path, spotify=spotify, web=Web(port=0, public_url="https://yasr.example"))
        async with Services(settings, LocalLimits()) as services:
            rooms = talk(store, FakeQueue(), services, settings)
            identity = Identity(b"a key for these cookies")
            front = WebFront(settings.web, rooms.commands, rooms.picks, identity, [ListingPages(rooms, identity)])
            ada, request_id, _ = await answered(store, 3)
            path, known = rooms.passes.slate(ada, request_id), await rooms.people.of(ada)
            fake.songs = [
                {**spotify_song(number, f"Song {number}", f"Artist {number}"), "duration_ms": 180_000}
                for number in (1, 2, 3)
            ]
            async with Browser(TestServer(front.app()), headers=SAME_ORIGIN) as client:
                assert "Save as a playlist" not in await (await client.get(path)).text()
                for saving in (False, True):
                    asked = await rooms.linking.begin(known, "spotify", "@ada", saving=saving)
                    brought = rooms.linking.brought(fake.agree(asked, "ada"))
                    assert brought is not None
                    await rooms.linking.finish(brought, ada)
                    assert "Save as a playlist on Spotify" in await (await client.get(path)).text()
                    async with client.post(f"{path}/save/spotify") as response:
                        page = await response.text()
                    assert ("playlist-modify-private" in page) is not saving
                assert "A private playlist with 3 songs" in page and "2 songs are not known there" in page
                assert len(next(iter(fake.saved.values()))) == 3
        await store.close()
