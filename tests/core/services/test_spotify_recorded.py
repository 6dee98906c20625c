"""Recorded answers of Spotify whose every field is looked at; test_recordings.py reads them all, and briefly."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date

import pytest
from aiohttp import web

from core.errors import QuotaReached
from core.services.spotify import LinkedSpotify, SpotifyWithFeatures, http_for
from tests.core.services.test_spotify import MANNERS, Mine, group
from tests.fakes.replay import Replay
from tests.recordings import Recording, load, needs_recordings

pytestmark = needs_recordings


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


async def test_a_playlist_of_2026_with_old_and_new_keys(fake: Replay, linked: LinkedSpotify) -> None:
    head = recorded("joostlek_playlist_1")
    fake.add(head, recorded("joostlek_playlist_items"))
    found = await linked.read(link_of("playlist", head))
    assert (found.title, len(found.tracks), found.total) == ("To find", 1, 1)
    first = found.tracks[0]
    assert (first.title, first.isrc, first.duration_s) == ("All I Need", "GBCFB2300770", 227.934)
    assert first.release_date == date(2025, 1, 13)
    assert first.cover_url.startswith("https://i.scdn.co/image/")


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


async def test_a_wait_of_a_day_is_told_to_the_second(fake: Replay, spotify: SpotifyWithFeatures) -> None:
    refusal = recorded("error_429_retry_after_79892")
    headers = {"Retry-After": "79892"}
    fake.answer("/v1/search", lambda _: web.json_response(refusal.body, status=refusal.status, headers=headers))
    with pytest.raises(QuotaReached, match="about 22 hours") as caught:
        await spotify.check()
    assert caught.value.seconds == 79892


async def test_features_that_a_new_client_id_may_not_have(fake: Replay, spotify: SpotifyWithFeatures) -> None:
    refusal = recorded("error_403_audio-features_no_message")
    fake.add(Recording("/v1/audio-features", refusal.status, refusal.body))
    assert await spotify.features_of(["11dFghVXANMlKmJXsNCbNl"]) == {}
    assert len(fake.seen) == 2
