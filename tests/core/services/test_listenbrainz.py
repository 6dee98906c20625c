from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from core.errors import (
    AccessRefused,
    BadInput,
    ForbiddenLink,
    PrivateOrEmpty,
    QuotaReached,
    ServiceDown,
    UnexpectedAnswer,
    UnknownLink,
    YasrError,
)
from core.model import Artist, Audience, Release
from core.services._http import Manners
from core.services.listenbrainz import ListenBrainz, http_for
from core.settings import ListenBrainz as Settings
from tests.fakes.replay import Replay
from tests.recordings import Recording, load, needs_recordings

TODAY = date(2026, 11, 20)
UUID = "8357d30f-beac-4639-bdf3-b969d3a5c424"
PLAYLIST = f"https://listenbrainz.org/playlist/{UUID}"
STATS = "/1/stats/user/rob/recordings"
USER = "https://listenbrainz.org/user/rob/"
FRESH = "/1/explore/fresh-releases/"
POPULAR = "/1/popularity/artist"
SECRET = "6f1c-very-secret"  # noqa: S105 - made up


def mbid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


@pytest.fixture
async def replay() -> AsyncIterator[Replay]:
    async with Replay() as server:
        yield server


@pytest.fixture
async def service(replay: Replay) -> AsyncIterator[ListenBrainz]:
    settings = Settings(base_url=replay.base_url, token=SecretStr(SECRET))
    manners = Manners(requests=100_000, per_s=1, timeout_s=5, longest_wait_s=5)
    found = ListenBrainz(settings, http_for(settings, manners), today=lambda: TODAY)
    yield found
    await found.close()


def favourite(number: int, **more: Any) -> dict[str, Any]:
    return {"track_name": f"Song {number}", "artist_name": "Nova Pine", "recording_mbid": mbid(number), **more}


def pages(total: int) -> Any:
    """A listener's statistics, served by count and offset."""

    def answer(request: web.Request) -> dict[str, Any]:
        start = int(request.query["offset"])
        rows = [favourite(i) for i in range(start, min(total, start + int(request.query["count"])))]
        return {"payload": {"recordings": rows, "total_recording_count": total, "offset": start}}

    return answer


def release(number: int, day: str, **more: Any) -> dict[str, Any]:
    return {
        "release_date": day,
        "release_mbid": mbid(number),
        "release_group_mbid": mbid(1000 + number),
        "release_name": f"Single {number}",
        "artist_credit_name": f"Artist {number}",
        "artist_mbids": [mbid(2000 + number)],
        "release_group_primary_type": "Single",
        "caa_id": None,
        "caa_release_mbid": None,
        **more,
    }


def feed(*rows: Any) -> Any:
    """Fresh releases by window: the days from ``release_date`` − ``days`` to ``release_date``."""

    def answer(request: web.Request) -> dict[str, Any]:
        end = date.fromisoformat(request.query["release_date"])
        start = end - timedelta(days=int(request.query["days"]))
        assert (request.query["past"], request.query["future"]) == ("true", "false")
        within = [
            row
            for row in rows
            if not isinstance(row, dict) or start.isoformat() <= str(row.get("release_date")) <= end.isoformat()
        ]
        return {"payload": {"releases": within, "total_count": len(within)}}

    return answer


async def harvested(service: ListenBrainz, since: date) -> list[Release]:
    return [release async for release in service.releases(since)]


# Recordings


@needs_recordings
async def test_a_recorded_playlist(replay: Replay, service: ListenBrainz) -> None:
    replay.add(load("listenbrainz/playlist_jspf_daily-jams.json"))
    playlist = await service.read(PLAYLIST)
    assert playlist.title == "Copy of Daily Jams for rob, 2025-09-19 Fri"
    assert (playlist.total, playlist.partial, playlist.notes, playlist.url) == (2, False, (), PLAYLIST)
    assert [str(track) for track in playlist.tracks] == [
        "Sløtface – Indoor Kid",
        "Anne Phillips – You Don't Know What Love Is",
    ]
    first = playlist.tracks[0]
    assert (first.source, first.source_id) == ("listenbrainz", "273c17b3-9e39-4dd4-bea7-ecaad28202e7")
    assert first.artist_id == "279e7d66-17a4-40fc-b4a6-1999742399df"
    assert (first.album, first.duration_s) == ("AWAKE/ASLEEP", 170)
    assert first.url == "https://musicbrainz.org/recording/273c17b3-9e39-4dd4-bea7-ecaad28202e7"
    assert first.cover_url == (
        "https://coverartarchive.org/release/1ae28889-7c6e-47f6-b50e-6440e293b5a3/38383739262-250.jpg"
    )


