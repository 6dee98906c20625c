"""Every recorded answer of an endpoint that we ask Spotify for, read over HTTP by the code that meets it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from aiohttp import web

from core.errors import (
    AccessRefused,
    PrivateOrEmpty,
    QuotaReached,
    SpotifyOwnerLapsed,
    YasrError,
)
from core.services.spotify import LinkedSpotify, SpotifyWithFeatures, http_for
from tests.core.services.test_spotify import MANNERS, Mine, group
from tests.fakes.replay import Replay
from tests.recordings import Recording, load, needs_recordings

pytestmark = needs_recordings

SINCE = date(1900, 1, 1)


@pytest.fixture
async def fake() -> AsyncIterator[Replay]:
    async with Replay() as server:
        server.answer("/api/token", lambda _: {"access_token": "t", "expires_in": 3600})
        yield server


@pytest.fixture
async def spotify(fake: Replay) -> AsyncIterator[SpotifyWithFeatures]:
    settings = group(fake, features=True)
    service = SpotifyWithFeatures(settings, http_for(settings, MANNERS), MANNERS)
    yield service
    await service.close()


@pytest.fixture
async def linked(spotify: SpotifyWithFeatures) -> AsyncIterator[LinkedSpotify]:
    service = spotify.for_listener(Mine())
    yield service
    await service.close()


def recorded(name: str) -> Recording:
    """A recording, at the path that the library asks for."""
    found = load(f"spotify/{name}.json")
    return Recording(re.sub(r"(/albums/\w+/tracks)(?=\?)", r"\1/", found.url), found.status, found.body)


def number_of(recording: Recording) -> str:
    found = re.search(r"/(?:playlists|albums|tracks)/(\w{22})", recording.url)
    assert found
    return found[1]


def link_of(kind: str, recording: Recording) -> str:
    return f"https://open.spotify.com/{kind}/{number_of(recording)}"


async def said(work: Any) -> object:
    """The title, how many songs of how many, and the first; or the class of the error."""
    try:
        found = await work
    except YasrError as error:
        return type(error)
    return found.title, len(found.tracks), found.total, str(found.tracks[0])


HEADS = {
    "joostlek_new_playlist": PrivateOrEmpty,
    "joostlek_playlist_1": ("To find", 1, 1, "Maribou State, Andreya Triana – All I Need"),
    "joostlek_playlist_2": ("Starred", 2, 2, "Fugees (Refugee Camp) – No Woman, No Cry"),
    "joostlek_playlist_3": ("Pain", 2, 3, "Saint Nomad – Nothing To Lose"),
    "rspotify_playlists-37i9dQZF1DX1R3yDogYrbo_2018": (
        "This Is Caetano Veloso",
        57,
        57,
        "Caetano Veloso, Moreno Veloso, Zeca Veloso, Tom Veloso – Alegria, Alegria - Ao Vivo",
    ),
    "spotdl_playlists-5LkNhFidYyyjRWwnkcMbQs-additional_types=track_2024": (
        "Top 10 NCS Songs Episode 2",
        9,
        10,
        "Sub Urban – Cradles",
    ),
    "zmb3_get_playlist": ("Rap RU", 4, 4, "H8.HOOD – BURZUM"),
}


@pytest.mark.parametrize(("name", "expected"), HEADS.items())
async def test_a_playlist_and_the_rows_that_came_with_it(
    fake: Replay, spotify: SpotifyWithFeatures, name: str, expected: object
) -> None:
    head = recorded(name)
    fake.add(head)
    fake.answer(f"/v1/playlists/{number_of(head)}/tracks", lambda _: {**head.body["tracks"], "next": None})
    assert await said(spotify.read(link_of("playlist", head))) == expected


ROWS = {
    "fragment_playlist_item_track_null": PrivateOrEmpty,
    "java_GetPlaylistsItemsRequest_Episode": PrivateOrEmpty,
    "spotdl_playlists-5LkNhFidYyyjRWwnkcMbQs-tracks-limit=100-offset=0-additional_types=track-2Cepisod_2024": (
        "Mine",
        9,
        10,
        "Sub Urban – Cradles",
    ),
    "zmb3_playlist_items_episodes": PrivateOrEmpty,
    "zmb3_playlist_items_episodes_and_tracks": ("Mine", 2, 4, "Royal Blood – Typhoons"),
    "zmb3_playlist_items_tracks": ("Mine", 2, 2, "Royal Blood – Typhoons"),
    "zmb3_playlist_tracks": ("Mine", 40, 40, "Rema – Calm Down"),
}


@pytest.mark.parametrize(("name", "expected"), ROWS.items())
async def test_rows_of_a_playlist(fake: Replay, spotify: SpotifyWithFeatures, name: str, expected: object) -> None:
    rows = recorded(name)
    fake.add(rows)
    fake.answer(f"/v1/playlists/{number_of(rows)}", lambda _: {"name": "Mine"})
    assert await said(spotify.read(link_of("playlist", rows))) == expected


async def test_a_playlist_of_2026_with_old_and_new_keys(fake: Replay, linked: LinkedSpotify) -> None:
    head = recorded("joostlek_playlist_1")
    fake.add(head, recorded("joostlek_playlist_items"))
    found = await linked.read(link_of("playlist", head))
    assert (found.title, len(found.tracks), found.total) == ("To find", 1, 1)
    first = found.tracks[0]
    assert (first.title, first.isrc, first.duration_s) == ("All I Need", "GBCFB2300770", 227.934)
    assert first.release_date == date(2025, 1, 13)
    assert first.cover_url.startswith("https://i.scdn.co/image/")


ALBUMS = {
    ("beets_album_info",): ("Despicable Me 2 (Original Motion Picture Soundtrack)", 24, 24, "CeeLo Green – Scream"),
    ("beets_multiartist_album",): ("Akiba Night", 1, 1, "Foo, Bar – Akiba Nights"),
    ("harmony_albums-10FLjwfpbxLmW8c25Xyc2N",): ("Die With A Smile", 1, 1, "Lady Gaga, Bruno Mars – Die With A Smile"),
    ("joostlek_get_album",): ("SINGLARITY", 11, 11, "Area 11 – All Your Friends"),
    (
        "rspotify_albums-2js3lkzAjWpD656NK7ZaJX_2017",
        "rspotify_albums-2js3lkzAjWpD656NK7ZaJX-tracks-limit=50-offset=50_2017",
    ): ("69 Love Songs", 69, 69, "The Magnetic Fields – Absolutely Cuckoo"),
    ("rspotify_albums-5bU1XKYxHhEwukllT20xtk-market=ES_2017",): ("AM", 12, 12, "Arctic Monkeys – Do I Wanna Know?"),
    ("spotdl_albums-0UVKtbDrx2emV6lWyJQJyi_2024",): ("Tales Of A Stoned Ape", 12, 12, "GorillaT – Harmonic Revolution"),
    ("spotdl_albums-3aEwKTDudMUykXpjH1tjU8_2024",): ("Feel It", 1, 1, "Hostage Situation, GorillaT – Feel It"),
    ("spotdl_albums-5Yz3dm81FYXsbNWPDDeq2P_2024",): ("Deadweight", 1, 1, "GorillaT – Deadweight"),
    ("spotdl_albums-5o0A9wlHUUOB8mVxW1COX9_2024",): ("Pause", 1, 1, "GorillaT – Pause"),
}


@pytest.mark.parametrize(("names", "expected"), ALBUMS.items())
async def test_an_album(fake: Replay, spotify: SpotifyWithFeatures, names: tuple[str, ...], expected: object) -> None:
    pages = [recorded(name) for name in names]
    fake.add(*pages)
    assert await said(spotify.read(link_of("album", pages[0]))) == expected


PAGES_OF_ALBUMS = {
    "spotdl_albums-0UVKtbDrx2emV6lWyJQJyi-tracks-limit=50-offset=0_2024": ("First", 13, 1000, "Nova Pine – x"),
    "spotdl_albums-1lJgosn3c94EYaCdEq3Tbs-tracks-limit=50-offset=0_2024": ("First", 12, 1000, "Nova Pine – x"),
    "spotdl_albums-4MQnUDGXmHOvnsWCpzeqWT-tracks-limit=50-offset=0_2024": ("First", 17, 1000, "Nova Pine – x"),
}


@pytest.mark.parametrize(("name", "expected"), PAGES_OF_ALBUMS.items())
async def test_a_page_of_an_album(fake: Replay, spotify: SpotifyWithFeatures, name: str, expected: object) -> None:
    page = recorded(name)
    fake.add(page)
    first = {"items": [{"name": "x", "artists": [{"name": "Nova Pine"}]}], "total": 1000, "next": "more"}
    fake.answer(f"/v1/albums/{number_of(page)}", lambda _: {"name": "First", "tracks": first})
    assert await said(spotify.read(link_of("album", page))) == expected


TRACKS = {
    "beets_multiartist_track": ("Foo, Bar – Akiba Nights", "GBSMU4566095", 225.268, "2017-12-22"),
    "beets_track_info": ("Pharrell Williams – Happy", "USQ4E1300686", 233.305, "2013-06-18"),
    "rspotify_tracks-3jfr0TF6DQcOLat8gGn7E2-market=ES_2017": (
        "Arctic Monkeys – Do I Wanna Know?",
        "GBCEL1300362",
        272.394,
        "None",
    ),
    "rspotify_tracks-3jfr0TF6DQcOLat8gGn7E2_2014": (
        "Arctic Monkeys – Do I Wanna Know?",
        "GBCEL1300362",
        272.394,
        "None",
    ),
    "spotdl_tracks-16uxYaIhavk2ZcvNqfWowP_2024": (
        "Jordan Schor, Harley Bird – Home",
        "GB2LD1700379",
        216.941,
        "2017-12-15",
    ),
    "spotdl_tracks-1T5dsbrRBL6K5QtAXgC6E0_2024": (
        "Halcyon, Valentina Franco – Runaway - Culture Code Remix",
        "GB2LD1700378",
        208.0,
        "2017-12-15",
    ),
    "spotdl_tracks-2bNysgov8THEQCxIHnq1x7_2024": (
        "Unknown Brain, Spce CadeX, Max Landry – Holding You",
        "GB2LD1700380",
        163.224,
        "2017-12-15",
    ),
    "spotdl_tracks-2k0llDQbEqSkiDpj7vyTnw_2024": ("Oneeva – Platform 9", "GB2LD1700125", 252.0, "2017-12-15"),
    "spotdl_tracks-55nZRG7TMAtFbsPzVTQ3iJ_2024": ("Prismo – Hold On", "GB2LD1700150", 203.93, "2017-12-15"),
    "spotdl_tracks-5sOxqYCpkHwnFF6sOJg1o6_2024": (
        "Axol, The Tech Thieves – Bleed",
        "GB2LD1700114",
        251.586,
        "2017-12-15",
    ),
    "spotdl_tracks-5vfIQRFlU3nEtA4i8xReqz_2024": (
        "Aero Chord, Anuka, Ddark – Incomplete - Moombahton VIP",
        "GB2LD1700382",
        261.346,
        "2017-12-15",
    ),
    "spotdl_tracks-649AbXFbU0UDYe2bhs9jSe_2024": (
        "Lost Sky, Chris Linton – Fearless Pt. II",
        "GB2LD1700381",
        194.181,
        "2017-12-15",
    ),
}


@pytest.mark.parametrize(("name", "expected"), TRACKS.items())
async def test_a_track(fake: Replay, spotify: SpotifyWithFeatures, name: str, expected: object) -> None:
    song = recorded(name)
    fake.add(song)
    (track,) = (await spotify.read(link_of("track", song))).tracks
    assert (str(track), track.isrc, track.duration_s, str(track.release_date)) == expected
    assert track.source_id == song.body["id"] and track.cover_url.startswith("https://")


SEARCHES = {
    "harmony_search-type=album-q=upc-602475093060": (0, None, "None"),
    "spotdl_search-q=album-3A-yeezus-limit=10-offset=0-type=album_2024": (
        10,
        "Itz Poppa – Yeezus Christ",
        "2023-12-01",
    ),
    "rspotify_search-limit=10-offset=0-q=AM-type=album_2017": (0, None, "None"),
    "rspotify_search-limit=10-offset=10-q=AM-type=album_2017": (0, None, "None"),
    "rspotify_search-limit=20-market=ES-offset=0-q=AM-type=album_2017": (0, None, "None"),
    "rspotify_search-limit=20-offset=0-q=AM-type=album_2017": (0, None, "None"),
    "rspotify_search-limit=20-offset=10-q=AM-type=album_2017": (0, None, "None"),
}


@pytest.mark.parametrize(("name", "expected"), SEARCHES.items())
async def test_albums_that_a_search_finds(
    fake: Replay, spotify: SpotifyWithFeatures, name: str, expected: object
) -> None:
    fake.add(Recording("/v1/search", 200, recorded(name).body))
    found = [release async for release in spotify.releases(SINCE)]
    newest = found[0] if found else None
    assert (len(found), newest and f"{newest.artists[0]} – {newest.title}", str(newest and newest.released)) == expected


async def test_a_listeners_own_lists(fake: Replay, linked: LinkedSpotify) -> None:
    fake.add(recorded("joostlek_saved_tracks"), recorded("joostlek_top_tracks"))
    assert await said(linked.liked()) == ("Liked songs", 48, 5320, "Starbenders – Cold Silver")
    assert await said(linked.top()) == ("Most played songs", 47, 48, "Lord Of The Lost – My Sanctuary")


async def test_an_older_list_of_top_tracks(fake: Replay, linked: LinkedSpotify) -> None:
    fake.add(recorded("zmb3_current_users_top_tracks"))
    assert await said(linked.top()) == (
        "Most played songs",
        20,
        20,
        "insaneintherainmusic – Adventure Awaits! (Alola Region Theme)",
    )


async def test_how_many_songs_a_playlist_has_by_the_new_key(fake: Replay, linked: LinkedSpotify) -> None:
    fragment = recorded("fragment_me_playlists_item_2026").body
    fake.answer("/v1/me/", lambda _: {"id": "me"})
    fake.answer("/v1/me/playlists", lambda _: {"items": [{"id": "1", "owner": {"id": "me"}, **fragment}]})
    assert [found.total for found in await linked.playlists()] == [9]


FEATURES = {
    "java_GetAudioFeaturesForSeveralTracksRequest": {
        "4JpKVNYnVcJ8tuMKjAj50A": 123.99,
        "2NRANZE9UCmPAS5XVbXL40": 96.083,
        "24JygzOLM0EmRQeGtFcIcG": 115.7,
    },
    "rspotify_audio-features-ids=1zHlj4dQ8ZAtrayhuDDmkY-7ouMYWpwJ422jRcDASZB7P-4VqPOruhp5EdPBeR92t6lQ_2016": {
        "1zHlj4dQ8ZAtrayhuDDmkY": 129.972,
        "7ouMYWpwJ422jRcDASZB7P": 137.114,
        "4VqPOruhp5EdPBeR92t6lQ": 128.019,
    },
}


@pytest.mark.parametrize(("name", "expected"), FEATURES.items())
async def test_features(fake: Replay, spotify: SpotifyWithFeatures, name: str, expected: dict[str, float]) -> None:
    answer = recorded(name)
    fake.add(Recording("/v1/audio-features", 200, answer.body))
    asked = [row["id"] for row in answer.body["audio_features"] if row]
    found = await spotify.features_of(asked)
    assert {number: features.named["tempo"] for number, features in found.items()} == expected


REFUSALS: dict[str, type[YasrError]] = {
    "error_401_rspotify_albums-5bU1XKYxHhEwukllT20xtk_2019": AccessRefused,
    "error_401_rspotify_playlists-37i9dQZF1DX1R3yDogYrbo_2018": AccessRefused,
    "error_401_rspotify_search-limit=10-offset=0-q=-22Caramell-22-type=playlist_2018": AccessRefused,
    "error_403_premium_required_plain_text": SpotifyOwnerLapsed,
    "error_429_retry_after_79892": QuotaReached,
}


@pytest.mark.parametrize(("name", "error"), REFUSALS.items())
async def test_a_refusal(fake: Replay, spotify: SpotifyWithFeatures, name: str, error: type[YasrError]) -> None:
    refusal = recorded(name)  # at another endpoint; Spotify says no in the same way at each
    headers = {"Retry-After": "79892"} if refusal.status == 429 else {}
    body = refusal.body
    text = body if isinstance(body, str) else json.dumps(body)
    fake.answer("/v1/search", lambda _: web.Response(status=refusal.status, headers=headers, text=text))
    with pytest.raises(YasrError) as caught:
        await spotify.check()
    assert type(caught.value) is error
    if isinstance(caught.value, QuotaReached):
        assert caught.value.seconds == 79892


async def test_features_that_a_new_client_id_may_not_have(fake: Replay, spotify: SpotifyWithFeatures) -> None:
    refusal = recorded("error_403_audio-features_no_message")
    fake.add(Recording("/v1/audio-features", refusal.status, refusal.body))
    assert await spotify.features_of(["11dFghVXANMlKmJXsNCbNl"]) == {}
    assert len(fake.seen) == 2
