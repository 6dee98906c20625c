from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from aiohttp import web

from core.errors import (
    AccessRefused,
    BadInput,
    ForbiddenLink,
    PrivateOrEmpty,
    QuotaReached,
    UnexpectedAnswer,
    UnknownLink,
    YasrError,
)
from core.model import Track
from core.ports import PlaylistReader, ReleaseSource, SoundSource
from core.services import jamendo as module
from core.services._http import Manners
from core.services.jamendo import Jamendo, http_for
from core.settings import Jamendo as Settings
from tests.fakes.replay import Replay
from tests.recordings import load, needs_recordings

TODAY = date(2026, 11, 20)
SECRET = "c1ient1d"  # noqa: S105 - of nobody
LINK = "https://www.jamendo.com/playlist/500544876/mine"
EMBER = Track("Ember", ("Nova Pine",), "jamendo", "7")


@pytest.fixture
async def fake() -> AsyncIterator[Replay]:
    async with Replay() as server:
        yield server


@pytest.fixture
async def jamendo(fake: Replay) -> AsyncIterator[Jamendo]:
    settings = Settings(base_url=fake.base_url, client_id=SECRET)
    service = Jamendo(settings, http_for(settings, Manners(requests=100_000, per_s=1, timeout_s=0.5)), lambda: TODAY)
    yield service
    await service.close()


def answer(*results: object, code: int = 0) -> dict[str, Any]:
    headers = {"status": "failed" if code else "success", "code": code, "error_message": "", "results_count": 1}
    return {"headers": headers, "results": list(results)}


def song(title: str, number: int = 7, **fields: object) -> dict[str, Any]:
    plain = {"id": str(number), "name": title, "duration": 200, "artist_id": "3", "artist_name": "Nova Pine"}
    return {**plain, "album_name": "First Light", "releasedate": "2026-11-13", **fields}


def playlist(fake: Replay, *rows: object) -> None:
    fake.answer("/v3.0/playlists/tracks/", lambda _: answer({"id": "1", "name": "Mine", "tracks": list(rows)}))


@pytest.mark.parametrize("port", [PlaylistReader, ReleaseSource, SoundSource])
def test_it_fits_its_ports(jamendo: Jamendo, port: type) -> None:
    assert isinstance(jamendo, port)


# Recorded answers


@needs_recordings
async def test_a_recorded_album(fake: Replay, jamendo: Jamendo) -> None:
    fake.add(load("jamendo/docs_albums-tracks.json"))
    album = await jamendo.read("https://www.jamendo.com/album/104336/season-one")
    assert (album.title, len(album.tracks), album.partial, album.notes) == ("Season One", 10, False, ())
    first = album.tracks[0]
    assert (str(first), first.source_id, first.artist_id) == ("WE ARE FM – My World", "887208", "376782")
    assert (first.album, first.duration_s, first.release_date) == ("Season One", 202, date(2011, 12, 29))
    assert first.url == "https://www.jamendo.com/track/887208"
    assert first.cover_url == "https://usercontent.jamendo.com?type=album&id=104336&width=300&trackid=887202"
    assert album.tracks[-1].title == "Press Record"
    assert "id=104336" in fake.seen[0] and f"client_id={SECRET}" in fake.seen[0]


@needs_recordings
async def test_a_recorded_track(fake: Replay, jamendo: Jamendo) -> None:
    row = load("jamendo/openverse_single_track_object.json").body
    fake.answer("/v3.0/tracks/", lambda _: answer(row))
    (track,) = (await jamendo.read("https://www.jamendo.com/en/track/732/thoughtful")).tracks
    assert (str(track), track.album, track.duration_s) == ("Haeresis – Thoughtful", "Opera I", 144)
    assert (track.release_date, track.artist_id) == (date(2005, 4, 12), "92")
    assert track.licence_url == "https://creativecommons.org/licenses/by-nc/2.0/"
    assert track.url == "https://www.jamendo.com/track/732"
    found = await jamendo.find(Track("Thoughtful", ("Haeresis",), duration_s=146))
    assert found == track
    assert await jamendo.find(Track("Thoughtful", ("Haeresis",), duration_s=150)) is None
    assert "namesearch=Thoughtful&artist_name=Haeresis" in fake.seen[-1]