@needs_recordings
async def test_a_recorded_playlist_of_the_year(replay: Replay, service: ListenBrainz) -> None:
    year = load("listenbrainz/stats_year-in-music_with_jspf.json").body["payload"]["data"]
    body = {"playlist": year["playlist-top-discoveries-for-year"]}
    replay.add(Recording(f"https://api.listenbrainz.org/1/playlist/{UUID}", 200, body))
    playlist = await service.read(PLAYLIST)
    assert playlist.title == "Top Discoveries of 2022 for jivteshs20"
    assert len(playlist.tracks) == len(body["playlist"]["track"])
    first = playlist.tracks[0]
    # In this older shape identifiers are plain ids and links, and the artists one line.
    assert (first.title, first.artists) == ("Closer", ("The Chainsmokers, Halsey",))
    assert first.source_id == "fb7963d0-d06f-45ca-a647-2b00a963179f"
    assert first.artist_id == "91a81925-92f9-4fc9-b897-93cf01226282"
    assert first.duration_s is None


@needs_recordings
async def test_recorded_favourites(replay: Replay, service: ListenBrainz) -> None:
    rows = load("listenbrainz/stats_year-in-music_with_jspf.json").body["payload"]["data"]["top_recordings"]
    body = {"payload": {"recordings": rows, "total_recording_count": len(rows)}}
    replay.add(Recording(f"https://api.listenbrainz.org{STATS}", 200, body))
    playlist = await service.read(USER)
    assert (len(playlist.tracks), playlist.partial) == (len(rows), False)
    first, third = playlist.tracks[0], playlist.tracks[2]
    assert (str(first), first.album) == ("Sidhu Moose Wala – Signed to God", "Moosetape")
    assert first.source_id == "b1de7818-da81-4d8c-bac1-d4143c2d16e3"
    assert first.artist_id == "119a6864-622b-4e6c-8aab-a422080530c6"
    # Listens that MusicBrainz does not know have names only.
    assert (str(third), third.source_id, third.artist_id) == ("Vadda Grewal, Simar Doraha – Nasha Patta", "", "")


@needs_recordings
async def test_recorded_fresh_releases(replay: Replay) -> None:
    replay.add(load("listenbrainz/explore_fresh-releases_sitewide_2022.json"))
    settings = Settings(base_url=replay.base_url)
    service = ListenBrainz(settings, http_for(settings), today=lambda: date(2022, 5, 31))
    found = await harvested(service, date(2022, 5, 27))
    await service.close()
    assert [(release.artists[0], release.title, release.released) for release in found] == [
        ("44closures", "So Cold", date(2022, 5, 31)),
        ("sadfem", "nothing has changed", date(2022, 5, 30)),
        ("Тишина", "Uvod…", date(2022, 5, 30)),
        ("Amadea Music Productions", "Continuum", date(2022, 5, 27)),
        ("Ammy Virk & Simar Kaur", "Raja Jatt (from the Movie ’Sher Bagga’)", date(2022, 5, 27)),
    ]
    first = found[3]
    assert (first.source, first.source_id) == ("listenbrainz", "c5955771-c7ec-4de6-9c5f-cc53ee5c1cb7")
    assert first.url == f"https://musicbrainz.org/release/{first.source_id}"
    assert first.artist_id == "587e775d-5798-41bb-b039-c6af5095e1c4"
    assert first.cover_url == (
        "https://coverartarchive.org/release/c5955771-c7ec-4de6-9c5f-cc53ee5c1cb7/33702046539-250.jpg"
    )
    assert found[1].cover_url == ""


