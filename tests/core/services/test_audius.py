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
from core.model import Artist, Audience, Career, Track
from core.services import audius as module
from core.services._http import Manners
from core.services.audius import Audius, http_for, sounds_for
from core.settings import Audius as Settings
from tests.fakes.replay import Replay
from tests.recordings import load, needs_recordings

TODAY = date(2026, 11, 20)
LINK = "https://audius.co/nova/playlist/mine"
METER = "followers on Audius"
NOVA = Artist("Nova Pine", "audius", "n0va")


@pytest.fixture
async def fake() -> AsyncIterator[Replay]:
    async with Replay() as server:
        yield server


@pytest.fixture
async def audius(fake: Replay) -> AsyncIterator[Audius]:
    settings = Settings(base_url=fake.base_url)
    manners = Manners(requests=100_000, per_s=1, timeout_s=0.5)
    service = Audius(settings, http_for(settings, manners), sounds_for(settings, manners), lambda: TODAY)
    yield service
    await service.close()


def user(name: str = "Nova Pine", number: str = "n0va", followers: object = 412) -> dict[str, Any]:
    return {"id": number, "name": name, "handle": name.replace(" ", ""), "follower_count": followers}


def song(title: str, number: str = "S1", **fields: object) -> dict[str, Any]:
    plain = {"id": number, "title": title, "user": user(), "duration": 200, "permalink": f"/nova/{number}"}
    return {**plain, "release_date": "2026-11-13T00:00:00Z", "is_streamable": True, **fields}


def playlist(fake: Replay, rows: object, **fields: object) -> None:
    fake.answer("/v1/resolve", lambda _: {"data": [{"id": "P1", "playlist_name": "Mine", "is_album": False, **fields}]})
    fake.answer("/v1/playlists/P1/tracks", lambda _: {"data": rows})


# Recorded answers


@needs_recordings
async def test_a_recorded_playlist(fake: Replay, audius: Audius) -> None:
    fake.answer("/v1/resolve", lambda _: load("audius/docs_playlists.playlist_id.json").body)
    fake.add(load("audius/docs_playlists.playlist_id.tracks.json"))
    found = await audius.read("https://audius.co/Audius/playlist/hot-new-on-audius-🔥")
    assert (found.title, found.total, found.source, found.notes) == ("Hot & New on Audius 🔥", 1, "audius", ())
    (track,) = found.tracks
    assert (str(track), track.source_id, track.artist_id) == ("Louis Futon – David Blaine", "7dm4zrr", "n098k")
    assert (track.duration_s, track.release_date) == (197, date(2023, 5, 5))
    assert track.url == "https://audius.co/louisfutonbeats/louis-futon-david-blaine"
    assert track.cover_url.endswith("/QmZJ9dKg4S1BRnRiHPUpoDCjKtTxtg8Nhgei2vTkgNyQ1h/480x480.jpg")
    assert all("app_name=yasr" in path for path in fake.seen)


@needs_recordings
async def test_a_recorded_redirect_of_resolve(fake: Replay, audius: Audius) -> None:
    fake.fail("/v1/resolve", "redirect:/v1/playlists/DOPRl")
    fake.add(load("audius/docs_playlists.playlist_id.json"), load("audius/docs_playlists.playlist_id.tracks.json"))
    assert (await audius.read(LINK)).title == "Hot & New on Audius 🔥"


@needs_recordings
async def test_a_recorded_track(fake: Replay, audius: Audius) -> None:
    fake.add(load("audius/docs_resolve.json"))
    found = await audius.read("https://audius.co/camouflybeats/hypermantra-86216")
    (track,) = found.tracks
    assert (found.title, str(track), track.source_id) == ("HYPERMANTRA", "camoufly – HYPERMANTRA", "V4W8r")
    assert (track.duration_s, track.release_date, track.isrc) == (1741, date(2020, 8, 24), "")
    assert found.url == track.url == "https://audius.co/camouflybeats/hypermantra-86216"


