from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from aiohttp import web

from core.errors import PrivateOrEmpty, QuotaReached, ServiceDown, UnexpectedAnswer, YasrError
from core.model import Track
from core.ports import ArtistExplorer, AudienceMeter, PlaylistReader, ReleaseSource, SoundSource
from core.services import Services
from core.services._http import Manners
from core.services.musicbrainz import MusicBrainz, http_for
from core.settings import MusicBrainz as Settings
from core.settings import Settings as AllSettings
from tests.fakes.replay import Replay
from tests.recordings import Recording, load, needs_recordings

TODAY = date(2026, 11, 20)
SEARCH = "/ws/2/release"


def mbid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


@pytest.fixture
async def replay() -> AsyncIterator[Replay]:
    async with Replay() as server:
        yield server


Connect = Callable[[date], MusicBrainz]


@pytest.fixture
async def connected(replay: Replay) -> AsyncIterator[Connect]:
    """The service on a given day."""
    settings = Settings(base_url=replay.base_url)
    http = http_for(settings, Manners(requests=100_000, per_s=1, timeout_s=5, longest_wait_s=5))
    yield lambda day: MusicBrainz(settings, http, today=lambda: day)
    await http.close()


async def harvested(service: MusicBrainz, since: date) -> list[Track]:
    found = [candidate async for candidate in service.new_releases(since)]
    assert all(candidate.audiences == () for candidate in found)
    return [candidate.track for candidate in found]


def release(
    number: int, day: date | str = TODAY, credit: object = None, group: object = None, **more: Any
) -> dict[str, Any]:
    return {
        "id": mbid(number),
        "title": f"Single {number}",
        "status": "Official",
        "date": str(day),
        "artist-credit": credit or [{"name": "Nova Pine", "artist": {"id": mbid(7), "name": "Nova Pine"}}],
        "release-group": group or {"id": mbid(1000 + number), "primary-type": "Single"},
        **more,
    }


def search(*rows: Any, count: int | None = None) -> Callable[[web.Request], Any]:
    """Answers a query for the days a to b, page by page."""

    def answer(request: web.Request) -> Any:
        found = re.match(r"date:\[(\S+) TO (\S+)\] AND status:official AND primarytype:", request.query["query"])
        assert found is not None
        assert request.query["fmt"] == "json"
        within = [row for row in rows if not isinstance(row, dict) or found[1] <= row["date"][:10] <= found[2]]
        start, limit = int(request.query["offset"]), int(request.query["limit"])
        return {"count": len(within) if count is None else count, "releases": within[start : start + limit]}

    return answer


@needs_recordings
async def test_a_recorded_search(replay: Replay, connected: Connect) -> None:
    replay.add(
        load(
            "musicbrainz/inkstak_release_query=release-22Bleach-22-20AND-20rgid-22f1afec0b-26dd-3db5-9aa1-c91229a_2014.json"
        )
    )
    day = date(1992, 8, 31)
    (bleach,) = await harvested(connected(day), day)
    assert (str(bleach), bleach.album, bleach.release_date) == ("Nirvana – Bleach", "Bleach", day)
    assert (bleach.source, bleach.source_id) == ("musicbrainz", "c3c5442f-7d7b-349c-99fe-c94debae5e77")
    assert bleach.artist_id == "5b11f4ce-a62d-471e-81fc-a69a8278c7da"
    assert bleach.url == "https://musicbrainz.org/release/c3c5442f-7d7b-349c-99fe-c94debae5e77"


@needs_recordings
async def test_of_two_recorded_pressings_one_is_enough(replay: Replay, connected: Connect) -> None:
    replay.add(
        load(
            "musicbrainz/inkstak_release_query=release-22Bleach-22-20AND-20rgid-22f1afec0b-26dd-3db5-9aa1-c91229a_2014.json"
        )
    )
    day = date(2009, 11, 2)
    assert len(await harvested(connected(day), day)) == 1