@needs_recordings
async def test_a_recorded_remix_is_left_out(replay: Replay) -> None:
    replay.add(load("listenbrainz/explore_fresh-releases_sitewide_2022.json"))
    settings = Settings(base_url=replay.base_url)
    service = ListenBrainz(settings, http_for(settings), today=lambda: date(2022, 5, 25))
    assert await harvested(service, date(2022, 5, 25)) == []
    await service.close()
    assert [path for path in replay.seen if path.startswith(FRESH)] == [
        f"{FRESH}?release_date=2022-05-25&days=1&sort=release_date&past=true&future=false"
    ]


# The service as a whole


async def test_a_check_needs_a_valid_token_or_none(replay: Replay, service: ListenBrainz) -> None:
    replay.answer("/1/validate-token", lambda _: {"code": 200, "message": "Token invalid.", "valid": False})
    with pytest.raises(AccessRefused):
        await service.check()
    settings = Settings(base_url=replay.base_url)
    without = ListenBrainz(settings, http_for(settings))
    replay.answer("/1/user/rob/listen-count", lambda _: {"payload": {"count": 3252}})
    await without.check()
    await without.close()
    assert replay.seen == ["/1/validate-token", "/1/user/rob/listen-count"]


async def test_the_token_is_sent_and_never_said(replay: Replay, service: ListenBrainz) -> None:
    replay.fail("/1/", "500")
    with pytest.raises(ServiceDown) as caught:
        await service.read(PLAYLIST)
    assert replay.headers[0]["Authorization"] == f"Token {SECRET}"
    shown: list[BaseException | None] = [caught.value, caught.value.__cause__, caught.value.__context__]
    assert not any(SECRET in repr(error) + str(error) for error in shown)


async def test_without_a_token_none_is_sent(replay: Replay) -> None:
    settings = Settings(base_url=replay.base_url)
    service = ListenBrainz(settings, http_for(settings))
    replay.answer(STATS, pages(1))
    await service.read(USER)
    await service.close()
    assert "Authorization" not in replay.headers[0]


# PlaylistReader


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("https://listenbrainz.org/", BadInput),
        ("https://listenbrainz.org/playlist/7", BadInput),
        ("https://listenbrainz.org/user/", BadInput),
        ("https://listenbrainz.org/user/%2e%2e/x", BadInput),
        ("https://evil.example/playlist/" + UUID, UnknownLink),
        ("http://listenbrainz.org/playlist/" + UUID, ForbiddenLink),
    ],
)
async def test_links_it_does_not_read(replay: Replay, service: ListenBrainz, link: str, error: type[YasrError]) -> None:
    with pytest.raises(error) as caught:
        await service.read(link)
    assert type(caught.value) is error
    assert replay.seen == []


async def test_a_name_stays_one_part_of_the_address(replay: Replay, service: ListenBrainz) -> None:
    with pytest.raises(PrivateOrEmpty):
        await service.read("https://listenbrainz.org/user/a%2F..%2Fb%3Fc/playlists")
    assert replay.seen[0].startswith("/1/stats/user/a%2F..%2Fb%3Fc/recordings?")


async def test_favourites_over_two_pages(replay: Replay, service: ListenBrainz) -> None:
    replay.answer(STATS, pages(4321))
    playlist = await service.read("https://listenbrainz.org/user/rob/stats/")
    assert [track.title for track in playlist.tracks] == [f"Song {i}" for i in range(200)]
    assert (playlist.title, playlist.total, playlist.notes) == ("What rob heard most this year", 200, ())
    assert [path.partition("?")[2] for path in replay.seen] == [
        "range=this_year&count=100&offset=0",
        "range=this_year&count=100&offset=100",
    ]


@pytest.mark.parametrize("kind", ["nothing", "no rows"])
async def test_without_statistics_of_this_year_those_of_ever_are_read(
    replay: Replay, service: ListenBrainz, kind: str
) -> None:
    def answer(request: web.Request) -> Any:
        if request.query["range"] == "all_time":
            return pages(3)(request)
        return web.Response(status=204) if kind == "nothing" else {"payload": {"recordings": []}}

    replay.answer(STATS, answer)
    playlist = await service.read(USER)
    assert (playlist.title, len(playlist.tracks)) == ("What rob heard most ever", 3)


