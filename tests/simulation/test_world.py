from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import av
import numpy as np
import pytest

from core.model import Artist, Release
from core.services import Services, connect
from core.services.listenbrainz import ListenBrainz
from tests.recordings import load, needs_recordings
from tests.simulation.limits import SimulatedLimits
from tests.simulation.serving import Serving, settings_for
from tests.simulation.sounds import sounds
from tests.simulation.world import Act, Work, World, mbid

TODAY = date.today()
WEEK = TODAY - timedelta(days=6)


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, TODAY)


@pytest.fixture
async def serving(world: World) -> AsyncIterator[Serving]:
    async with Serving(world) as found:
        yield found


@pytest.fixture
async def services(serving: Serving, tmp_path: Path) -> AsyncIterator[dict[str, Any]]:
    async with Services(serving.settings(tmp_path), SimulatedLimits()) as found:
        yield {service.name: service for service in found.on}


def every(world: World) -> list[Work]:
    return [*world.listenbrainz, *world.musicbrainz, *world.editorial, *world.audius, *world.jamendo]


async def get(serving: Serving, service: str, path: str) -> Any:
    async with aiohttp.ClientSession() as session, session.get(f"{serving.base_urls[service]}{path}") as answer:
        assert answer.status == 200
        return await answer.json()


def keys(body: Any, place: str = "") -> set[str]:
    """The place of every field in a JSON body; of a list the first row counts."""
    if isinstance(body, list):
        return keys(body[0], f"{place}[]") if body else set()
    if not isinstance(body, dict):
        return {place}
    return {place} | {key for name, value in body.items() for key in keys(value, f"{place}/{name}")}


def announced(act: Act, work: Work) -> Release:
    return Release(work.title, (work.credit,), "listenbrainz", mbid("c", work.number), work.released, act.mbid)


# The world


def test_the_week_has_twenty_thousand_announcements(world: World) -> None:
    assert world.announced == {
        "listenbrainz": 7_700,
        "musicbrainz": 6_000,
        "deezer": 500,
        "audius": 500,
        "jamendo": 5_300,
    }
    assert len(every(world)) == 20_000
    assert world.distinct == 14_700
    assert {work.released for work in every(world)} == {TODAY - timedelta(days=back) for back in range(7)}


def test_a_seed_makes_one_world(world: World) -> None:
    again, other = World(7, TODAY), World(8, TODAY)
    assert (again.listenbrainz, again.jamendo, again.acts) == (world.listenbrainz, world.jamendo, world.acts)
    assert other.listenbrainz != world.listenbrainz


def test_most_of_musicbrainz_is_in_listenbrainz(world: World) -> None:
    shared = {work.number for work in world.listenbrainz} & {work.number for work in world.musicbrainz}
    assert len(shared) == 5_000


def test_some_of_it_is_nobodys_own_new_music(world: World) -> None:
    various = sum(not work.acts for work in world.listenbrainz)
    others = sum(bool(work.other) and bool(work.acts) for work in world.listenbrainz)
    editions = len(world.listenbrainz) - len({work.group for work in world.listenbrainz})
    assert (200 < various < 450, 700 < others < 1_300, 200 < editions < 450) == (True, True, True)


def test_audiences_are_log_normal_and_agree(world: World) -> None:
    fans = np.array([act.fans for act in world.acts])
    half, nine_of_ten, most = np.percentile(fans, [50, 90, 98])
    assert (800 < half < 1_300, 15_000 < nine_of_ten < 30_000, 100_000 < most < 250_000) == (True, True, True)
    assert fans.max() > 2_000_000
    counted = np.array([(act.fans, act.listeners, act.followers) for act in world.acts if act.listeners])
    agreement = np.corrcoef(np.log1p(counted), rowvar=False)
    assert agreement.min() > 0.9
    assert np.median(counted[:, 1] / (counted[:, 0] + 1)) == pytest.approx(0.02, rel=0.2)
    assert 0.02 < np.mean([act.listeners is None for act in world.acts]) < 0.25


