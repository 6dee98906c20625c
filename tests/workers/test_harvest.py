"""Harvest: only newcomers enter, twice adds nothing, and what breaks in the middle goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import stamina

from core.errors import QuotaReached, ServiceDown
from core.model import Address, Audience, Candidate, Options, Release, Source, SourceKind, State, Track
from core.said import loads
from core.settings import Catalogue, Settings
from core.store.store import Store
from tests.fakes.deezer import FakeDeezer
from tests.fakes.music import FakeMusic, FakeSource
from workers.gate import Gate
from workers.harvest import Harvest
from workers.house import House
from workers.serve import serve

TODAY = date.today()


@pytest.fixture(autouse=True)
def _of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that goes on over midnight is of two days."""
    monkeypatch.setattr(f"{__name__}.TODAY", date.today())


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'harvest.db'}", clock)
    yield store
    await store.close()


@pytest.fixture
def music() -> FakeMusic:
    return FakeMusic()


def harvest(store: Store, music: FakeMusic, *songs: Candidate, worker: str = "w") -> Harvest:
    settings = Settings(catalogue=Catalogue(sources=("fake", "songs")))
    gate = Gate(store, [], [music], settings.catalogue)
    return Harvest(store, [music, FakeSource(songs)], [music], gate, settings, worker)


def announce(music: FakeMusic, artist: str, listeners: int | None, fans: int | None) -> Release:
    """A release of yesterday; with ``fans`` its song can be found."""
    seen = () if listeners is None else (Audience("listeners on ListenBrainz", listeners, TODAY),)
    yesterday = TODAY - timedelta(days=1)
    release = Release(f"{artist}'s album", (artist,), "fake", artist, yesterday, f"mbid of {artist}", audiences=seen)
    music.announced.append(release)
    if fans is not None:
        track = Track(f"{artist}'s song", (artist,), "deezer", artist, artist_id=artist, release_date=yesterday)
        music.songs[release.title] = [Candidate(track, (Audience("fans on Deezer", fans, TODAY),))]
    return release


async def test_a_feed_and_its_summary(store: Store, music: FakeMusic) -> None:
    announce(music, "Newcomer", 12, 400)
    announce(music, "Nowhere yet", 3, None)
    announce(music, "Star", 80_000, 4_000_000)
    announce(music, "Known elsewhere", None, 4_000_000)
    assert str(await harvest(store, music).source("fake")) == (
        "Fake Music: 4 releases, 2 by newcomers, 1 with a preview, 1 new."
    )
    assert music.questions("songs") == ["Newcomer's album", "Nowhere yet's album", "Known elsewhere's album"]
    known = (await store.artists.known(["Newcomer"]))["newcomer"]
    assert {(heard.meter, heard.count) for heard in known.audiences} == {
        ("fans on Deezer", 400), ("listeners on ListenBrainz", 12)
    }  # fmt: skip
    again = await harvest(store, music).source("fake")
    assert str(again) == "Fake Music: 4 releases, 2 by newcomers, 1 with a preview, 0 new."
    assert len(music.questions("songs")) == 3, "nothing is looked for twice"


async def test_what_no_service_has_yet_is_looked_for_again_days_later(
    store: Store, music: FakeMusic, clock: Clock
) -> None:
    release = announce(music, "Nowhere yet", 3, None)
    await harvest(store, music).source("fake")
    announce(music, "Nowhere yet", 3, 50)
    music.announced = [release]
    assert str(await harvest(store, music).source("fake")).endswith("0 new.")
    clock.now += timedelta(days=4)
    assert str(await harvest(store, music).source("fake")).endswith("1 with a preview, 1 new.")


async def test_a_source_of_songs(store: Store, music: FakeMusic) -> None:
    track = Track("Song", ("Somebody",), "songs", "1", release_date=TODAY)
    star = Track("Hit", ("Star",), "songs", "2", release_date=TODAY)
    said = await harvest(
        store, music, Candidate(track), Candidate(star, (Audience("fans on Deezer", 10**6, TODAY),))
    ).source("songs")
    assert str(said) == "Fake Songs: 2 songs, 1 by newcomers, 1 with a preview, 1 new."


