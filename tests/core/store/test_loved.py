"""The songs that stand for a listener, and which recordings are offered already."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.model import Address, Arm, Candidate, Options, Source, SourceKind, Track, Verdict
from core.said import said
from core.store.slates import Chosen
from core.store.store import Store
from tests.core.store.conftest import Clock

SONGS = [Track(f"Song {n}", (f"Artist {n}",), "deezer", str(n)) for n in range(6)]


async def ask(store: Store, clock: Clock, who: str, kind: SourceKind, *songs: Track) -> tuple[int, str]:
    """A request with these songs, a minute after the one before; the listener and its id."""
    clock.turn(60)
    listener = await store.listeners.find("web", who)
    request = await store.requests.ask(listener, Address("web", "x"), Source(kind), Options(), "t")
    placed = await store.catalogue.record(songs)
    await store.catalogue.keep_seeds(request.id, [place.recording_id for place in placed])
    return listener, request.id


async def rate(store: Store, clock: Clock, listener: int, song: Track, value: int) -> None:
    """Shows the song to the listener, who rates it a minute later."""
    clock.turn(60)
    (place,) = await store.catalogue.record([song])
    request = await store.requests.ask(listener, Address("web", "x"), Source(SourceKind.BLEND), Options(), "t")
    await store.requests.claim(request.id, "w", 60)
    chosen = Chosen(Arm.CLOSE, 1.0, place.recording_id, place.track_id, "a", said("b"))
    assert await store.slates.finish(request.id, "w", "m", "1", [chosen], ())
    slate = await store.slates.get(request.id)
    assert slate is not None
    await store.listeners.rate(Verdict(listener, place.recording_id, value, "x"), slate.picks[0].id)


async def loved(store: Store, listener: int, limit: int = 60) -> list[str]:
    return [track.title for track in (await store.loved.tracks(listener, limit)).values()]


async def test_what_they_asked_with_and_rated_well_latest_first(store: Store, clock: Clock) -> None:
    listener, _ = await ask(store, clock, "me", SourceKind.PLAYLIST, SONGS[0], SONGS[1])
    await ask(store, clock, "somebody else", SourceKind.PLAYLIST, SONGS[5])
    await rate(store, clock, listener, SONGS[2], 7)
    await rate(store, clock, listener, SONGS[3], 6)
    await ask(store, clock, "me", SourceKind.LINK, SONGS[1])
    assert await loved(store, listener) == ["Song 1", "Song 2", "Song 0"]
    assert await loved(store, listener, 2) == ["Song 1", "Song 2"]
    await rate(store, clock, listener, SONGS[1], 2)
    assert await loved(store, listener) == ["Song 2", "Song 0"]


@pytest.mark.parametrize("kind", [SourceKind.BLEND, SourceKind.SUBMISSION])
async def test_songs_of_others_do_not_count(store: Store, clock: Clock, kind: SourceKind) -> None:
    listener, _ = await ask(store, clock, "me", kind, SONGS[0])
    assert await loved(store, listener) == []
    assert await store.loved.given([listener]) == []


async def test_a_recording_from_two_services_is_one_song(store: Store, clock: Clock) -> None:
    listener, _ = await ask(store, clock, "me", SourceKind.LINK, SONGS[0])
    await ask(store, clock, "me", SourceKind.LINK, replace(SONGS[0], source="audius", source_id="x"))
    assert await store.loved.tracks(listener, 60) == {1: SONGS[0]}


async def test_everything_that_several_gave(store: Store, clock: Clock) -> None:
    me, _ = await ask(store, clock, "me", SourceKind.LINK, SONGS[0], SONGS[1])
    you, _ = await ask(store, clock, "you", SourceKind.FOLDER, SONGS[1], SONGS[2])
    await ask(store, clock, "somebody else", SourceKind.LINK, SONGS[3])
    placed = await store.catalogue.record(SONGS[:3])
    assert sorted(await store.loved.given([me, you])) == [place.recording_id for place in placed]


async def test_offered_is_the_recording_and_not_the_track(store: Store) -> None:
    await store.catalogue.add([Candidate(SONGS[0]), Candidate(SONGS[1], collection="demo")])
    elsewhere = [replace(song, source="audius") for song in SONGS[:3]]
    numbers = [place.recording_id for place in await store.catalogue.record(elsewhere)]
    assert await store.members.among(numbers, ["main", "added"]) == {numbers[0]}
    assert await store.members.among([], ["main"]) == set()