@needs_recordings
async def test_the_recorded_underground(fake: Replay, audius: Audius) -> None:
    recorded = load("audius/docs_tracks.trending.underground.json")
    fake.add(recorded)
    assert [one async for one in audius.new_releases(date(2000, 1, 1))] == []  # no date is recorded, so it is not new
    dated = {"data": [{**row, "created_at": "2026-11-18 10:00:00"} for row in recorded.body["data"]]}
    fake.answer("/v1/tracks/trending/underground", lambda _: dated)
    (found,) = [one async for one in audius.new_releases(date(2026, 11, 1))]
    assert (str(found.track), found.track.source_id) == ("MINDEX – 04_Mindex - Wormhole", "MYvY63X")
    assert found.audiences == (Audience("followers on Audius", 419, TODAY),)


# Reading


async def test_an_album_with_gaps_is_partial(fake: Replay, audius: Audius) -> None:
    rows = [song("Ember"), {}, None, song("", "S3"), song("Gone", "S4", is_delete=True), song("Ash", "S5")]
    playlist(fake, rows, is_album=True, track_count=8)
    album = await audius.read("https://www.audius.co/nova/album/first-light")
    assert [track.title for track in album.tracks] == ["Ember", "Ash"]
    assert (album.total, album.partial, tuple(map(str, album.notes))) == (
        8,
        True,
        ("6 songs are not available on Audius.",),
    )
    assert album.url == "https://audius.co/nova/album/first-light"


async def test_a_playlist_beyond_the_limit_is_partial(
    fake: Replay, audius: Audius, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MAX_ROWS", 3)
    playlist(fake, [song(f"Song {i}", f"S{i}") for i in range(5)])
    found = await audius.read(LINK)
    assert (len(found.tracks), found.total, tuple(map(str, found.notes))) == (3, 5, ("I read at most 3 songs.",))


@pytest.mark.parametrize("rows", [[], [None, {}], [{"title": "No user"}]])
async def test_empty_playlists_say_so(fake: Replay, audius: Audius, rows: object) -> None:
    playlist(fake, rows)
    with pytest.raises(PrivateOrEmpty, match="That playlist on Audius is private, empty or gone"):
        await audius.read(LINK)


@pytest.mark.parametrize(
    "answer",
    [[], 7, {}, {"data": None}, {"data": []}, {"data": ["P1"]}, {"data": {"playlist_name": "x", "id": "../u"}}],
)
async def test_answers_of_another_shape(fake: Replay, audius: Audius, answer: object) -> None:
    fake.answer("/v1/resolve", lambda _: answer)
    with pytest.raises(UnexpectedAnswer):
        await audius.read(LINK)


@pytest.mark.parametrize("rows", [None, {}, "x"])
async def test_listings_of_another_shape(fake: Replay, audius: Audius, rows: object) -> None:
    playlist(fake, rows)
    fake.answer("/v1/tracks/trending/underground", lambda _: {"data": rows})
    with pytest.raises(UnexpectedAnswer):
        await audius.read(LINK)
    with pytest.raises(UnexpectedAnswer):
        assert [one async for one in audius.new_releases(TODAY)]


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("https://audius.co/", BadInput),
        ("https://audius.co/nova", BadInput),
        ("https://audius.co/nova/playlist/a/b/c", BadInput),
        ("https://evil.example/nova/playlist/mine", UnknownLink),
        ("http://audius.co/nova/playlist/mine", ForbiddenLink),
    ],
)
async def test_links_it_does_not_read(fake: Replay, audius: Audius, link: str, error: type[YasrError]) -> None:
    with pytest.raises(error) as caught:
        await audius.read(link)
    assert type(caught.value) is error
    assert fake.seen == []


async def test_a_link_to_an_artist_is_refused(fake: Replay, audius: Audius) -> None:
    fake.answer("/v1/resolve", lambda _: {"data": user()})
    with pytest.raises(BadInput, match="not a playlist, album or track"):
        await audius.read("https://audius.co/nova/tracks")


