"""Slates: saved once, with their exposures, or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

from sqlalchemy import update

from core.model import Address, Arm, Audience, Candidate, Options, Request, Source, SourceKind, State, Track, Verdict
from core.said import Said, counted, said
from core.store.features import vector_of
from core.store.schema import picks
from core.store.slates import Chosen
from core.store.store import Store

LEASE = 10.0
FANS = Audience("fans on Deezer", 412, date(2026, 11, 20))
BECAUSE = said("Sounds like your {song}.", song="A – B")
SUSPECT = said("may be machine-made: {sign}", sign=counted("{count} release", "{count} releases", count=212))
NOTES = (said("Read {read} of {total} songs.", read=1, total=2), said("Done."))


async def ask(store: Store, handle: str = "somebody") -> Request:
    listener = await store.listeners.find("web", handle)
    asked = await store.requests.ask(listener, Address("web", "p"), Source(SourceKind.SAMPLE), Options(), "t")
    claimed = await store.requests.claim(asked.id, "w", LEASE)
    assert claimed is not None
    return claimed


async def songs(store: Store, *titles: str) -> list[Chosen]:
    tracks = [Track(title, (f"Artist of {title}",), "demo", title, generated=True) for title in titles]
    placed = await store.catalogue.record(tracks)
    return [
        Chosen(Arm.CLOSE, 0.5, place.recording_id, place.track_id, "Seed – Song", BECAUSE, (FANS,)) for place in placed
    ]


async def test_a_slate_is_read_back_whole(store: Store) -> None:
    request = await ask(store)
    chosen = await songs(store, "one", "two")
    chosen[1] = replace(chosen[1], label=SUSPECT)
    assert await store.slates.finish(request.id, "w", "nearest", "1", chosen, NOTES)
    slate = await store.slates.get(request.id)
    assert slate is not None
    assert (slate.model, slate.model_version) == ("nearest", "1")
    first = slate.picks[0]
    assert [pick.rank for pick in slate.picks] == [1, 2]
    assert (first.track.title, first.track.source, first.track.generated) == ("one", "demo", True)
    assert (first.audiences, first.reason, first.nearest_seed) == ((FANS,), BECAUSE, "Seed – Song")
    assert [pick.label for pick in slate.picks] == [None, SUSPECT]
    ready = await store.requests.get(request.id)
    assert ready is not None
    assert (ready.state, ready.progress.note) == (State.READY, NOTES)
    await store.requests.delivered(request.id, "receipt")
    over = await store.requests.get(request.id)
    assert over is not None
    assert over.state is State.DELIVERED


async def test_a_row_of_a_time_when_only_english_was_stored(store: Store) -> None:
    request = await ask(store)
    await store.slates.finish(request.id, "w", "m", "1", await songs(store, "one", "two"), ())
    async with store.slates._engine.begin() as connection:
        await connection.execute(update(picks).values(reason="Because.", label="").where(picks.c.rank == 1))
        await connection.execute(update(picks).values(label="may be machine-made").where(picks.c.rank == 2))
    slate = await store.slates.get(request.id)
    assert slate is not None
    assert [pick.reason for pick in slate.picks] == [Said("Because."), BECAUSE]
    assert [pick.label for pick in slate.picks] == [None, Said("may be machine-made")]


async def test_it_is_finished_once(store: Store) -> None:
    request = await ask(store)
    chosen = await songs(store, "one")
    again = await asyncio.gather(*(store.slates.finish(request.id, "w", "m", "1", chosen, ()) for _ in range(4)))
    assert sorted(again) == [False, False, False, True]
    assert await store.slates.count() == 1


async def test_the_same_recording_is_never_shown_twice_to_a_listener(store: Store) -> None:
    first, second, other = await ask(store), await ask(store), await ask(store, "somebody else")
    assert await store.slates.finish(first.id, "w", "m", "1", await songs(store, "one", "two"), ())
    assert not await store.slates.finish(second.id, "w", "m", "1", await songs(store, "three", "two"), ())
    assert await store.slates.get(second.id) is None, "nothing of it was saved"
    assert await store.slates.finish(second.id, "w", "m", "1", await songs(store, "three"), ())
    assert await store.slates.finish(other.id, "w", "m", "1", await songs(store, "one"), ())
    assert len(await store.slates.shown(first.listener_id)) == 3


async def test_ratings_are_kept_changed_and_withdrawn(store: Store) -> None:
    request = await ask(store)
    (chosen,) = await songs(store, "one")
    await store.slates.finish(request.id, "w", "m", "1", [chosen], ())
    slate = await store.slates.get(request.id)
    assert slate is not None
    pick = slate.picks[0]
    for value, emoji in ((8, "🔥"), (2, "👎")):
        await store.listeners.rate(Verdict(request.listener_id, pick.recording_id, value, emoji), pick.id)
    rated = await store.slates.pick(request.listener_id, pick.id)
    assert rated is not None
    assert rated.verdict == Verdict(request.listener_id, pick.recording_id, 2, "👎")
    assert await store.listeners.verdicts(request.listener_id) == [rated.verdict]
    assert len(await store.listeners.disliked_artists(request.listener_id)) == 1
    await store.listeners.withdraw(request.listener_id, pick.recording_id)
    assert await store.listeners.verdicts(request.listener_id) == []
    assert await store.listeners.disliked_artists(request.listener_id) == []


async def test_a_pick_is_nobody_elses(store: Store) -> None:
    request = await ask(store)
    await store.slates.finish(request.id, "w", "m", "1", await songs(store, "one"), ())
    slate = await store.slates.get(request.id)
    assert slate is not None
    stranger = await store.listeners.find("web", "stranger")
    assert await store.slates.pick(stranger, slate.picks[0].id) is None


async def test_a_listener_is_found_again_and_made_once(store: Store) -> None:
    found = await asyncio.gather(*(store.listeners.find("web", "new") for _ in range(6)))
    assert len(set(found)) == 1
    assert await store.listeners.find("telegram", "new") != found[0]


async def test_candidates_meet_their_features(store: Store) -> None:
    """What a snapshot reads: only heard candidates of the collection, only what is new since its marks."""
    import numpy as np

    from core.model import Features

    tracks = [
        Track(f"Song {n}", (f"Artist {n}",), "deezer", str(n), release_date=date(2026, 11, n + 1)) for n in range(3)
    ]
    assert await store.catalogue.add([Candidate(track, (FANS,)) for track in tracks]) == 3
    unheard = await store.catalogue.unheard(["main"], "timbre", "1")
    assert [song.track.title for song in unheard] == ["Song 0", "Song 1", "Song 2"]
    vector = np.arange(4, dtype=np.float32)
    for song in unheard[:2]:
        await store.features.save(song.recording_id, Features("timbre", "1", vector, {"music": 0.75, "tempo": 120.0}))
    rows = await store.features.candidates("main", "timbre", "1", 0, 0)
    assert [(row.music, row.release_date) for row in rows] == [(0.75, date(2026, 11, 1)), (0.75, date(2026, 11, 2))]
    assert vector_of(rows[0].vector).tolist() == [0, 1, 2, 3]
    marks = rows[-1].member_id, rows[-1].feature_id
    assert await store.features.candidates("main", "timbre", "1", *marks) == []
    await store.features.save(unheard[2].recording_id, Features("timbre", "1", vector))
    assert [row.track_id for row in await store.features.candidates("main", "timbre", "1", *marks)] != []
    assert await store.features.candidates("other", "timbre", "1", 0, 0) == []
    assert await store.features.candidates("main", "timbre", "2", 0, 0) == []
