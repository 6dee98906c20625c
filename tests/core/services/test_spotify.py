from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
import structlog
from aiohttp import web

from core.errors import (
    AccessRefused,
    BadInput,
    ForbiddenLink,
    LinkExpired,
    PrivateOrEmpty,
    QuotaReached,
    ServiceDown,
    SpotifyLinkFirst,
    SpotifyMade,
    SpotifyNotLinked,
    SpotifyNotListed,
    SpotifyNotYours,
    SpotifyOwnerLapsed,
    UnexpectedAnswer,
    UnknownLink,
    YasrError,
)
from core.model import Listing
from core.ports import FeatureSource, PlaylistReader, ReleaseFeed
from core.services import spotify as module
from core.services._http import Manners
from core.services.spotify import LinkedSpotify, Spotify, SpotifyPages, SpotifyWithFeatures, connect, http_for
from core.settings import Settings as AllSettings
from core.settings import Spotify as Settings
from tests.fakes.replay import Replay

NUMBER = "21THa8j9TaSGuXYNBU5tsC"
MADE = "37i9dQZF1DX1R3yDogYrbo"
LINK = f"https://open.spotify.com/playlist/{NUMBER}"
SECRET = "s3cret"  # noqa: S105 - of nobody
MANNERS = Manners(requests=100_000, per_s=1, timeout_s=30)


class Mine:
    """A listener's tokens: "old" until they are refreshed, which may fail."""

    def __init__(self, expired: bool = False) -> None:
        self.now = "old"
        self._expired = expired

    async def token(self) -> str:
        return self.now

    async def refresh(self) -> None:
        if self._expired:
            raise LinkExpired(service="Spotify")
        self.now = "new"


@pytest.fixture
async def fake() -> AsyncIterator[Replay]:
    async with Replay() as server:
        numbers = iter(range(1, 1000))
        token: Callable[[object], object] = lambda _: {"access_token": f"t{next(numbers)}", "expires_in": 3600}  # noqa: E731 - one line says it
        server.answer("/api/token", token)
        server.answer("/oembed", lambda _: {"title": "Rainy days"})
        yield server


def group(fake: Replay, **more: Any) -> Settings:
    at = fake.base_url
    known = {"client_id": "me", "client_secret": SECRET, **more}
    return Settings(base_url=f"{at}/v1", auth_url=at, page_url=at, **known)


@pytest.fixture
async def spotify(fake: Replay) -> AsyncIterator[Spotify]:
    settings = group(fake)
    service = Spotify(settings, http_for(settings, MANNERS), MANNERS)
    yield service
    await service.close()


@pytest.fixture
async def linked(spotify: Spotify) -> AsyncIterator[LinkedSpotify]:
    service = spotify.for_listener(Mine())
    yield service
    await service.close()


def song(title: str, **fields: object) -> dict[str, Any]:
    plain = {"id": f"id{title}", "name": title, "type": "track", "artists": [{"id": "7", "name": "Nova Pine"}]}
    return {**plain, "duration_ms": 200_500, "is_local": False, **fields}


def says(status: int, message: str, **headers: str) -> Callable[[object], web.Response]:
    return lambda _: web.json_response(
        {"error": {"status": status, "message": message}}, status=status, headers=headers
    )


def playlist(fake: Replay, *rows: object, at: str = "items", number: str = NUMBER) -> None:
    fake.answer(f"/v1/playlists/{number}", lambda _: {"name": "Mine"})

    def page(request: web.Request) -> object:
        start, limit = int(request.query["offset"]), int(request.query["limit"])
        onward = "more" if start + limit < len(rows) else None
        return {"items": rows[start : start + limit], "total": len(rows), "next": onward}

    fake.answer(f"/v1/playlists/{number}/{at}", page)


async def caught(work: Any) -> YasrError:
    with pytest.raises(YasrError) as error:
        await work
    assert SECRET not in str(error.value)
    return error.value


# What it is