# Sound


async def test_find_prefers_what_is_called_the_same_and_can_be_heard(fake: Replay, audius: Audius) -> None:
    rows = [
        song("Ember", "gated", is_stream_gated=True),
        song("Ember", "silent", is_streamable=False),
        song("Ember (Live)", "live"),
        song("Nova Pine - Ember", "plain"),
        song("Ember (Grey Harbour Remix)", "remix"),
        song("Ember", "cover", user=user("Somebody", "s0me")),
    ]
    fake.answer("/v1/tracks/search", lambda _: {"data": rows})

    async def number(title: str, seconds: float | None = None) -> str | None:
        found = await audius.find(Track(title, ("Nova Pine feat. Other",), duration_s=seconds))
        return found.source_id if found else None

    assert await number("Ember") == "plain"
    assert await number("Ember (Live)", 202) == "live"
    assert await number("Ember", 204) is None
    own = Track("Ember", ("Nova Pine",), "audius", "x")
    assert await audius.find(own) is own


async def test_a_preview_is_the_beginning_of_the_song(fake: Replay, audius: Audius) -> None:
    mp3 = bytes(range(256)) * 4 * 2**12  # 4 MiB
    fake.answer("/v1/tracks/S1/stream", lambda _: {"data": f"{fake.base_url}/content/1?signature=x"})
    fake.answer("/content/1", lambda _: web.Response(body=mp3))
    ember = Track("Ember", ("Nova Pine",), "audius", "S1")
    assert await audius.preview(ember) == mp3[: 2**20]
    assert "no_redirect=true" in fake.seen[0] and "app_name=yasr" in fake.seen[0]
    assert fake.headers[1]["Range"] == "bytes=0-1048575"
    fake.answer(
        "/content/1", lambda _: web.Response(status=206, headers={"Content-Range": "bytes 0-4/5"}, body=b"short")
    )
    assert await audius.preview(ember) == b"short"
    fake.fail("/content/1", "redirect:/content/2")
    fake.answer("/content/2", lambda _: web.Response(body=b"moved"))
    assert await audius.preview(ember) == b"moved"
    assert await audius.preview(Track("Ember", ("Nova Pine",), "deezer", "S1")) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.1/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "http://node.example/x",
        "https://node.example:8080/x",
        "https://a@node.example/x",
        "file:///etc/passwd",
        "https://",
        "//",
        "",
        7,
        None,
    ],
)
async def test_addresses_of_sound_that_are_never_opened(fake: Replay, audius: Audius, address: object) -> None:
    fake.answer("/v1/tracks/S1/stream", lambda _: {"data": address})
    assert await audius.preview(Track("Ember", ("Nova Pine",), "audius", "S1")) is None
    fake.answer("/v1/tracks/S1/stream", lambda _: {"data": f"{fake.base_url}/content"})
    fake.fail("/content", f"redirect:{address}")
    assert await audius.preview(Track("Ember", ("Nova Pine",), "audius", "S1")) is None


# Artists and releases


async def test_a_career(fake: Replay, audius: Audius) -> None:
    days = ("2026-11-13", "2025-11-20", "2025-11-19", "2024-02-03")
    songs = [song(f"Song {i}", f"S{i}", release_date=f"{day}T00:00:00Z") for i, day in enumerate(days)]
    songs[0] |= {"genre": "Electronic", "tags": "Suno, ai music,,suno"}
    fake.answer("/v1/users/n0va", lambda _: {"data": {**user(), "track_count": 4}})
    fake.answer("/v1/users/n0va/tracks", lambda _: {"data": songs})
    marks = ("electronic", "suno", "ai music")
    assert await audius.career(NOVA) == Career("audius", TODAY, date(2024, 2, 3), 4, 2, 4, marks)
    fake.answer("/v1/users/n0va", lambda _: {"data": {**user(), "track_count": 300}})
    # Of so many songs only the newest were read, so that nobody knows the first.
    assert await audius.career(NOVA) == Career("audius", TODAY, None, 300, 2, 300, marks)
    assert await audius.career(Artist("Nova Pine", "deezer", "27")) is None


