"""Harvest: only newcomers enter, twice adds nothing, and it goes where the listener's artists are."""

from __future__ import annotations

from datetime import date, timedelta

import stamina

from core.model import Address, Options, Source, SourceKind, State
from tests.fakes.deezer import FakeDeezer
from workers.house import House
from workers.serve import serve

TODAY = date.today()


def release(
    deezer: FakeDeezer, name: str, fans: int | None, clip: bytes, age_days: int = 3, *, listed: bool = True
) -> int:
    artist = deezer.artist(name, fans)
    album = deezer.album(artist, f"{name}'s single", TODAY - timedelta(days=age_days), listed=listed)
    deezer.track(f"{name}'s song", artist, album, preview=clip)
    return artist


async def titles(house: House) -> set[str]:
    rows = await house.store.features.candidates("main", "basic", "1", 0, 0)
    tracks = await house.store.catalogue.tracks([row.track_id for row in rows])
    return {track.title for track in tracks.values()}


async def test_only_new_songs_of_little_known_artists_enter(
    house: House, deezer: FakeDeezer, clips: list[bytes]
) -> None:
    release(deezer, "Newcomer", 412, clips[0])
    release(deezer, "Star", 4_000_000, clips[1])
    release(deezer, "Nobody Counted", None, clips[2])
    release(deezer, "Old Hand", 300, clips[3], age_days=400)
    said = await house.harvest.run()
    assert said == "Deezer: 3 songs read, 1 by newcomers, 1 new to us."
    assert await titles(house) == {"Newcomer's song"}
    assert (await house.store.notice("harvest"))["sentence"] == said
    (row,) = await house.store.features.candidates("main", "basic", "1", 0, 0)
    (heard,) = (await house.store.catalogue.audiences([row.artist_id])).values()
    assert [(audience.meter, audience.count, audience.seen) for audience in heard] == [("fans on Deezer", 412, TODAY)]


async def test_a_second_run_adds_nothing(house: House, deezer: FakeDeezer, clips: list[bytes]) -> None:
    release(deezer, "Newcomer", 412, clips[0])
    await house.harvest.run()
    previews = sum(path.startswith("/preview/") for path in deezer.seen)
    assert await house.harvest.run() == "Deezer: 1 songs read, 1 by newcomers, 0 new to us."
    assert sum(path.startswith("/preview/") for path in deezer.seen) == previews, "nothing is listened to again"
    asked = len(deezer.seen)
    await house.harvest.run_if_due()
    assert len(deezer.seen) == asked, "it was done just now"


async def test_a_service_that_is_down_is_said(house: House, deezer: FakeDeezer) -> None:
    deezer.fail("/", "503")
    with stamina.set_testing(True, attempts=1):
        assert await house.harvest.run() == "Deezer cannot be reached, so nothing new was harvested."


async def test_a_harvest_that_breaks_keeps_what_it_has(house: House, deezer: FakeDeezer, clips: list[bytes]) -> None:
    release(deezer, "First", 100, clips[0])
    second = release(deezer, "Second", 100, clips[1])
    deezer.fail(f"/artist/{second}", "503")
    with stamina.set_testing(True, attempts=1):
        said = await house.harvest.run()
    assert said.startswith("Deezer: 1 songs read, 1 by newcomers, 1 new to us. It stopped early:")
    assert await titles(house) == {"First's song"}


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
    await house.harvest.run()

    listener = await house.store.listeners.find("web", "x")
    link = Source(SourceKind.LINK, f"https://www.deezer.com/playlist/{deezer.playlist('Mine', [song])}")
    request = await house.store.requests.ask(listener, Address("web", "x"), link, Options(), "Mine")
    assert await serve(house, request.id)
    assert await titles(house) == {"Elsewhere's song"}
    await house.harvest.explore(request.id)
    assert await titles(house) == {"Elsewhere's song", "Near Newcomer's song"}
    asked = len(deezer.seen)
    await house.harvest.explore(request.id)
    assert not any("albums" in path for path in deezer.seen[asked:]), "an artist is explored once"
    answered = await house.store.requests.get(request.id)
    assert answered is not None
    assert answered.state is State.READY