async def test_a_harvest_that_breaks_keeps_what_it_has_and_is_due_again(store: Store, music: FakeMusic) -> None:
    for number in range(120):
        announce(music, f"Artist {number}", 5, 100)
    music.trouble, music.after = ServiceDown(service="Fake Music"), 70
    said = await harvest(store, music).source("fake", if_due=True)
    assert str(said).startswith(
        "Fake Music: 70 releases, 70 by newcomers, 70 with a preview, 70 new. It stopped early: "
    )
    music.trouble = None
    said = await harvest(store, music).source("fake", if_due=True)
    assert str(said) == "Fake Music: 120 releases, 120 by newcomers, 120 with a preview, 50 new."
    assert await harvest(store, music).source("fake", if_due=True) is None, "it was done just now"


async def test_a_service_that_asks_to_wait_is_left_alone_so_long(store: Store, music: FakeMusic, clock: Clock) -> None:
    announce(music, "Newcomer", 5, 100)
    music.trouble = QuotaReached(service="Fake Music", seconds=86400)
    assert str(await harvest(store, music).source("fake", if_due=True)) == (
        "Fake Music: 0 releases, 0 by newcomers, 0 with a preview, 0 new. "
        "It goes on when Fake Music lets us again, about 24 hours from now."
    )
    music.trouble = None
    clock.now += timedelta(hours=23)
    assert await harvest(store, music).source("fake", if_due=True) is None
    clock.now += timedelta(hours=1, minutes=1)
    assert str(await harvest(store, music).source("fake", if_due=True)).endswith("1 new.")


async def test_one_worker_at_a_time_and_a_dead_one_is_replaced(store: Store, music: FakeMusic, clock: Clock) -> None:
    announce(music, "Newcomer", 5, 100)
    assert await store.harvests.begin("fake", "dead", 30, None) is not None
    assert str(await harvest(store, music).source("fake")) == "Fake Music is being harvested already."
    assert await harvest(store, music).source("fake", if_due=True) is None
    clock.now += timedelta(seconds=31)
    assert str(await harvest(store, music).source("fake", if_due=True)).endswith("1 new.")


async def test_a_stopped_worker_gives_the_harvest_back(store: Store, music: FakeMusic) -> None:
    announce(music, "Newcomer", 5, 100)
    stuck = asyncio.Event()

    async def songs_of(release: Release) -> list[Candidate]:
        stuck.set()
        await asyncio.Event().wait()
        return []

    music.songs_of = songs_of  # type: ignore[method-assign] # a finder that never answers
    running = asyncio.create_task(harvest(store, music).source("fake"))
    await stuck.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    (state,) = await store.harvests.states()
    assert (str(loads(state.sentence)[0]), state.finished_at) == (
        "Fake Music: 1 release, 0 by newcomers, 0 with a preview, 0 new. It goes on later.", None
    )  # fmt: skip
    assert await store.harvests.begin("fake", "another", 30, 24) is not None


async def test_after_a_whole_harvest_only_what_is_recent_is_read(store: Store, music: FakeMusic, clock: Clock) -> None:
    await harvest(store, music).source("fake")
    await harvest(store, music).source("fake")
    await harvest(store, music).source("fake", date(2026, 1, 1))
    first, later, named = [date.fromisoformat(since) for since in music.questions("releases")]
    assert first == TODAY - timedelta(weeks=13)
    assert later == clock.now.date() - timedelta(days=7)
    assert named == date(2026, 1, 1)


async def test_what_is_old_leaves_the_catalogue_and_stays_known(house: House) -> None:
    old, new = TODAY - timedelta(weeks=27), TODAY - timedelta(weeks=25)
    for title, released in (("Old", old), ("New", new)):
        track = Track(title, (f"{title} artist",), "deezer", title, release_date=released)
        await house.store.catalogue.add([Candidate(track), Candidate(track, collection="added")])
    assert await house.stock.retire() == 1
    assert await house.store.catalogue.collections() == {"main": 1, "added": 2}
    assert await house.stock.retire() == 0