# Reading


async def test_a_playlist_in_its_order(fake: Replay, jamendo: Jamendo) -> None:
    playlist(fake, song("Two", 2, position="2"), {}, None, song("", 4), song("One", 1, position=1), song("Three", 3))
    found = await jamendo.read(LINK)
    assert (found.title, found.url) == ("Mine", "https://www.jamendo.com/playlist/500544876")
    assert [track.title for track in found.tracks] == ["One", "Two", "Three"]
    assert found.partial and "not available on Jamendo" in str(found.notes[0])


@pytest.mark.parametrize("whole_lists", [True, False])
async def test_a_long_playlist_whatever_limit_counts(fake: Replay, jamendo: Jamendo, whole_lists: bool) -> None:
    rows = [song(f"Song {i}", i + 1, position=i + 1) for i in range(450)]

    def page(request: web.Request) -> object:
        start = int(request.query["offset"])
        if whole_lists:
            return answer(*([{"name": "Mine", "tracks": rows}] if start == 0 else []))
        return answer({"name": "Mine", "tracks": rows[start : start + 200]})

    fake.answer("/v3.0/playlists/tracks/", page)
    found = await jamendo.read(LINK)
    assert [track.title for track in found.tracks] == [f"Song {i}" for i in range(450)]
    assert not found.partial
    assert len(fake.seen) == (2 if whole_lists else 3)


async def test_pages_that_repeat_themselves_end(fake: Replay, jamendo: Jamendo) -> None:
    playlist(fake, *(song(f"Song {i}", i + 1) for i in range(200)))
    assert len((await jamendo.read(LINK)).tracks) == 200
    assert len(fake.seen) == 2


async def test_a_playlist_beyond_the_limit_is_partial(
    fake: Replay, jamendo: Jamendo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MAX_ROWS", 150)
    playlist(fake, *(song(f"Song {i}", i + 1) for i in range(200)))
    found = await jamendo.read(LINK)
    assert (len(found.tracks), found.total, tuple(map(str, found.notes))) == (150, 200, ("I read at most 150 songs.",))


async def test_a_later_page_that_fails_gives_a_partial_read(fake: Replay, jamendo: Jamendo) -> None:
    def page(request: web.Request) -> object:
        if request.query["offset"] != "0":
            return answer(code=6)
        return answer({"name": "Mine", "tracks": [song(f"Song {i}", i + 1) for i in range(200)]})

    fake.answer("/v3.0/playlists/tracks/", page)
    found = await jamendo.read(LINK)
    assert (len(found.tracks), found.total) == (200, 200)
    assert str(found.notes[0]).startswith("Jamendo stopped in the middle: Jamendo asks us to wait")


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("https://www.jamendo.com/", BadInput),
        ("https://www.jamendo.com/artist/376782/we-are-fm", BadInput),
        ("https://www.jamendo.com/playlist/abc", BadInput),
        ("https://evil.example/playlist/1", UnknownLink),
        ("http://jamendo.com/playlist/1", ForbiddenLink),
    ],
)
async def test_links_it_does_not_read(fake: Replay, jamendo: Jamendo, link: str, error: type[YasrError]) -> None:
    with pytest.raises(error) as caught:
        await jamendo.read(link)
    assert type(caught.value) is error
    assert fake.seen == []


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (1, UnexpectedAnswer),
        (5, AccessRefused),
        (6, QuotaReached),
        (7, UnexpectedAnswer),
        (11, AccessRefused),
        (21, PrivateOrEmpty),
        (24, PrivateOrEmpty),
        (999, UnexpectedAnswer),
    ],
)
async def test_errors_come_with_status_200(fake: Replay, jamendo: Jamendo, code: int, error: type[YasrError]) -> None:
    fake.answer("/v3.0/playlists/tracks/", lambda _: answer(code=code))
    with pytest.raises(error) as caught:
        await jamendo.read(LINK)
    assert type(caught.value) is error
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("body", [[], 7, {}, {"results": {}}, {"headers": 3}, {"headers": {"status": "failed"}}])
async def test_answers_of_another_shape(fake: Replay, jamendo: Jamendo, body: object) -> None:
    fake.answer("/v3.0/playlists/tracks/", lambda _: body)
    with pytest.raises(UnexpectedAnswer):
        await jamendo.read(LINK)