@needs_recordings
@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("inkstak_release_query=-22MTV-20Unplugged-20in-20New-20York-22_2014", date(2009, 6, 24)),  # a live album
        ("release_search_2026", date(1977, 1, 1)),  # a bare year is no day
    ],
)
async def test_recorded_releases_that_are_left_out(replay: Replay, connected: Connect, name: str, day: date) -> None:
    replay.add(load(f"musicbrainz/{name}.json"))
    assert await harvested(connected(day), day) == []
    assert len(replay.seen) == (1 if "MTV" in name else 10)  # ten pages of the 90 that are said to be there


@needs_recordings
@pytest.mark.parametrize(
    ("name", "error", "asked"),
    [
        ("error_503_inkstak_artist-5b11f4ce-a62d-471e-81fc-a69a8278c7da_inc=throttled_2014", ServiceDown, 3),
        ("error_400_inkstak_artist-5b11f4ce-a62d-471e-81fc-a69a8278c7da_inc=unknown_2014", UnexpectedAnswer, 1),
        ("error_404_inkstak_release-01234567-0123-0123-0123-012345678901_inc=_2014", PrivateOrEmpty, 1),
    ],
)
async def test_recorded_errors(
    replay: Replay, connected: Connect, name: str, error: type[YasrError], asked: int
) -> None:
    recorded = load(f"musicbrainz/{name}.json")
    replay.add(Recording(f"https://musicbrainz.org{SEARCH}", recorded.status, recorded.body))
    with pytest.raises(error):
        await harvested(connected(TODAY), TODAY)
    assert len(replay.seen) == asked


@pytest.mark.parametrize("port", [PlaylistReader, AudienceMeter, ArtistExplorer, SoundSource])
def test_it_only_tells_releases(connected: Connect, port: type) -> None:
    assert isinstance(connected(TODAY), ReleaseSource)
    assert not isinstance(connected(TODAY), port)


async def test_the_package_finds_it_unless_it_is_switched_off() -> None:
    async with Services(AllSettings()) as services:
        assert "musicbrainz" in {source.name for source in services.releases}
    async with Services(AllSettings(musicbrainz=Settings(enabled=False))) as services:
        assert "musicbrainz" not in {source.name for source in services.releases}


async def test_days_and_pages(replay: Replay, connected: Connect) -> None:
    yesterday, before = TODAY - timedelta(days=1), TODAY - timedelta(days=2)
    many = [release(i) for i in range(150)]
    replay.answer(SEARCH, search(*many, release(200, yesterday), release(201, before)))
    found = await harvested(connected(TODAY), yesterday)
    assert [track.title for track in found] == [*(f"Single {i}" for i in range(150)), "Single 200"]
    assert [path.rpartition("offset=")[2] for path in replay.seen] == ["0", "100", "0"]
    assert replay.headers[0]["User-Agent"].startswith("YASR")


async def test_a_harvest_ends_after_ten_pages(replay: Replay, connected: Connect) -> None:
    replay.answer(SEARCH, search(*(release(i) for i in range(1500))))
    assert len(await harvested(connected(TODAY), date(1900, 1, 1))) == 1000
    assert len(replay.seen) == 10


async def test_pages_that_repeat_themselves_end(replay: Replay, connected: Connect) -> None:
    rows = [release(i) for i in range(100)]
    replay.answer(SEARCH, lambda _: {"count": 10**9, "releases": rows})
    assert len(await harvested(connected(TODAY), TODAY)) == 100
    assert len(replay.seen) == 10