async def test_audience_and_similar_artists(fake: Replay, audius: Audius) -> None:
    fake.answer("/v1/users/n0va", lambda _: {"data": user()})
    others = [user("Grey Harbour", "g1", 0), user("Shy", "s1", None), user("Odd", "o1", "many"), {"id": "x"}, 3]
    fake.answer("/v1/users/n0va/related", lambda _: {"data": others})
    assert await audius.audience(NOVA) == Artist("Nova Pine", "audius", "n0va", Audience(METER, 412, TODAY))
    assert await audius.similar_artists(NOVA) == [
        Artist("Grey Harbour", "audius", "g1", Audience(METER, 0, TODAY)),
        Artist("Shy", "audius", "s1", None),
        Artist("Odd", "audius", "o1", None),
    ]
    stranger = Artist("Nobody", "audius", "gone")
    assert await audius.audience(stranger) == stranger


async def test_what_another_service_names_is_left_alone(fake: Replay, audius: Audius) -> None:
    artist = Artist("Nova Pine", "deezer", "27")
    assert await audius.audience(artist) == artist
    assert await audius.similar_artists(artist) == []
    assert [one async for one in audius.releases_of(artist, TODAY)] == []
    assert fake.seen == []


async def test_new_releases_by_their_dates(fake: Replay, audius: Audius) -> None:
    rows = [
        song("Iso", "a1", release_date="2026-11-06"),
        song("Words", "a2", release_date="Fri Nov 13 2026 10:10:02 GMT-0700 (Pacific Daylight Time)"),
        song("Created", "a3", release_date=None, created_at="2026-11-18T07:00:00.000Z", user=user(followers=None)),
        song("Old", "a4", release_date="Thu Nov 05 2026 10:10:02 GMT+0000"),
        song("Soon", "a5", release_date="2026-12-24"),
        song("Undated", "a6", release_date="someday"),
        song("Odd", "a7", release_date="Fri Feb 31 2026 10:10:02"),
        song("Gated", "a8", is_stream_gated=True),
        song("Iso again", "a1", release_date="2026-11-06"),
        "nonsense",
    ]
    fake.answer("/v1/tracks/trending/underground", lambda _: {"data": rows})
    found = [one async for one in audius.new_releases(date(2026, 11, 6))]
    days = [(one.track.title, one.track.release_date and one.track.release_date.day) for one in found]
    assert days == [("Iso", 6), ("Words", 13), ("Created", 18)]
    assert [[audience.count for audience in one.audiences] for one in found] == [[412], [412], []]


async def test_pages_are_turned_five_times_at_most(fake: Replay, audius: Audius) -> None:
    def page(request: web.Request) -> object:
        start = int(request.query["offset"])
        return {"data": [song(f"Song {i}", f"S{i}") for i in range(start, start + 100)]}

    fake.answer("/v1/tracks/trending/underground", page)
    found = [one async for one in audius.new_releases(date(2026, 11, 1))]
    assert (len(found), len(fake.seen)) == (500, 5)
    assert len({one.track.source_id for one in found}) == 500


async def test_pages_that_repeat_themselves_end(fake: Replay, audius: Audius) -> None:
    rows = [song(f"Song {i}", f"S{i}") for i in range(100)]
    fake.answer("/v1/users/n0va/tracks", lambda _: {"data": rows})
    found = [one async for one in audius.releases_of(NOVA, date(2026, 11, 1))]
    assert (len(found), len(fake.seen)) == (100, 2)
    assert "sort_method=release_date" in fake.seen[0] and "filter_tracks=public" in fake.seen[0]
