"""Deezer's recorded answers, replayed over HTTP: what we make of the real thing."""

from __future__ import annotations

from datetime import date

import pytest

from core.services._http import Http
from core.services.deezer import Deezer
from core.settings import Deezer as Settings
from tests.fakes.deezer import FakeDeezer
from tests.recordings import load, needs_recordings

pytestmark = needs_recordings

TODAY = date(2026, 11, 20)


@pytest.fixture
def deezer(fake: FakeDeezer, http: Http) -> Deezer:
    return Deezer(Settings(base_url=fake.base_url), http, today=lambda: TODAY)


async def test_playlist_of_editors(fake: FakeDeezer, deezer: Deezer) -> None:
    fake.replay(load("deezer/playlist_908622995.json"))
    playlist = await deezer.read("https://www.deezer.com/fr/playlist/908622995")
    assert playlist.title == "Bain moussant"
    assert (len(playlist.tracks), playlist.total) == (44, 60)
    assert tuple(map(str, playlist.notes)) == ("16 songs are not available on Deezer.",)
    first = playlist.tracks[0]
    assert (str(first), first.source_id, first.artist_id) == ("Else – Sonora", "510591562", "1431036")
    assert (first.album, first.duration_s, first.url) == ("Sonora", 199, "https://www.deezer.com/track/510591562")


async def test_album(fake: FakeDeezer, deezer: Deezer) -> None:
    fake.replay(load("deezer/album_302127.json"))
    album = await deezer.read("https://www.deezer.com/us/album/302127")
    assert (album.title, len(album.tracks), album.partial) == ("Discovery", 14, False)
    first = album.tracks[0]
    assert (first.title, first.album, first.release_date) == ("One More Time", "Discovery", date(2001, 3, 7))
    assert first.cover_url.endswith("250x250-000000-80-0-0.jpg")


async def test_track_with_two_artists(fake: FakeDeezer, deezer: Deezer) -> None:
    fake.replay(load("deezer/track_1425844092.json"))
    (track,) = (await deezer.read("https://www.deezer.com/track/1425844092")).tracks
    assert track.artists == ("The Kid Laroi", "Justin Bieber")
    assert (track.isrc, track.duration_s, track.release_date) == ("USSM12103949", 141, date(2021, 7, 9))