async def test_a_listener_without_any_statistics(replay: Replay, service: ListenBrainz) -> None:
    replay.answer(STATS, lambda _: web.Response(status=204))
    with pytest.raises(PrivateOrEmpty, match="That listening history on ListenBrainz is private, empty or gone"):
        await service.read(USER)


async def test_a_second_page_that_fails_gives_a_partial_read(replay: Replay, service: ListenBrainz) -> None:
    def answer(request: web.Request) -> Any:
        return pages(300)(request) if request.query["offset"] == "0" else web.Response(status=500)

    replay.answer(STATS, answer)
    playlist = await service.read(USER)
    assert (len(playlist.tracks), playlist.total, playlist.partial) == (100, 200, True)
    assert "does not answer" in str(playlist.notes[0])


async def test_pages_that_go_round_in_a_circle_end(replay: Replay, service: ListenBrainz) -> None:
    rows = [favourite(i) for i in range(10)]
    replay.answer(STATS, lambda _: {"payload": {"recordings": rows, "total_recording_count": 500}})
    playlist = await service.read(USER)
    assert (len(playlist.tracks), playlist.partial, len(replay.seen)) == (10, True, 2)
    assert tuple(map(str, playlist.notes)) == ("ListenBrainz’s pages go round in a circle.",)


async def test_odd_rows_are_counted(replay: Replay, service: ListenBrainz) -> None:
    rows = [
        {"title": "Ember", "creator": "Nova Pine", "identifier": 7, "duration": "x", "extension": []},
        {"title": "Ash", "creator": None},
        {"title": ["Ash"], "creator": "Nova Pine"},
        None,
    ]
    replay.answer(f"/1/playlist/{UUID}", lambda _: {"playlist": {"title": None, "track": rows}})
    playlist = await service.read(PLAYLIST)
    (track,) = playlist.tracks
    assert (track.title, track.source_id, track.duration_s) == ("Ember", "", None)
    assert (playlist.title, playlist.total, playlist.partial) == ("ListenBrainz", 4, True)
    assert tuple(map(str, playlist.notes)) == ("3 songs have no name on ListenBrainz.",)