# Sound and releases


async def test_find_prefers_what_is_called_the_same(fake: Replay, jamendo: Jamendo) -> None:
    rows = [song("Ember (Live)", 1), song("Ember", 2), song("Ember", 3, artist_name="Somebody")]
    fake.answer("/v3.0/tracks/", lambda _: answer(*rows, "nonsense"))
    found = await jamendo.find(Track("Ember", ("Nova Pine feat. Other",)))
    assert found is not None and found.source_id == "2"
    assert await jamendo.find(EMBER) is EMBER


async def test_a_preview_is_the_beginning_of_the_song(fake: Replay, jamendo: Jamendo) -> None:
    mp3 = bytes(range(256)) * 4 * 2**12  # 4 MiB
    fake.answer("/v3.0/tracks/", lambda _: answer(song("Ember", audio=f"{fake.base_url}/sound?trackid=7")))
    fake.answer("/sound", lambda _: web.Response(body=mp3))
    assert await jamendo.preview(EMBER) == mp3[: 2**20]
    assert fake.headers[1]["Range"] == "bytes=0-1048575"
    assert "id=7" in fake.seen[0] and "audioformat=mp32" in fake.seen[0]
    assert await jamendo.preview(Track("Ember", ("Nova Pine",), "deezer", "7")) is None
    fake.fail("/sound", "404")
    assert await jamendo.preview(EMBER) is None


@pytest.mark.parametrize("audio", ["", None, 7, "https://evil.example/x", "https://10.0.0.1/", "http://jamendo.com/x"])
async def test_sound_that_is_not_there_or_never_opened(fake: Replay, jamendo: Jamendo, audio: object) -> None:
    fake.answer("/v3.0/tracks/", lambda _: answer(song("Ember", audio=audio)))
    assert await jamendo.preview(EMBER) is None
    fake.answer("/v3.0/tracks/", lambda _: answer())
    assert await jamendo.preview(EMBER) is None


async def test_new_releases(fake: Replay, jamendo: Jamendo) -> None:
    rows = [
        song("New", 1),
        song("New again", 1),
        song("Old", 2, releasedate="2026-11-05"),
        song("Soon", 3, releasedate="2026-12-24"),
        song("Undated", 4, releasedate="0000-00-00"),
        song("", 5),
        "nonsense",
    ]
    fake.answer("/v3.0/tracks/", lambda _: answer(*rows))
    found = [one async for one in jamendo.new_releases(date(2026, 11, 6))]
    assert [(one.track.title, one.audiences) for one in found] == [("New", ())]
    assert "order=releasedate_desc&datebetween=2026-11-06_2026-11-20&type=single+albumtrack" in fake.seen[0]


async def test_a_harvest_has_an_end(fake: Replay, jamendo: Jamendo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_RELEASES", 1_000)

    def page(request: web.Request) -> object:
        start = int(request.query["offset"]) + 1
        return answer(*(song(f"Song {i}", i) for i in range(start, start + 200)))

    fake.answer("/v3.0/tracks/", page)
    found = [one async for one in jamendo.new_releases(date(2026, 11, 1))]
    assert (len({one.track.source_id for one in found}), len(fake.seen)) == (1000, 5)


async def test_a_harvest_ends_with_the_reason(fake: Replay, jamendo: Jamendo) -> None:
    fake.answer("/v3.0/tracks/", lambda _: answer(code=6))
    with pytest.raises(QuotaReached):
        assert [one async for one in jamendo.new_releases(date(2026, 11, 1))]