# With a whole house and a Deezer on loopback


def release(
    deezer: FakeDeezer, name: str, fans: int | None, clip: bytes, age_days: int = 3, *, listed: bool = True
) -> int:
    artist = deezer.artist(name, fans)
    album = deezer.album(artist, f"{name}'s single", TODAY - timedelta(days=age_days), listed=listed)
    deezer.track(f"{name}'s song", artist, album, preview=clip)
    return artist


async def titles(house: House) -> set[str]:
    await house.hear()
    rows = await house.store.features.candidates("main", "timbre", "1", 0, 0)
    tracks = await house.store.catalogue.tracks([row.track_id for row in rows])
    return {track.title for track in tracks.values()}


async def test_only_new_songs_of_little_known_artists_enter(
    house: House, deezer: FakeDeezer, clips: list[bytes]
) -> None:
    release(deezer, "Newcomer", 412, clips[0])
    release(deezer, "Star", 4_000_000, clips[1])
    release(deezer, "Old Hand", 300, clips[3], age_days=400)
    said = await house.harvest.source("deezer")
    assert str(said) == "Deezer: 2 songs, 1 by newcomers, 1 with a preview, 1 new."
    assert await titles(house) == {"Newcomer's song"}
    assert loads((await house.store.notice("harvest"))["sentence"]) == (said,)
    (row,) = await house.store.features.candidates("main", "timbre", "1", 0, 0)
    (heard,) = (await house.store.catalogue.audiences([row.artist_id])).values()
    assert [(audience.meter, audience.count, audience.seen) for audience in heard] == [("fans on Deezer", 412, TODAY)]
    previews = sum(path.startswith("/preview/") for path in deezer.seen)
    assert str(await house.harvest.source("deezer")).endswith("0 new.")
    await house.hear()
    assert sum(path.startswith("/preview/") for path in deezer.seen) == previews, "nothing is listened to again"


async def test_a_service_that_is_down_is_said(house: House, deezer: FakeDeezer) -> None:
    deezer.fail("/", "503")
    with stamina.set_testing(True, attempts=1):
        said = await house.harvest.source("deezer")
    assert str(said) == "Deezer cannot be reached, so nothing new was harvested."


async def test_it_explores_around_the_artists_of_a_request(
    house: House, deezer: FakeDeezer, clips: list[bytes]
) -> None:
    loved = deezer.artist("Loved", 900_000)
    album = deezer.album(loved, "Classic", date(2010, 1, 1), listed=False)
    song = deezer.track("Hit", loved, album, preview=clips[0])
    near = release(deezer, "Near Newcomer", 300, clips[1], listed=False)
    famous = release(deezer, "Near Star", 3_000_000, clips[2], listed=False)
    tiny = release(deezer, "Wrong Double", 2, clips[3], listed=False)
    deezer.related(loved, [near, famous, tiny])
    release(deezer, "Elsewhere", 50, clips[4])
    await house.harvest.source("deezer")
    assert await titles(house) == {"Elsewhere's song"}

    listener = await house.store.listeners.find("web", "x")
    link = Source(SourceKind.LINK, f"https://www.deezer.com/playlist/{deezer.playlist('Mine', [song])}")
    request = await house.store.requests.ask(listener, Address("web", "x"), link, Options(), "Mine")
    assert await serve(house, request.id)
    assert await house.explore(request.id) == 1
    assert await titles(house) == {"Elsewhere's song", "Near Newcomer's song"}
    (mine,) = (await house.store.artists.known(["Loved"])).values()
    assert [audience.count for audience in mine.audiences] == [900_000], "theirs, too, so that they can be compared"
    asked = len(deezer.seen)
    assert await house.explore(request.id) == 0
    assert not any("albums" in path for path in deezer.seen[asked:]), "an artist is explored once"
    answered = await house.store.requests.get(request.id)
    assert answered is not None
    assert answered.state is State.READY