async def test_what_it_is_depends_on_the_client_id() -> None:
    ports = (PlaylistReader, ReleaseFeed, FeatureSource)
    plain = connect(AllSettings())
    known = connect(AllSettings(spotify=Settings(client_id="me", client_secret=SECRET)))
    old = connect(AllSettings(spotify=Settings(client_id="me", client_secret=SECRET, features=True)))
    assert [isinstance(plain, port) for port in ports] == [True, False, False]
    assert [isinstance(known, port) for port in ports] == [True, True, False]
    assert [isinstance(old, port) for port in ports] == [True, True, True]
    for service in (plain, known, old):
        await service.close()


def test_the_library_does_not_log_tokens() -> None:
    assert logging.getLogger("spotipy.client").getEffectiveLevel() > logging.DEBUG


# Without a client id


async def test_without_a_client_id_the_title_and_what_works(fake: Replay) -> None:
    pages = SpotifyPages(group(fake, client_id=""), http_for(group(fake), MANNERS))
    await pages.check()
    error = await caught(pages.read(f"https://open.spotify.com/intl-de/playlist/{NUMBER}?si=1"))
    assert type(error) is SpotifyNotLinked
    assert "(this one is called “Rainy days”). Three ways that work: 1) paste" in str(error)
    assert fake.seen[-1].startswith(f"/oembed?url=https://open.spotify.com/playlist/{NUMBER}")
    fake.fail("/oembed", "500")
    error = await caught(pages.read(LINK))
    assert str(error).startswith("Spotify no longer lets bots read playlists by their link. Three ways")
    with pytest.raises(ServiceDown):
        await pages.check()
    await pages.close()


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("https://open.spotify.com/", BadInput),
        (f"https://open.spotify.com/artist/{NUMBER}", BadInput),
        (f"https://open.spotify.com/episode/{NUMBER}", BadInput),
        ("https://open.spotify.com/playlist/1", BadInput),
        (f"https://evil.example/playlist/{NUMBER}", UnknownLink),
        (f"http://open.spotify.com/playlist/{NUMBER}", ForbiddenLink),
    ],
)
async def test_links_it_does_not_read(fake: Replay, spotify: Spotify, link: str, error: type[YasrError]) -> None:
    assert type(await caught(spotify.read(link))) is error
    assert fake.seen == []