def test_the_underground_has_few_followers(world: World) -> None:
    assert max(work.acts[0].followers for work in world.audius) < 1_500


def test_some_careers_are_long_some_begin_and_some_are_those_of_machines(world: World) -> None:
    began = [act.earlier[0] for act in world.acts if act.earlier]
    assert min(began).year < 1980
    assert sum(day.year < 1996 for day in began) > 1_000
    assert sum(day > TODAY - timedelta(days=365) for day in began) > 1_000
    assert 400 < sum(not act.earlier for act in world.acts) < 1_200
    machines = [act for act in world.acts if act.machine]
    this_week = {act.number: sum(act in work.acts for work in world.listenbrainz) for act in machines}
    assert len(machines) == 24
    assert {len(act.earlier) for act in machines} == {294}
    assert min(act.earlier[0] for act in machines) > TODAY - timedelta(days=365)
    assert 120 < sum(this_week.values()) <= 160


def test_deezer_has_seven_of_ten_newcomers_releases(world: World) -> None:
    there = {work.group for work in world.deezer}
    own = [work for work in world.listenbrainz if work.acts]
    newcomers = [work.group in there for work in own if work.acts[0].newcomer]
    others = [work.group in there for work in own if not work.acts[0].newcomer]
    assert np.mean(newcomers) == pytest.approx(0.7, abs=0.03)
    assert np.mean(others) == pytest.approx(0.97, abs=0.03)


# The services read it


async def test_every_service_is_on_and_answers(services: dict[str, Any], serving: Serving) -> None:
    assert serving.base_urls.keys() <= services.keys()
    assert not {"lastfm", "itunes", "tidal", "youtube", "odesli", "reccobeats", "spotdl"} & services.keys()
    for name in serving.base_urls:
        await services[name].check()
    assert serving.requests == dict.fromkeys(serving.base_urls, 1)


async def test_listenbrainz_announces_the_week(services: dict[str, Any], world: World) -> None:
    releases = {release.source_id: release async for release in services["listenbrainz"].releases(WEEK)}
    groups = {work.group for work in world.listenbrainz if work.acts and work.kind != "Other"}
    assert 0.8 * len(groups) < len(releases) < len(groups)
    for work in world.listenbrainz[:500]:
        if release := releases.get(mbid("c", work.number)):
            assert (release.title, release.artists, release.released) == (work.title, (work.credit,), work.released)
            assert release.artist_id == work.acts[0].mbid
            assert [one.count for one in release.audiences] == [
                act.listeners for act in work.acts[:1] if act.listeners is not None
            ]  # fmt: skip


async def test_listenbrainz_has_nothing_of_the_week_before(services: dict[str, Any]) -> None:
    service: ListenBrainz = services["listenbrainz"]
    long_ago = [release async for release in service.releases(WEEK - timedelta(days=14)) if release.released < WEEK]
    assert long_ago == []


async def test_musicbrainz_announces_day_by_day(services: dict[str, Any], world: World) -> None:
    releases = [release async for release in services["musicbrainz"].releases(WEEK)]
    known = {mbid("c", work.number): work for work in world.musicbrainz}
    assert len(releases) > 500
    assert all(known[release.source_id].title == release.title for release in releases)
    assert [release.released for release in releases] == sorted((one.released for one in releases), reverse=True)


async def test_musicbrainz_cuts_a_day_into_pages(serving: Serving, world: World) -> None:
    path = f"/ws/2/release?query=date:[{TODAY} TO {TODAY}] AND status:official&limit=100&offset="
    of_today = [work for work in world.musicbrainz if work.released == TODAY]
    pages = [await get(serving, "musicbrainz", f"{path}{offset}") for offset in range(0, len(of_today) + 100, 100)]
    assert {page["count"] for page in pages} == {len(of_today)}
    assert [len(page["releases"]) for page in pages[:-2]] == [100] * (len(pages) - 2)
    assert [row["id"] for page in pages for row in page["releases"]] == [mbid("c", work.number) for work in of_today]


