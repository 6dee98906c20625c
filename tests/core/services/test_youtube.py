"""YouTube's links, rows and counts; faults and recordings are tested with those of every service."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from core.errors import BadInput, ForbiddenLink, PrivateOrEmpty, UnexpectedAnswer, UnknownLink, YasrError
from core.model import Artist
from core.services._youtube_rows import count_of, song_of, track_of
from core.services.youtube import Youtube, http_for
from core.settings import Youtube as Settings
from tests.core.services.cases._case import Ask
from tests.core.services.cases.youtube import BROWSE, browse, front
from tests.core.services.conftest import FAST
from tests.fakes.replay import Replay
from tests.recordings import load, needs_recordings

LIST = "PLxyTaDz8f5PBc-8kE36gvB-eflhODG2dw"


@pytest.fixture
async def fake() -> AsyncIterator[Replay]:
    async with Replay() as server:
        server.answer("/", lambda _: front(Ask("")))
        server.answer(BROWSE, lambda _: browse(Ask("", rows=3)))
        yield server


@pytest.fixture
async def youtube(fake: Replay) -> AsyncIterator[Youtube]:
    settings = Settings(base_url=fake.base_url)
    service = Youtube(settings, http_for(settings, FAST), lambda: date(2026, 11, 20))
    yield service
    await service.close()


@pytest.mark.parametrize(
    "link",
    [
        f"https://music.youtube.com/playlist?list={LIST}",
        f"https://www.youtube.com/playlist?list={LIST}&si=abc",
        f"https://m.youtube.com/watch?v=dQw4w9WgXcQ&list={LIST}&index=2",
        f"https://youtu.be/dQw4w9WgXcQ?list={LIST}",
    ],
)
async def test_the_ways_to_name_a_playlist(fake: Replay, youtube: Youtube, link: str) -> None:
    found = await youtube.read(link)
    assert (found.title, found.total, found.partial, found.notes) == ("Mine", 3, False, ())
    assert [str(track) for track in found.tracks] == [f"Nova Pine – Song {n}" for n in range(3)]
    assert found.tracks[1].url == "https://music.youtube.com/watch?v=video000001"
    assert found.url == f"https://music.youtube.com/playlist?list={LIST}"
    assert fake.headers[-1]["X-Goog-Visitor-Id"] == "abc"


@pytest.mark.parametrize(
    "link", ["https://youtu.be/dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=RDdQw4w9WgXcQ"]
)
async def test_one_song(fake: Replay, youtube: Youtube, link: str) -> None:
    details = {"videoId": "dQw4w9WgXcQ", "title": "Never Gonna Give You Up", "author": "Rick Astley - Topic",
               "channelId": "UC1", "lengthSeconds": "213"}  # fmt: skip
    fake.answer("/youtubei/v1/player", lambda _: {"videoDetails": details, "playabilityStatus": {"status": "OK"}})
    (song,) = (await youtube.read(link)).tracks
    assert (str(song), song.duration_s) == ("Rick Astley – Never Gonna Give You Up", 213)


@pytest.mark.parametrize(
    ("link", "error", "sentence"),
    [
        (
            "https://music.youtube.com/playlist?list=RDCLAK5uy_lWy02cQBnTVTlwuRauaGKeUDH3L6PXNxI",
            BadInput,
            "a mix that YouTube",
        ),
        ("https://www.youtube.com/@somebody", BadInput, "not a playlist, album or song"),
        ("https://www.youtube.com/watch?v=short", BadInput, "not a playlist, album or song"),
        ("https://evil.example/playlist?list=1", UnknownLink, "evil"),
        ("http://youtu.be/dQw4w9WgXcQ", ForbiddenLink, "https"),
    ],
)
async def test_links_it_does_not_read(
    fake: Replay, youtube: Youtube, link: str, error: type[YasrError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        await youtube.read(link)
    assert fake.seen == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({}, PrivateOrEmpty),
        ({"contents": {}}, UnexpectedAnswer),
        ({"contents": {"twoColumnBrowseResultsRenderer": {"tabs": 7}}}, UnexpectedAnswer),
        ([], UnexpectedAnswer),
    ],
)
async def test_a_layout_that_changed(fake: Replay, youtube: Youtube, answer: object, error: type[YasrError]) -> None:
    fake.answer(BROWSE, lambda _: answer)
    with pytest.raises(error):
        await youtube.read(f"https://music.youtube.com/playlist?list={LIST}")


@pytest.mark.parametrize(
    ("said", "count"),
    [("29.1M", 29_100_000), ("16.1M monthly audience", 16_100_000), ("1,234", 1_234), ("7", 7), ("3K", 3_000),
     ("2.5B", 2_500_000_000), ("", None), ("many", None), (None, None), (".", None)],
)  # fmt: skip
def test_counts(said: object, count: int | None) -> None:
    assert count_of(said) == count


async def test_artists_of_other_services_are_not_asked_about(fake: Replay, youtube: Youtube) -> None:
    for artist in (Artist("A", "deezer", "UC1234567890123"), Artist("A", "youtube", "../x")):
        assert await youtube.audience(artist) == artist
    assert fake.seen == []


ROW: dict[str, Any] = {"videoId": "v", "title": "T", "artists": [{"name": "A - Topic", "id": "UC"}]}


@pytest.mark.parametrize(
    "changed",
    [{"videoId": None}, {"title": ""}, {"artists": []}, {"artists": [{"name": None}]}, {"isAvailable": False}],
)
def test_rows_that_cannot_be_heard(changed: dict[str, Any]) -> None:
    assert track_of(ROW) is not None
    assert track_of({**ROW, **changed}) is None


def test_a_player_without_details() -> None:
    assert song_of(None) is None


@needs_recordings
def test_what_the_library_makes_of_a_recorded_album() -> None:
    album = load("ytmusic/parsed_2026_05_get_album.json").body
    tracks = [track_of(row, album["title"], album["artists"]) for row in album["tracks"]]
    first = tracks[0]
    assert first is not None
    assert (str(first), first.album, first.duration_s) == ("XXXTENTACION – The Explanation", "17", 51)
    assert all(tracks)


@needs_recordings
def test_what_the_library_makes_of_a_recorded_artist() -> None:
    assert count_of(load("ytmusic/parsed_2026_05_get_artist1.json").body["monthlyListeners"]) == 16_100_000


def test_the_library_is_loaded_when_it_is_used_and_not_before() -> None:
    code = (
        "import sys; from core.services import connect; from core.settings import Settings; "
        "connect('youtube', Settings()); print('ytmusicapi' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"
