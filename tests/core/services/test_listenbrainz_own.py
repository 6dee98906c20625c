"""A listener's own token on ListenBrainz: whose it is, and the playlists that are made with it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from core.errors import AccessRefused, NoSuchAccount, NotSaved
from core.model import Track
from core.services._http import Manners
from core.services.listenbrainz import ListenBrainz, http_for
from core.settings import ListenBrainz as Settings

TOKEN, OTHER = "0f1e2d3c-0000-4000-8000-000000000001", "0f1e2d3c-0000-4000-8000-000000000002"
KNOWN, MADE = "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae", "8357d30f-beac-4639-bdf3-b969d3a5c424"
SONGS = [
    Track("Nowhere", ("Nobody",), "audius", "1"),
    Track("Never Gonna Give You Up", ("Rick Astley",), "deezer", "2"),
    Track("Ember", ("Nova Pine",), "musicbrainz", KNOWN.replace("8f", "9f")),
]


class Server:
    """ListenBrainz as far as a token goes."""

    def __init__(self) -> None:
        self.made: list[dict[str, object]] = []
        self.knows = True

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/1/validate-token", self._validate)
        app.router.add_post("/1/metadata/lookup/", self._look_up)
        app.router.add_post("/1/playlist/create", self._create)
        return app

    def _is_robs(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Token {TOKEN}"

    async def _validate(self, request: web.Request) -> web.Response:
        known = {"valid": True, "user_name": "rob"}
        return web.json_response(known if self._is_robs(request) else {"valid": False, "message": "Token invalid."})

    async def _look_up(self, request: web.Request) -> web.Response:
        if not self._is_robs(request):
            raise web.HTTPUnauthorized
        asked = [one["artist_name"] for one in (await request.json())["recordings"]]
        title = "Never Gonna Give You Up"
        found = {"recording_mbid": KNOWN, "recording_name": title, "artist_credit_name": "Rick Astley"}
        return web.json_response([found] if self.knows and "Rick Astley" in asked else [])

    async def _create(self, request: web.Request) -> web.Response:
        if not self._is_robs(request):
            raise web.HTTPUnauthorized
        self.made.append((await request.json())["playlist"])
        return web.json_response({"status": "ok", "playlist_mbid": MADE})


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def service(server: Server) -> AsyncIterator[ListenBrainz]:
    async with TestServer(server.app()) as fake:
        settings = Settings(base_url=str(fake.make_url("")).rstrip("/"), token=SecretStr("the operator's"))
        service = ListenBrainz(settings, http_for(settings, Manners(requests=100_000, per_s=1, tries=1)))
        yield service
        await service.close()


async def test_a_token_says_whose_it_is(server: Server, service: ListenBrainz) -> None:
    assert service.is_token(f" {TOKEN} ") and not service.is_token("rob") and not service.is_token(TOKEN + "0")
    for _ in range(2):
        assert await service.owner(TOKEN) == "rob"
        with pytest.raises(NoSuchAccount) as refused:  # no answer is kept for the next who asks
            await service.owner(OTHER)
        assert OTHER not in str(refused.value)


async def test_the_songs_that_are_known_are_saved_in_private_and_the_others_are_named(
    server: Server, service: ListenBrainz
) -> None:
    saved = await service.save(TOKEN, "Mine", SONGS)
    assert (saved.songs, [track.title for track in saved.missing]) == (2, ["Nowhere"])
    assert saved.url == f"https://listenbrainz.org/playlist/{MADE}"
    (made,) = server.made
    assert made["title"] == "Mine"
    assert made["extension"] == {"https://musicbrainz.org/doc/jspf#playlist": {"public": False}}
    assert made["track"] == [
        {"identifier": [f"https://musicbrainz.org/recording/{number}"]} for number in (KNOWN, KNOWN.replace("8f", "9f"))
    ]


async def test_nothing_is_made_of_songs_that_nobody_knows(server: Server, service: ListenBrainz) -> None:
    server.knows = False
    with pytest.raises(NotSaved):
        await service.save(TOKEN, "Mine", SONGS[:2])
    assert server.made == []


async def test_a_token_that_is_no_longer_good_saves_nothing(server: Server, service: ListenBrainz) -> None:
    with pytest.raises(AccessRefused):
        await service.save(OTHER, "Mine", SONGS)
    assert server.made == []