async def test_deezer_lists_what_its_editors_chose(services: dict[str, Any], world: World) -> None:
    songs = [song async for song in services["deezer"].new_releases(WEEK)]
    fans = {work.acts[0].name: work.acts[0].fans for work in world.editorial}
    titles = {work.title for work in world.editorial}
    assert {song.track.album for song in songs} <= titles
    assert len({song.track.album for song in songs}) > 450
    assert all([one.count for one in song.audiences] == [fans[song.track.artist]] for song in songs)


async def test_deezer_has_the_songs_of_what_others_announce(services: dict[str, Any], world: World) -> None:
    there = {work.group: work for work in world.deezer}
    own = [work for work in world.listenbrainz if work.acts][:300]
    found = [await services["deezer"].songs_of(announced(work.acts[0], work)) for work in own]
    assert {bool(songs) for work, songs in zip(own, found, strict=True) if work.group not in there} == {False}
    heard = [(work, songs) for work, songs in zip(own, found, strict=True) if songs]
    assert len(heard) > 0.9 * sum(work.group in there for work in own)
    for work, songs in heard:
        assert {song.track.title for song in songs} <= set(work.songs)
        assert [one.count for one in songs[0].audiences] == [work.acts[0].fans]
        assert songs[0].track.release_date == work.released


async def test_audius_gives_its_underground(services: dict[str, Any], world: World) -> None:
    songs = [song async for song in services["audius"].new_releases(WEEK)]
    assert [song.track.title for song in songs] == [work.title for work in world.audius]
    assert [song.audiences[0].count for song in songs] == [work.acts[0].followers for work in world.audius]


async def test_jamendo_gives_the_newest_first(services: dict[str, Any], world: World) -> None:
    songs = [song async for song in services["jamendo"].new_releases(WEEK)]
    newest = sorted(world.jamendo, key=lambda work: work.released, reverse=True)
    assert len(songs) >= 1_000
    assert [song.track.title for song in songs] == [work.title for work in newest[: len(songs)]]
    assert {song.audiences for song in songs} == {()}


async def test_previews_are_sound(services: dict[str, Any], world: World) -> None:
    work = next(work for work in world.listenbrainz if work.group in {one.group for one in world.deezer})
    songs = [
        next(iter(await services["deezer"].songs_of(announced(work.acts[0], work)))),
        await anext(services["audius"].new_releases(WEEK)),
        await anext(services["jamendo"].new_releases(WEEK)),
    ]
    for song in songs:
        clip = await services[song.track.source].preview(song.track)
        assert clip in sounds()
        with av.open(io.BytesIO(clip), "r") as file:
            samples = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
        assert samples.size == pytest.approx(4 * 44_100, rel=0.05)
        assert np.abs(samples).max() > 0.2
    assert len(set(sounds())) == 20


async def test_careers_are_told_alike(services: dict[str, Any], world: World) -> None:
    work = next(work for work in world.deezer if work.acts[0].earlier and not work.acts[0].machine)
    act = work.acts[0]
    deezer = await services["deezer"].career(Artist(act.name, "deezer", str(100_000_000 + act.number)))
    listed = await services["musicbrainz"].career(Artist(act.name, "listenbrainz", act.mbid))
    assert deezer.first_release == listed.first_release == act.earlier[0]
    assert deezer.releases == len(act.earlier) + sum(act == one.acts[0] for one in world.deezer)
    machine = next(act for act in world.acts if act.machine and act.number % 2)
    deezer = await services["deezer"].career(Artist(machine.name, "deezer", str(100_000_000 + machine.number)))
    listed = await services["musicbrainz"].career(Artist(machine.name, "listenbrainz", machine.mbid))
    assert 294 <= deezer.lately == deezer.releases <= 300
    assert listed.marks == ("ai-generated",)
    assert await services["musicbrainz"].career(Artist("?", "listenbrainz", mbid("f", 1))) is None


