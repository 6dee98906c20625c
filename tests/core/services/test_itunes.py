from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from aiohttp import web

from core.errors import (
    BadInput,
    ForbiddenLink,
    PrivateOrEmpty,
    UnexpectedAnswer,
    UnknownLink,
    YasrError,
)
from core.ports import PlaylistReader, SoundSource
from core.services._http import Manners
from core.services.itunes import Itunes, http_for
from core.settings import Itunes as Settings
from tests.fakes.replay import Replay
from tests.recordings import load, needs_recordings

ALBUM = "https://music.apple.com/gb/album/a-night-at-the-opera/1441458047"


@pytest.fixture
async def fake() -> AsyncIterator[Replay]:
    async with Replay() as server:
        yield server


@pytest.fixture
async def itunes(fake: Replay) -> AsyncIterator[Itunes]:
    settings = Settings(base_url=fake.base_url)
    service = Itunes(settings, http_for(settings, Manners(requests=100_000, per_s=1, timeout_s=0.5)))
    yield service
    await service.close()


def song(title: str = "Ember", number: object = 7, **fields: object) -> dict[str, Any]:
    plain = {"wrapperType": "track", "kind": "song", "trackId": number, "trackName": title, "artistName": "Nova Pine"}
    return {**plain, **fields}


def test_it_reads_links_and_downloads_no_previews(itunes: Itunes) -> None:
    assert isinstance(itunes, PlaylistReader)
    assert not isinstance(itunes, SoundSource)


@needs_recordings
async def test_a_recorded_album_with_videos(fake: Replay, itunes: Itunes) -> None:
    fake.add(load("itunes/harmony_lookup_1441458047_gb.json"))
    album = await itunes.read(f"{ALBUM}?l=en")
    assert (album.title, len(album.tracks), album.total) == ("A Night at the Opera (Deluxe Edition)", 18, 21)
    assert tuple(map(str, album.notes)) == ("3 entries are no song, or not sold in this country’s store.",)
    assert album.url == "https://music.apple.com/gb/album/1441458047"
    first = album.tracks[0]
    assert (str(first), first.source_id) == ("Queen – Death On Two Legs (Dedicated To...)", "1441458049")
    assert (first.artist_id, first.album) == ("3296287", "A Night at the Opera (Deluxe Edition)")
    assert (first.duration_s, first.release_date) == (223.094, date(1975, 11, 21))
    assert first.url.startswith("https://music.apple.com/gb/album/death-on-two-legs-dedicated-to/1441458047?i=")
    assert first.cover_url.endswith("/100x100bb.jpg")
    assert fake.seen == ["/lookup?id=1441458047&country=gb&entity=song&limit=200"]


@needs_recordings
@pytest.mark.parametrize(
    "link",
    [
        "https://music.apple.com/us/song/jack-johnson/263301273",
        "https://music.apple.com/us/song/263301273",
        "https://music.apple.com/us/album/jack-johnson/263301268?i=263301273&uo=4",
        "https://music.apple.com/album/jack-johnson/263301268?i=263301273",
    ],
)
async def test_a_recorded_song(fake: Replay, itunes: Itunes, link: str) -> None:
    row = load("itunes/search_song_15.json").body["results"][0]
    fake.answer("/lookup", lambda _: {"resultCount": 1, "results": [row]})
    found = await itunes.read(link)
    (track,) = found.tracks
    assert (str(track), found.title, found.total) == ("This Bike Is a Pipe Bomb – Jack Johnson", str(track), 1)
    assert (track.duration_s, track.release_date) == (117.573, date(2004, 6, 15))
    assert fake.seen == ["/lookup?id=263301273&country=us"]


async def test_an_answer_in_the_type_apple_sends(fake: Replay, itunes: Itunes) -> None:
    body = '\n\n\n{"resultCount":1, "results": [{"kind":"song","trackId":7,"trackName":"Ember","artistName":"Nova"}]}'
    fake.answer("/lookup", lambda _: web.Response(text=body, content_type="text/javascript"))
    (track,) = (await itunes.read("https://music.apple.com/us/song/7")).tracks
    assert (track.title, track.duration_s, track.release_date, track.url) == ("Ember", None, None, "")


async def test_playlists_are_refused_with_a_next_step(fake: Replay, itunes: Itunes) -> None:
    for link in (
        "https://music.apple.com/us/playlist/todays-hits/pl.f4d106fed2bd41149aaacabb233eb5eb",
        "https://music.apple.com/de/playlist/pl.u-8aAVZAqh4K",
    ):
        with pytest.raises(BadInput, match="but no playlists; paste its songs instead") as caught:
            await itunes.read(link)
        assert caught.value.exit_status == 2
    assert fake.seen == []


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("https://music.apple.com/", BadInput),
        ("https://music.apple.com/us/artist/queen/3296287", BadInput),
        ("https://music.apple.com/us/album/x/pl.123", BadInput),
        ("https://music.apple.com/us/album/x/1?i=../2", BadInput),
        ("https://evil.example/us/album/x/1", UnknownLink),
        ("http://music.apple.com/us/album/x/1", ForbiddenLink),
    ],
)
async def test_links_it_does_not_read(fake: Replay, itunes: Itunes, link: str, error: type[YasrError]) -> None:
    with pytest.raises(error) as caught:
        await itunes.read(link)
    assert type(caught.value) is error
    assert fake.seen == []


@pytest.mark.parametrize(
    "results", [[], [None, 3, "x"], [song("")], [song(number=None)], [{"wrapperType": "collection", "trackCount": 3}]]
)
async def test_without_songs(fake: Replay, itunes: Itunes, results: object) -> None:
    fake.answer("/lookup", lambda _: {"resultCount": 0, "results": results})
    with pytest.raises(PrivateOrEmpty, match="That album on Apple Music"):
        await itunes.read(ALBUM)


@pytest.mark.parametrize("body", [[], 7, None, {}, {"results": None}, {"results": {"0": song()}}])
async def test_answers_of_another_shape(fake: Replay, itunes: Itunes, body: object) -> None:
    fake.answer("/lookup", lambda _: body)
    with pytest.raises(UnexpectedAnswer):
        await itunes.read(ALBUM)


async def test_odd_rows_do_not_spoil_an_album(fake: Replay, itunes: Itunes) -> None:
    album = {"wrapperType": "collection", "collectionName": 3.5, "trackCount": "two"}
    odd = song("Odd", "8", trackTimeMillis="long", releaseDate="yesterday", trackViewUrl="javascript:alert(1)")
    fake.answer("/lookup", lambda _: {"results": [album, song(), odd]})
    found = await itunes.read(ALBUM)
    assert (found.title, found.total, found.notes) == ("Apple Music", 2, ())
    assert [(track.title, track.duration_s, track.url) for track in found.tracks] == [
        ("Ember", None, ""),
        ("Odd", None, ""),
    ]
