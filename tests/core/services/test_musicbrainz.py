from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from aiohttp import web

from core.errors import ServiceDown, UnexpectedAnswer
from core.model import Artist, Career, Release
from core.services._http import Manners
from core.services.musicbrainz import MusicBrainz, http_for
from core.settings import MusicBrainz as Settings
from tests.fakes.replay import Replay
from tests.recordings import load, needs_recordings

TODAY = date(2026, 11, 20)
SEARCH, GROUPS = "/ws/2/release", "/ws/2/release-group"


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


async def harvested(service: MusicBrainz, since: date) -> list[Release]:
    return [release async for release in service.releases(since)]


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
    assert (bleach.artists, bleach.title, bleach.released) == (("Nirvana",), "Bleach", day)
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


async def test_days_and_pages(replay: Replay, connected: Connect) -> None:
    yesterday, before = TODAY - timedelta(days=1), TODAY - timedelta(days=2)
    many = [release(i) for i in range(150)]
    replay.answer(SEARCH, search(*many, release(200, yesterday), release(201, before)))
    found = await harvested(connected(TODAY), yesterday)
    assert [one.title for one in found] == [*(f"Single {i}" for i in range(150)), "Single 200"]
    assert [path.rpartition("offset=")[2] for path in replay.seen] == ["0", "100", "0"]
    assert replay.headers[0]["User-Agent"].startswith("YASR")


async def test_a_harvest_ends_after_so_many_pages(
    replay: Replay, connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.services.musicbrainz._MAX_PAGES", 10)
    replay.answer(SEARCH, search(*(release(i) for i in range(1500))))
    assert len(await harvested(connected(TODAY), date(1900, 1, 1))) == 1000
    assert len(replay.seen) == 10


async def test_pages_that_repeat_themselves_end(replay: Replay, connected: Connect) -> None:
    rows = [release(i) for i in range(100)]
    replay.answer(SEARCH, lambda _: {"count": 10**9, "releases": rows})
    assert len(await harvested(connected(TODAY), TODAY)) == 100
    assert len(replay.seen) == 2


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
    assert [(one.title, one.artists) for one in found] == [
        ("Single 1", ("Nova", "Grey Harbour")),
        ("Single 12", ("Nova Pine",)),
    ]
    assert found[0].artist_id == mbid(8)


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
        async for one in connected(TODAY).releases(TODAY):
            found.append(one)  # noqa: PERF401 - what came before the error is kept
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


# CareerSource


async def test_a_career_by_partial_dates_and_tags(replay: Replay, connected: Connect) -> None:
    days = ("2025-11-20", "2025-11-19", "2026-03", "2024", "", None, "soon", "2026-11-27")
    rows: list[Any] = [{"first-release-date": day, "tags": [{"name": "Ambient"}, {"name": "AI"}, 3]} for day in days]
    replay.answer(GROUPS, lambda _: {"release-group-count": 240, "release-groups": [*rows, None, "row"]})
    found = await connected(TODAY).career(Artist("Nova Pine", "musicbrainz", mbid(7)))
    assert found == Career("musicbrainz", TODAY, date(2024, 1, 1), 240, 2, marks=("ambient", "ai"))
    assert f"artist={mbid(7)}&type=album%7Cep%7Csingle&inc=tags&limit=100" in replay.seen[0]


async def test_nobody_has_no_career(replay: Replay, connected: Connect) -> None:
    service = connected(TODAY)
    assert await service.career(Artist("Nova Pine", "musicbrainz", mbid(7))) is None  # a 404
    assert await service.career(Artist("Nova Pine", "deezer", mbid(7))) is None
    assert await service.career(Artist("Nova Pine", "musicbrainz", "27")) is None
    assert len(replay.seen) == 1


async def test_whoever_runs_it_can_be_reached(replay: Replay) -> None:
    replay.answer("/ws/2/release", lambda _: {"releases": [], "count": 0})
    for contact, introduced in (("", "( self-hosted )"), ("me@example.org", "( me@example.org )")):
        settings = Settings(base_url=replay.base_url, contact=contact)
        service = MusicBrainz(settings, http_for(settings, Manners(requests=100_000, per_s=1)), lambda: TODAY)
        assert [release async for release in service.releases(TODAY)] == []
        await service.close()
        assert replay.headers[-1]["User-Agent"].startswith("YASR/")
        assert replay.headers[-1]["User-Agent"].endswith(introduced)
