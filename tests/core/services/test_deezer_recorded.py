"""Deezer's recorded answers, replayed over HTTP: what we make of the real thing."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import PrivateOrEmpty, QuotaReached
from core.model import Artist, Audience, Track
from core.services._http import Http
from core.services.deezer import Deezer
from core.settings import Deezer as Settings
from tests.fakes.deezer import FakeDeezer
from tests.recordings import Recording, load, needs_recordings

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
    assert playlist.notes == ("16 songs are not available on Deezer",)
    first = playlist.tracks[0]
    assert (str(first), first.source_id, first.artist_id) == ("Else – Sonora", "510591562", "1431036")
    assert (first.album, first.duration_s, first.url) == ("Sonora", 199, "https://www.deezer.com/track/510591562")


async def test_playlist_of_a_listener(fake: FakeDeezer, deezer: Deezer) -> None:
    fake.replay(load("deezer/playlist_11015569602.json"))
    playlist = await deezer.read("https://deezer.com/playlist/11015569602")
    assert (playlist.title, len(playlist.tracks), playlist.total) == ("Yellow Vibe", 51, 53)
    assert str(playlist.tracks[0]) == "andreas odbjerg – hjem fra fabrikken"


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


async def test_artist(fake: FakeDeezer, deezer: Deezer) -> None:
    fake.replay(load("deezer/artist_27.json"), load("deezer/artist_27_top.json"))
    top = await deezer.read("https://www.deezer.com/artist/27")
    assert (top.title, top.tracks[0].title, len(top.tracks)) == ("Daft Punk", "Instant Crush", 5)
    found = await deezer.audience(Artist("Daft Punk", "deezer", "27"))
    assert found.audience == Audience("fans on Deezer", 4_195_107, TODAY)


async def test_related_artists(fake: FakeDeezer, deezer: Deezer) -> None:
    fake.replay(load("deezer/artist_27_related.json"))
    similar = await deezer.similar_artists(Artist("Daft Punk", "deezer", "27"))
    assert len(similar) == 25
    assert similar[0] == Artist("Justice", "deezer", "6404", Audience("fans on Deezer", 575_607, TODAY))


async def test_find_in_a_recorded_search(fake: FakeDeezer, deezer: Deezer) -> None:
    recorded = load("deezer/search__q=Soliloquy.json")
    url = 'https://api.deezer.com/search?q=artist:"Dave Brubeck" track:"Soliloquy"'
    fake.replay(Recording(url, recorded.status, recorded.body))
    found = await deezer.find(Track("Soliloquy", ("Dave Brubeck",), duration_s=198))
    assert found is not None
    assert (found.source_id, found.album) == ("1495381112", "Nightclub")


async def test_releases_of_an_artist_over_two_pages(fake: FakeDeezer, deezer: Deezer) -> None:
    album = load("deezer/album_302127.json")
    pages = [load(f"deezer/artist_27_albums{page}.json") for page in ("", "__index=25")]
    discs = [row for page in pages for row in page.body["data"] if row["release_date"] >= "2021-01-01"]
    fake.replay(*pages, load("deezer/artist_27.json"))
    fake.replay(*(Recording(f"https://api.deezer.com/album/{disc['id']}", 200, album.body) for disc in discs))
    found = [one async for one in deezer.releases_of(Artist("Daft Punk", "deezer", "27"), date(2021, 1, 1))]
    assert len(found) == 2 * len(discs) > 0
    assert found[0].audiences == (Audience("fans on Deezer", 4_195_107, TODAY),)
    assert any("/artist/27/albums?index=25" in path for path in fake.seen)


@pytest.mark.parametrize(
    ("name", "error"), [("error_playlist_-1", PrivateOrEmpty), ("error_quota_code4", QuotaReached)]
)
async def test_errors_come_with_status_200(fake: FakeDeezer, deezer: Deezer, name: str, error: type[Exception]) -> None:
    recorded = load(f"deezer/{name}.json")
    fake.replay(Recording("https://api.deezer.com/playlist/7", recorded.status, recorded.body))
    with pytest.raises(error):
        await deezer.read("https://www.deezer.com/playlist/7")


async def test_an_unknown_album_may_also_be_a_404(fake: FakeDeezer, deezer: Deezer) -> None:
    fake.replay(load("deezer/error_album_0.json"))
    with pytest.raises(PrivateOrEmpty, match="That album"):
        await deezer.read("https://www.deezer.com/album/0")