async def test_releases_that_are_no_artists_own_new_music(replay: Replay, connected: Connect) -> None:
    various = [{"name": "V/A", "artist": {"id": "89ad4ac3-39f7-470e-963a-56509c546377"}}]
    duo = [{"name": "Nova", "artist": {"id": mbid(8), "name": "Nova Pine"}}, {"artist": {"name": "Grey Harbour"}}, None]
    rows = [
        release(1, credit=duo),
        release(2, group={"id": mbid(1001)}),  # another pressing of the first
        release(3, status="Bootleg"),
        release(4, group={"secondary-types": ["Compilation"]}),
        release(5, group={"primary-type": "Broadcast"}),
        release(6, credit=various),
        release(7, credit=[{"name": "Various Artists"}]),
        release(8, credit=[{}]),
        release(9, title=None),
        release(10, id=None),
        release(11, "2026-11"),
        release(12, group="odd"),
        None,
        "row",
    ]
    replay.answer(SEARCH, search(*rows))
    found = await harvested(connected(TODAY), TODAY)
    assert [(track.title, track.artists) for track in found] == [
        ("Single 1", ("Nova", "Grey Harbour")),
        ("Single 12", ("Nova Pine",)),
    ]
    assert found[0].artist_id == mbid(8)


@pytest.mark.parametrize(
    ("kind", "headers", "error", "asked"),
    [
        ("401", {}, UnexpectedAnswer, 1),
        ("403", {}, UnexpectedAnswer, 1),
        ("404", {}, PrivateOrEmpty, 1),
        ("429", {"Retry_After": "1"}, QuotaReached, 3),
        ("429", {"Retry_After": "86400"}, QuotaReached, 1),
        ("503", {"Retry_After": "86400"}, QuotaReached, 1),
        ("500", {}, ServiceDown, 3),
        ("half", {}, ServiceDown, 3),
        ("html", {}, UnexpectedAnswer, 1),
        ("huge", {}, UnexpectedAnswer, 1),
        ("redirect:https://10.0.0.1/", {}, UnexpectedAnswer, 1),
    ],
)
async def test_faults(
    replay: Replay, connected: Connect, kind: str, headers: dict[str, str], error: type[YasrError], asked: int
) -> None:
    replay.fail(SEARCH, kind, **headers)
    with pytest.raises(error):
        await harvested(connected(TODAY), TODAY)
    assert len(replay.seen) == asked


async def test_a_service_that_never_answers(replay: Replay) -> None:
    settings = Settings(base_url=replay.base_url)
    replay.fail(SEARCH, "timeout")
    async with http_for(settings, Manners(timeout_s=0.1)) as http:
        with pytest.raises(ServiceDown):
            await harvested(MusicBrainz(settings, http), TODAY)
    assert len(replay.seen) == 3


async def test_a_rate_limit_that_passes_is_waited_for(replay: Replay, connected: Connect) -> None:
    def answer(request: web.Request) -> Any:
        return web.Response(status=503) if len(replay.seen) == 1 else search(release(1))(request)

    replay.answer(SEARCH, answer)
    assert len(await harvested(connected(TODAY), TODAY)) == 1
    assert len(replay.seen) == 2


async def test_what_came_before_an_error_is_kept(replay: Replay, connected: Connect) -> None:
    def answer(request: web.Request) -> Any:
        if request.query["offset"] == "0":
            return search(*(release(i) for i in range(150)))(request)
        return web.Response(status=500)

    replay.answer(SEARCH, answer)
    found = []
    with pytest.raises(ServiceDown):
        async for candidate in connected(TODAY).new_releases(TODAY):
            found.append(candidate)  # noqa: PERF401 - what came before the error is kept
    assert len(found) == 100


@pytest.mark.parametrize("body", [[], {}, {"releases": {}}, {"count": 1}])
async def test_answers_of_another_shape(replay: Replay, connected: Connect, body: Any) -> None:
    replay.answer(SEARCH, lambda _: body)
    with pytest.raises(UnexpectedAnswer):
        await harvested(connected(TODAY), TODAY)


@pytest.mark.parametrize("count", [None, "x", -1, 0])
async def test_an_odd_count_ends_the_day(replay: Replay, connected: Connect, count: Any) -> None:
    replay.answer(SEARCH, lambda _: {"count": count, "releases": [release(1)]})
    assert len(await harvested(connected(TODAY), TODAY)) == 1
    assert len(replay.seen) == 1