async def test_a_playlist_beyond_the_limit_is_partial(
    replay: Replay, service: ListenBrainz, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.services.listenbrainz._MAX_ROWS", 5)
    rows = [{"title": f"Song {i}", "creator": "Nova Pine"} for i in range(9)]
    replay.answer(f"/1/playlist/{UUID}", lambda _: {"playlist": {"title": "Long", "track": rows}})
    playlist = await service.read(PLAYLIST)
    assert (len(playlist.tracks), playlist.total, tuple(map(str, playlist.notes))) == (
        5,
        9,
        ("I read at most 5 songs.",),
    )


@pytest.mark.parametrize("body", ([], "text", {}, {"playlist": []}, {"playlist": {"track": {}}}))
async def test_answers_of_another_shape(replay: Replay, service: ListenBrainz, body: Any) -> None:
    answer = json.dumps(body)
    for path in (f"/1/playlist/{UUID}", STATS, FRESH):
        replay.answer(path, lambda _: web.Response(text=answer))
    for link in (PLAYLIST, USER):
        with pytest.raises(UnexpectedAnswer):
            await service.read(link)
    with pytest.raises(UnexpectedAnswer):
        await harvested(service, TODAY)


async def test_an_empty_playlist(replay: Replay, service: ListenBrainz) -> None:
    replay.answer(f"/1/playlist/{UUID}", lambda _: {"playlist": {"title": "Empty", "track": []}})
    with pytest.raises(PrivateOrEmpty, match="That playlist on ListenBrainz"):
        await service.read(PLAYLIST)


# AudienceMeter and ReleaseFeed


@pytest.mark.parametrize("source", ["listenbrainz", "musicbrainz"])
async def test_audience(replay: Replay, service: ListenBrainz, source: str) -> None:
    replay.answer(POPULAR, lambda _: [{"artist_mbid": mbid(1), "total_listen_count": 9, "total_user_count": 412}])
    found = await service.audience(Artist("Nova Pine", source, mbid(1)))
    assert found.audience == Audience("listeners on ListenBrainz", 412, TODAY)


@pytest.mark.parametrize(
    "body",
    [
        [{"artist_mbid": mbid(1), "total_user_count": None}],
        [{"artist_mbid": mbid(2), "total_user_count": 5}],
        [{"artist_mbid": None, "total_user_count": -1}, 3],
        [],
        {"error": "no"},
    ],
)
async def test_an_unknown_audience_is_not_zero(replay: Replay, service: ListenBrainz, body: Any) -> None:
    replay.answer(POPULAR, lambda _: body)
    artist = Artist("Nova Pine", "listenbrainz", mbid(1))
    assert await service.audience(artist) == artist


async def test_what_another_service_names_is_left_alone(replay: Replay, service: ListenBrainz) -> None:
    for artist in (Artist("Nova Pine", "deezer", mbid(1)), Artist("Nova Pine", "listenbrainz", "27")):
        assert await service.audience(artist) == artist
    assert replay.seen == []


async def test_releases_week_by_week(replay: Replay, service: ListenBrainz) -> None:
    days = ("2026-11-20", "2026-11-14", "2026-11-13", "2026-11-04", "2026-11-03")
    replay.answer(FRESH, feed(*(release(i, day) for i, day in enumerate(days))))
    replay.answer(POPULAR, lambda _: [{"artist_mbid": mbid(2000 + i), "total_user_count": i * 7} for i in (0, 1)])
    found = await harvested(service, date(2026, 11, 4))
    assert [one.title for one in found] == [f"Single {i}" for i in range(4)]
    assert [one.audiences for one in found] == [
        (Audience("listeners on ListenBrainz", 0, TODAY),),
        (Audience("listeners on ListenBrainz", 7, TODAY),),
        (),
        (),
    ]
    windows = [path for path in replay.seen if path.startswith(FRESH)]
    asked = [tuple(part.partition("=")[2] for part in path.partition("?")[2].split("&")[:2]) for path in windows]
    assert asked == [("2026-11-20", "6"), ("2026-11-13", "6"), ("2026-11-06", "2")]


async def test_releases_that_are_no_artists_own_new_music(replay: Replay, service: ListenBrainz) -> None:
    day = TODAY.isoformat()
    replay.answer(
        FRESH,
        feed(
            release(1, day),
            release(2, day, release_group_mbid=mbid(1001)),  # another pressing of the first
            release(3, day, release_group_secondary_type="Compilation"),
            release(4, day, release_group_secondary_type=["Demo", "Live"]),
            release(5, day, release_group_primary_type="Broadcast"),
            release(6, day, artist_mbids=["89ad4ac3-39f7-470e-963a-56509c546377"]),
            release(7, day, artist_credit_name="Various Artists"),
            release(8, day, artist_credit_name="[unknown]"),
            release(9, day, release_name=None),
            release(10, "2026-11"),
            release(11, day, release_group_secondary_type="Mixtape/Street", artist_mbids=None),
            None,
            "row",
        ),
    )
    found = await harvested(service, TODAY)
    assert [one.title for one in found] == ["Single 1", "Single 11"]
    assert found[1].artist_id == ""


@pytest.mark.parametrize("kind", ["401", "500", "huge", "html", "redirect:https://10.0.0.1/"])
async def test_releases_survive_an_audience_that_is_not_told(replay: Replay, service: ListenBrainz, kind: str) -> None:
    replay.answer(FRESH, feed(release(1, TODAY.isoformat())))
    replay.fail(POPULAR, kind)
    (found,) = await harvested(service, TODAY)
    assert found.audiences == ()


async def test_its_own_header_says_how_long_to_wait(replay: Replay) -> None:
    settings = Settings(base_url=replay.base_url)
    service = ListenBrainz(settings, http_for(settings), today=lambda: TODAY)
    replay.fail(FRESH, "429", X_RateLimit_Reset_In="86400")
    with pytest.raises(QuotaReached, match="about 24 hours"):
        await harvested(service, TODAY)
    await service.close()
    assert len(replay.seen) == 1


async def test_a_harvest_since_ever_ends(replay: Replay, service: ListenBrainz) -> None:
    replay.answer(FRESH, feed())
    assert await harvested(service, date(1900, 1, 1)) == []
    assert len(replay.seen) == 53