async def test_a_short_link_is_followed_and_checked_again(fake: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = group(fake)
    http = http_for(settings, MANNERS)
    leads_to = LINK

    async def resolve(url: str, done: Callable[[str], object]) -> str:
        assert url == "https://spotify.link/abc" and not done(url)
        return leads_to

    monkeypatch.setattr(http, "resolve", resolve)
    service = Spotify(settings, http, MANNERS)
    playlist(fake, {"item": song("One")})
    assert (await service.read("https://spotify.link/abc")).url == LINK
    leads_to = f"https://evil.example/playlist/{NUMBER}"
    assert type(await caught(service.read("https://spotify.link/abc"))) is UnknownLink
    await service.close()


# Reading, for client ids of every age


async def test_a_playlist_of_a_new_client_id(fake: Replay, linked: LinkedSpotify) -> None:
    local = {"id": None, "name": "Home", "type": "track", "artists": [{"name": "Me"}], "is_local": True}
    rows = [
        {"item": song("One", album={"name": "First", "release_date": "2026-11-13"}, external_ids={"isrc": "X1"})},
        {"item": local, "is_local": True},
        {"item": None},
        {"item": song("Talk", type="episode")},
        {"item": song("Gone", is_playable=False)},
        {"item": song("")},
        None,
    ]
    playlist(fake, *rows)
    found = await linked.read(LINK)
    assert (found.title, found.source, found.url, found.total) == ("Mine", "spotify", LINK, 7)
    one, home = found.tracks
    assert (str(one), one.source_id, one.artist_id, one.isrc) == ("Nova Pine – One", "idOne", "7", "X1")
    assert (one.album, one.release_date, one.duration_s) == ("First", date(2026, 11, 13), 200.5)
    assert (str(home), home.source_id, home.url) == ("Me – Home", "", "")
    assert tuple(map(str, found.notes)) == ("5 entries are no song, or not available on Spotify.",)
    assert {headers["Authorization"] for headers in fake.headers} == {"Bearer old"}


async def test_a_playlist_of_an_old_client_id_is_found_at_tracks_and_that_is_remembered(
    fake: Replay, spotify: Spotify
) -> None:
    fake.answer(f"/v1/playlists/{NUMBER}/items", says(404, "Service not found"))
    playlist(fake, *({"track": song(f"Song {i}")} for i in range(120)), at="tracks")
    for _ in range(2):
        found = await spotify.read(LINK)
        assert [track.title for track in found.tracks] == [f"Song {i}" for i in range(120)]
        assert not found.partial
    assert sum("/items" in path for path in fake.seen) == 1
    assert sum("/tracks" in path for path in fake.seen) == 6


@pytest.mark.parametrize(("items", "tracks"), [(403, 403), (403, 404), (404, 403)])
async def test_a_playlist_that_is_not_ours(
    fake: Replay, spotify: Spotify, linked: LinkedSpotify, items: int, tracks: int
) -> None:
    fake.answer(f"/v1/playlists/{NUMBER}", lambda _: {"name": "Mine"})
    fake.answer(f"/v1/playlists/{NUMBER}/items", says(items, "Forbidden"))
    fake.answer(f"/v1/playlists/{NUMBER}/tracks", says(tracks, "Forbidden"))
    error = await caught(spotify.read(LINK))
    assert type(error) is SpotifyLinkFirst and "“Rainy days”" in str(error)
    error = await caught(linked.read(LINK))
    assert type(error) is SpotifyNotYours
    assert str(error).startswith("That playlist is not yours, and Spotify only opens playlists you own")


async def test_a_mix_that_spotify_made_and_a_playlist_that_is_gone(
    fake: Replay, spotify: Spotify, linked: LinkedSpotify
) -> None:
    for reader in (spotify, linked):
        error = await caught(reader.read(f"https://open.spotify.com/playlist/{MADE}"))
        assert type(error) is SpotifyMade
        assert str(error).startswith("This mix was made by Spotify, which hides those from apps.")
        assert type(await caught(reader.read(LINK))) is PrivateOrEmpty


async def test_a_playlist_without_songs_is_empty(fake: Replay, spotify: Spotify) -> None:
    playlist(fake, {"item": None})
    assert type(await caught(spotify.read(LINK))) is PrivateOrEmpty


async def test_a_later_page_that_fails_gives_a_partial_read(fake: Replay, spotify: Spotify) -> None:
    fake.answer(f"/v1/playlists/{NUMBER}", lambda _: {"name": "Mine"})
    rows = [{"item": song(f"Song {i}")} for i in range(50)]

    def page(request: web.Request) -> object:
        if request.query["offset"] != "0":
            return web.Response(status=429, headers={"Retry-After": "86400"})
        return {"items": rows, "total": 240, "next": "more"}

    fake.answer(f"/v1/playlists/{NUMBER}/items", page)
    found = await spotify.read(LINK)
    assert (len(found.tracks), found.total) == (50, 240)
    assert str(found.notes[0]).startswith("Spotify stopped in the middle: Spotify asks us to wait about 24 hours")


async def test_pages_that_go_round_in_a_circle_end(fake: Replay, spotify: Spotify) -> None:
    fake.answer(f"/v1/playlists/{NUMBER}", lambda _: {"name": "Mine"})
    fake.answer(f"/v1/playlists/{NUMBER}/items", lambda _: {"items": [{"item": song("One")}], "next": "again"})
    found = await spotify.read(LINK)
    assert (len(found.tracks), tuple(map(str, found.notes))) == (1, ("Spotify’s pages go round in a circle.",))


async def test_an_album_and_a_track(fake: Replay, spotify: Spotify) -> None:
    rows = [song(f"Song {i}") for i in range(60)]
    album = {"name": "First", "release_date": "2026", "images": [{"url": "https://i.scdn.co/x"}]}
    fake.answer(f"/v1/albums/{NUMBER}", lambda _: {**album, "tracks": {"items": rows[:50], "total": 60, "next": "x"}})
    fake.answer(f"/v1/albums/{NUMBER}/tracks/", lambda _: {"items": rows[50:], "total": 60, "next": None})
    found = await spotify.read(f"https://open.spotify.com/album/{NUMBER}")
    assert (found.title, len(found.tracks), found.partial) == ("First", 60, False)
    last = found.tracks[-1]
    assert (last.title, last.album, last.release_date, last.cover_url) == (
        "Song 59", "First", None, "https://i.scdn.co/x",
    )  # fmt: skip
    assert "offset=50" in fake.seen[-1]
    fake.answer(f"/v1/tracks/{NUMBER}", lambda _: song("One"))
    single = await spotify.read(f"https://open.spotify.com/track/{NUMBER}")
    assert (single.title, str(single.tracks[0])) == ("One", "Nova Pine – One")


# A linked listener


async def test_a_listeners_own_lists(fake: Replay, linked: LinkedSpotify, spotify: Spotify) -> None:
    liked = {"items": [{"track": song("Liked")}], "total": 1, "next": None}
    fake.answer("/v1/me/tracks", lambda _: liked)
    fake.answer("/v1/me/top/tracks", lambda _: {"items": [song("Most")]})
    for found in (await linked.listing(Listing.LIKED), await linked.read("https://open.spotify.com/collection/tracks")):
        assert (found.title, str(found.tracks[0]), found.total) == ("Liked songs", "Nova Pine – Liked", 1)
    assert str((await linked.listing(Listing.TOP)).tracks[0]) == "Nova Pine – Most"
    error = await caught(spotify.read("https://open.spotify.com/collection/tracks"))
    assert type(error) is SpotifyLinkFirst and "called" not in str(error)


async def test_the_playlists_a_listener_owns_or_shares(fake: Replay, linked: LinkedSpotify) -> None:
    rows = [
        {"id": "1", "name": "New", "owner": {"id": "me"}, "items": {"total": 9}},
        {"id": "2", "name": "Old", "owner": {"id": "me"}, "tracks": {"total": 4}},
        {"id": "3", "name": "Shared", "owner": {"id": "you"}, "collaborative": True},
        {"id": "4", "name": "Followed", "owner": {"id": "you"}, "collaborative": False},
        None,
    ]
    fake.answer("/v1/me/", lambda _: {"id": "me"})
    fake.answer("/v1/me/playlists", lambda _: {"items": rows, "total": 5, "next": None})
    found = await linked.playlists()
    assert [(one.title, one.total) for one in found] == [("New", 9), ("Old", 4), ("Shared", None)]
    assert found[0].url == "https://open.spotify.com/playlist/1"


async def test_a_token_that_is_refused_is_refreshed_once(fake: Replay, spotify: Spotify) -> None:
    def top(request: web.Request) -> object:
        if request.headers["Authorization"] == "Bearer old":
            return says(401, "The access token expired")(request)
        return {"items": [song("Most")]}

    fake.answer("/v1/me/top/tracks", top)
    fresh, expired = spotify.for_listener(Mine()), spotify.for_listener(Mine(expired=True))
    assert (await fresh.listing(Listing.TOP)).tracks[0].title == "Most"
    error = await caught(expired.listing(Listing.TOP))
    assert type(error) is LinkExpired
    assert str(error).startswith("Your Spotify link has expired, as it does every six months. Link it again")
    await fresh.close()
    await expired.close()


# How it says no


@pytest.mark.parametrize(
    ("status", "body", "headers", "error"),
    [
        (400, "x", {}, UnexpectedAnswer),
        (302, "", {"Location": "https://evil.example/"}, UnexpectedAnswer),
        (401, '{"error": "no"}', {}, AccessRefused),
        (403, '{"error": {"status": 403}}', {}, AccessRefused),
        (403, "Active premium subscription required for the owner of the app.", {}, SpotifyOwnerLapsed),
        (403, "User not registered in the Developer Dashboard", {}, SpotifyNotListed),
        (403, "Check settings, the user may not be registered.", {}, SpotifyNotListed),
        (404, "[]", {}, PrivateOrEmpty),
        (429, '{"error": {"reason": "QUOTA_EXCEEDED"}}', {}, QuotaReached),
        (429, "", {"Retry-After": "86400"}, QuotaReached),
        (503, "", {}, ServiceDown),
        (200, "<html>", {}, UnexpectedAnswer),
        (200, "[]", {}, UnexpectedAnswer),
        (200, "[" * 100_000, {}, UnexpectedAnswer),
    ],
)
async def test_what_a_status_means(
    fake: Replay, spotify: Spotify, status: int, body: str, headers: dict[str, str], error: type[YasrError]
) -> None:
    fake.answer(f"/v1/tracks/{NUMBER}", lambda _: web.Response(status=status, text=body, headers=headers))
    found = await caught(spotify.read(f"https://open.spotify.com/track/{NUMBER}"))
    assert type(found) is error
    asked = sum("/v1/" in path for path in fake.seen)
    assert asked == {503: 3, 401: 2}.get(status, 1)


@pytest.mark.parametrize(
    ("kind", "error", "asked"),
    [("timeout", ServiceDown, 3), ("reset", ServiceDown, 3), ("half", ServiceDown, 3), ("huge", UnexpectedAnswer, 1),
     ("429", QuotaReached, 3)],
)  # fmt: skip
async def test_a_network_that_fails(fake: Replay, kind: str, error: type[YasrError], asked: int) -> None:
    fake.answer("/v1/search", lambda _: {})
    settings = group(fake)
    manners = replace(MANNERS, timeout_s=0.2 if kind == "timeout" else 30)
    service = Spotify(settings, http_for(settings, MANNERS), manners)
    await service.check()  # the token is there
    fake.fail("/v1/tracks", kind)
    assert type(await caught(service.read(f"https://open.spotify.com/track/{NUMBER}"))) is error
    assert sum("/v1/tracks" in path for path in fake.seen) == asked
    await service.close()


async def test_a_service_that_is_down_is_left_alone(fake: Replay, spotify: Spotify) -> None:
    fake.fail("/v1/tracks", "500")
    for _ in range(3):
        assert type(await caught(spotify.read(f"https://open.spotify.com/track/{NUMBER}"))) is ServiceDown
    assert sum("/v1/" in path for path in fake.seen) == 5


@pytest.mark.parametrize("kind", ["400", "401", "404"])
async def test_an_app_that_spotify_does_not_know(fake: Replay, spotify: Spotify, kind: str) -> None:
    fake.fail("/api/token", kind)
    assert type(await caught(spotify.check())) is AccessRefused


@pytest.mark.parametrize("answer", [{}, {"access_token": "a\nb"}, []])
async def test_a_token_that_is_none(fake: Replay, spotify: Spotify, answer: object) -> None:
    fake.answer("/api/token", lambda _: answer)
    assert type(await caught(spotify.check())) is UnexpectedAnswer


async def test_a_token_lives_an_hour(fake: Replay) -> None:
    now = 0.0
    settings = group(fake)
    service = Spotify(settings, http_for(settings, MANNERS), MANNERS, lambda: now)
    fake.answer("/v1/search", lambda _: {"albums": {"items": []}})
    await service.check()
    await service.check()
    now = 3541.0
    await service.check()
    used = [headers["Authorization"] for path, headers in zip(fake.seen, fake.headers, strict=True) if "/v1/" in path]
    assert used == ["Bearer t1", "Bearer t1", "Bearer t2"]
    await service.close()


# Releases and features


async def test_releases(fake: Replay, spotify: Spotify) -> None:
    def album(number: str, released: str, name: str = "First") -> dict[str, object]:
        return {"id": number, "name": name, "artists": [{"id": "7", "name": "Nova Pine"}], "release_date": released}

    pages = {
        "tag:new": [[album("1", "2026-11-13"), album("2", "2026-11-20")], [album("3", "2026-11-01"), None], []],
        "tag:hipster": [[album("2", "2026-11-20"), album("4", "2026"), album("5", "2026-11-19", "")]],
    }

    def search(request: web.Request) -> object:
        assert (request.query["type"], request.query["limit"]) == ("album", "10")
        found = pages[request.query["q"]]
        page = int(request.query["offset"]) // 10
        return {"albums": {"items": found[page]}}

    fake.answer("/v1/search", search)
    found = [one async for one in spotify.releases(date(2026, 11, 6))]
    assert [(one.source_id, one.released) for one in found] == [("2", date(2026, 11, 20)), ("1", date(2026, 11, 13))]
    assert (found[0].title, found[0].artists, found[0].artist_id) == ("First", ("Nova Pine",), "7")
    assert found[0].url == "https://open.spotify.com/album/2"


async def test_a_search_has_an_end(fake: Replay, spotify: Spotify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_RELEASES", 30)
    numbers = iter(range(1000))
    row = {"name": "First", "artists": [{"name": "Nova Pine"}], "release_date": "2026-11-20"}
    fake.answer("/v1/search", lambda _: {"albums": {"items": [{**row, "id": next(numbers)}]}})
    assert len([one async for one in spotify.releases(date(2026, 11, 20))]) == 6


@pytest.fixture
async def old(fake: Replay) -> AsyncIterator[SpotifyWithFeatures]:
    settings = group(fake, features=True)
    service = SpotifyWithFeatures(settings, http_for(settings, MANNERS), MANNERS)
    yield service
    await service.close()


async def test_features(fake: Replay, old: SpotifyWithFeatures) -> None:
    ten = dict.fromkeys(("acousticness", "danceability", "energy", "instrumentalness", "liveness", "valence"), 0.5)
    row = {**ten, "speechiness": 0.1, "loudness": -7.5, "mode": 1, "tempo": 120.5, "key": 9, "duration_ms": 200_500}
    numbers = [f"{number:022d}" for number in range(150)]

    def rows(request: web.Request) -> object:
        asked = request.query["ids"].split(",")
        return {"audio_features": [*({**row, "id": number} for number in asked[:-1]), None]}

    fake.answer("/v1/audio-features", rows)
    found = await old.features_of([*numbers, "no,id"])
    assert len(found) == 148 and numbers[99] not in found and numbers[149] not in found
    features = found[numbers[0]]
    assert (features.extractor, features.version, features.named["tempo"]) == ("spotify", "1", 120.5)
    told = [0.5, 0.5, 0.5, 0.5, 0.5, -7.5, 1, 0.1, 120.5, 0.5, 9, 200.5, np.nan]
    np.testing.assert_allclose(features.vector, told, rtol=1e-6)


async def test_features_that_are_refused_are_not_asked_for_again(fake: Replay, old: SpotifyWithFeatures) -> None:
    fake.answer("/v1/audio-features", says(403, "Forbidden"))
    with structlog.testing.capture_logs() as logs:
        assert await old.features_of([NUMBER]) == {}
        assert await old.features_of([NUMBER]) == {}
    assert [entry["log_level"] for entry in logs] == ["warning"]
    assert sum("/v1/" in path for path in fake.seen) == 1


async def test_a_token_that_is_refused_says_nothing_of_features(fake: Replay, old: SpotifyWithFeatures) -> None:
    fake.answer("/v1/audio-features", says(401, "The access token expired"))
    assert type(await caught(old.features_of([NUMBER]))) is AccessRefused
    fake.answer("/v1/audio-features", lambda _: {"audio_features": [None]})
    assert await old.features_of([NUMBER]) == {}
    assert sum("/v1/" in path for path in fake.seen) == 3