async def test_audius_knows_careers_and_followers(services: dict[str, Any], world: World) -> None:
    act = next(work.acts[0] for work in world.audius if work.acts[0].earlier)
    artist = Artist(act.name, "audius", f"U{act.number:x}")
    career = await services["audius"].career(artist)
    assert career.first_release == act.earlier[0]
    assert (await services["audius"].audience(artist)).audience.count == act.followers


async def test_deezer_knows_who_is_related(services: dict[str, Any], world: World) -> None:
    related = await services["deezer"].similar_artists(Artist("x", "deezer", "100000020"))
    assert [artist.name for artist in related] == [act.name for act in world.acts[10:31] if act.number != 20]
    assert related[0].audience.count == world.acts[10].fans


# The shapes


@needs_recordings
@pytest.mark.parametrize(
    ("service", "path", "recorded", "documented"),
    [
        ("deezer", "/editorial/0", "deezer/editorial_0.json", set()),
        ("deezer", "/editorial/0/releases", "deezer/editorial_106_releases.json", set()),
        ("deezer", "/search/album?q={search}", "deezer/search_album__q=Daft-Punk.json", set()),
        ("deezer", "/album/{album}", "deezer/album_302127.json", {"/md5_image"}),
        ("deezer", "/track/{album}00", "deezer/track_3135556.json", set()),
        ("deezer", "/artist/{artist}", "deezer/artist_27.json", set()),
        ("deezer", "/artist/{artist}/albums?limit=1", "deezer/artist_27_albums.json", set()),
        ("deezer", "/artist/{artist}/related?limit=1", "deezer/artist_27_related.json", set()),
        (
            "listenbrainz",
            "/1/explore/fresh-releases/?release_date={today}&days=6",
            "listenbrainz/explore_fresh-releases_sitewide_2022.json",
            {f"/payload{name}" for name in ("/total_count", "/releases[]/listen_count", "/releases[]/release_tags[]")},
        ),
        ("musicbrainz", "/ws/2/release?query=date:[{today} TO {today}]", "musicbrainz/release_search_2026.json", set()),
        (
            "musicbrainz",
            "/ws/2/release-group?artist={mbid}",
            "musicbrainz/inkstak_release-group_artist=5b11f4ce-a62d-471e-81fc-a69a8278c7da-inc=_2014.json",
            {f"/release-groups[]/tags[]{name}" for name in ("", "/name", "/count")},
        ),
        ("audius", "/v1/tracks/trending/underground", "audius/docs_tracks.trending.underground.json", set()),
    ],
)
async def test_no_answer_tells_more_than_in_life(
    world: World, serving: Serving, service: str, path: str, recorded: str, documented: set[str]
) -> None:
    work = next(work for work in world.deezer if work.kind == "Album" and work.acts[0].earlier and len(work.acts) == 1)
    act = work.acts[0]
    asked = path.format(
        search=f'artist:"{act.name.split(" & ")[0]}" album:"{work.title}"',
        album=700_000_000 + work.number,
        artist=100_000_000 + act.number,
        mbid=act.mbid,
        today=TODAY,
    )
    told, in_life = keys(await get(serving, service, asked)), keys(load(recorded).body)
    assert told - documented <= in_life


# The clock and the process


async def test_the_clock_runs_as_the_slowest_host_allows() -> None:
    limits = SimulatedLimits()
    assert limits.elapsed_s == 0
    for _ in range(500):
        await limits.admit("fast", 50, 5)
    for _ in range(60):
        await limits.admit("slow", 1, 1)
    assert limits.elapsed_s == pytest.approx(60)


@pytest.mark.process
async def test_it_serves_as_a_process_of_its_own(world: World, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.simulation.serving", "--seed", "7", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        base_urls = json.loads(await process.stdout.readline())
        jamendo: Any = connect("jamendo", settings_for(base_urls, tmp_path))
        song = await anext(jamendo.new_releases(WEEK))
        await jamendo.close()
    finally:
        process.kill()
        await process.wait()
    assert base_urls.keys() == world.announced.keys()
    assert song.track.title == max(world.jamendo, key=lambda work: work.released).title
