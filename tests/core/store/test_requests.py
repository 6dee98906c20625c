"""The life of a request: who may move it, and that nothing is lost."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, update

from core.errors import PrivateOrEmpty, YasrError, revive
from core.model import Address, Options, Playlist, Progress, Request, Source, SourceKind, State, Track
from core.said import said
from core.store.requests import MAX_ATTEMPTS
from core.store.schema import requests
from core.store.store import Store
from tests.core.store.conftest import Clock

LEASE = 10.0
NOTES = (said("Read {read} of {total} songs.", read=1, total=2), said("A note."))
SONGS = Playlist("Mine", (Track("One", ("A", "B"), duration_s=3.5),), "text", total=2, notes=NOTES)


async def ask(store: Store, source: Source | None = None) -> Request:
    listener = await store.listeners.find("web", "somebody")
    return await store.requests.ask(
        listener, Address("web", "here"), source or Source(SourceKind.SAMPLE), Options(), "A title"
    )


async def test_what_was_asked_is_read_back_whole(store: Store) -> None:
    asked = await ask(store, Source(SourceKind.PLAYLIST, playlist=SONGS))
    assert asked.source.playlist == SONGS
    assert asked == await store.requests.get(asked.id)
    assert asked.state is State.ASKED
    assert asked.address == Address("web", "here")
    assert await store.requests.get("nothing") is None


async def test_a_row_of_a_time_when_only_english_was_stored(store: Store) -> None:
    asked = await ask(store, Source(SourceKind.PLAYLIST, playlist=SONGS))
    async with store.requests._engine.begin() as connection:
        source = await connection.scalar(select(requests.c.source))
        source["playlist"]["notes"] = ["I read at most {9} songs"]
        old = {"note": "Read 1 of 2 songs.", "error": "NoSoundForSeeds", "error_args": {"count": "2"}}
        await connection.execute(update(requests).values(source=source, **old))
    found = await store.requests.get(asked.id)
    assert found is not None and found.source.playlist is not None
    assert [str(note) for note in found.source.playlist.notes] == ["I read at most {9} songs"]
    assert [str(note) for note in found.progress.note] == ["Read 1 of 2 songs."]
    assert "none of the 2 songs" in str(revive(found.error, found.error_args))


async def test_only_one_of_many_workers_gets_it(store: Store) -> None:
    asked = await ask(store)
    claims = await asyncio.gather(*(store.requests.claim(asked.id, f"w{n}", LEASE) for n in range(8)))
    assert len([claim for claim in claims if claim is not None]) == 1


async def test_a_silent_worker_loses_it_and_cannot_end_it(store: Store, clock: Clock) -> None:
    asked = await ask(store)
    await store.requests.claim(asked.id, "first", LEASE)
    clock.turn(LEASE - 1)
    assert await store.requests.claim(asked.id, "second", LEASE) is None
    assert await store.requests.renew(asked.id, "first", LEASE, Progress("listening", 1, 2))
    clock.turn(LEASE + 1)
    taken = await store.requests.claim(asked.id, "second", LEASE)
    assert taken is not None
    assert taken.progress == Progress("listening", 1, 2)
    assert not await store.requests.renew(asked.id, "first", LEASE, Progress("listening"))
    assert not await store.requests.refuse(asked.id, "first", YasrError())
    assert not await store.slates.finish(asked.id, "first", "m", "1", [], ())
    assert await store.slates.finish(asked.id, "second", "m", "1", [], [said("Done.")])


async def test_what_nobody_works_on_is_found_again(store: Store, clock: Clock) -> None:
    asked, held = await ask(store), await ask(store)
    await store.requests.claim(held.id, "w", LEASE)
    assert await store.requests.lost(5) == []
    clock.turn(6)
    assert await store.requests.lost(5) == [asked.id]
    assert await store.requests.lost(5) == [], "it was nudged just now"
    clock.turn(6)
    assert sorted(await store.requests.lost(5)) == sorted([asked.id, held.id])


async def test_what_was_given_back_is_found_at_once(store: Store) -> None:
    asked = await ask(store)
    await store.requests.claim(asked.id, "w", LEASE)
    assert await store.requests.release(asked.id, "w")
    assert await store.requests.lost(5) == [asked.id]


async def test_a_request_that_kills_its_workers_is_refused_in_the_end(store: Store, clock: Clock) -> None:
    asked = await ask(store)
    for n in range(MAX_ATTEMPTS):
        assert await store.requests.claim(asked.id, f"w{n}", LEASE) is not None
        clock.turn(LEASE + 1)
        found = await store.requests.lost(5)
        assert found == ([asked.id] if n < MAX_ATTEMPTS - 1 else [])
    over = await store.requests.get(asked.id)
    assert over is not None
    assert over.state is State.REFUSED
    assert [request.id for request in await store.requests.undelivered("web")] == [asked.id]


async def test_a_refusal_keeps_its_sentence_and_is_delivered_once(store: Store) -> None:
    asked = await ask(store)
    await store.requests.claim(asked.id, "w", LEASE)
    refusal = PrivateOrEmpty(what="playlist", service="Deezer")
    await store.requests.refuse(asked.id, "w", refusal)
    (waiting,) = await store.requests.undelivered("web")
    assert (waiting.error, waiting.error_args) == ("PrivateOrEmpty", {"what": said("playlist"), "service": "Deezer"})
    assert await store.requests.undelivered("telegram") == []
    await store.requests.delivered(asked.id, "first")
    await store.requests.delivered(asked.id, "second")
    assert await store.requests.undelivered("web") == []
    over = await store.requests.get(asked.id)
    assert over is not None
    assert (over.state, over.receipt) == (State.REFUSED, "first")


@pytest.mark.parametrize("claimed", [False, True])
async def test_a_cancelled_request_is_over(store: Store, claimed: bool) -> None:
    asked = await ask(store)
    if claimed:
        await store.requests.claim(asked.id, "w", LEASE)
    assert await store.requests.cancel(asked.id)
    assert not await store.requests.cancel(asked.id)
    assert not await store.requests.renew(asked.id, "w", LEASE, Progress("listening"))
    assert await store.requests.claim(asked.id, "w", LEASE) is None
    assert await store.requests.undelivered("web") == []


async def test_the_place_in_the_queue(store: Store, clock: Clock) -> None:
    asked = []
    for _ in range(3):
        asked.append(await ask(store))
        clock.turn(1)
    assert [await store.requests.waiting(request.created_at) for request in asked] == [0, 1, 2]
    assert [request.id for request in await store.requests.of(asked[0].listener_id, 2)] == [r.id for r in asked[1:]]
