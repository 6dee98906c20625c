"""What a listener's page is made of, read from a store with two listeners."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from core.model import Address, Arm, Audience, Candidate, Features, Options, Source, SourceKind, Track, Verdict
from core.said import said
from core.store.slates import Chosen
from core.store.store import Store

COUNTED = Audience("fans on Deezer", 412, date(2026, 11, 1))


async def songs(store: Store, names: str) -> dict[str, tuple[int, int]]:
    """Recordings and tracks by name, each with a vector that begins with its place in the alphabet."""
    tracks = [Track(name, (f"Artist of {name}",), "file", name) for name in names]
    await store.catalogue.add([Candidate(track, (COUNTED,)) for track in tracks])
    places = await store.catalogue.record(tracks)
    for name, place in zip(names, places, strict=True):
        for version in "12":  # of each the newest hearing counts
            vector = np.array([ord(name), float(version)], np.float32)
            await store.features.save(place.recording_id, Features("timbre", version, vector, {}))
    return {name: (place.recording_id, place.track_id) for name, place in zip(names, places, strict=True)}


async def asked(store: Store, listener: int, given: list[int], shown: list[tuple[int, int]], kind: SourceKind) -> str:
    """A request with these songs, answered with those: a close one, and wildcards."""
    request = await store.requests.ask(listener, Address("web", "p"), Source(kind, "x"), Options(), "Mine")
    await store.catalogue.keep_seeds(request.id, given)
    await store.requests.claim(request.id, "w", 60)
    picks = [Chosen(Arm.WILDCARD if number else Arm.CLOSE, 7.0 - number, recording, track, "A seed", said("Because."),
                    swayed=0.5 - number if number < 2 else None)
             for number, (recording, track) in enumerate(shown)]  # fmt: skip
    assert await store.slates.finish(request.id, "w", "timbre", "1", picks, ())
    return request.id


@pytest.fixture
async def told(store: Store) -> tuple[int, int]:
    """Two listeners: the first asked with A and B, was shown C, D and E, and rated two of them."""
    known = await songs(store, "ABCDEFG")
    ada, ben = await store.listeners.find("web", "ada"), await store.listeners.find("web", "ben")
    shown = [known[name] for name in "CDE"]
    request = await asked(store, ada, [known["A"][0], known["B"][0]], shown, SourceKind.ACCOUNT)
    await asked(store, ada, [known["F"][0]], [], SourceKind.SAMPLE)
    await asked(store, ben, [known["G"][0]], [known["C"]], SourceKind.LINK)
    slate = await store.slates.get(request)
    assert slate is not None
    for pick, value in zip(slate.picks, (9, 2), strict=False):
        await store.listeners.rate(Verdict(ada, pick.recording_id, value, "🔥"), pick.id)
    return ada, ben


async def test_songs_that_are_theirs_and_what_they_were_shown(store: Store, told: tuple[int, int]) -> None:
    placed = await store.portraits.songs(told[0])
    assert {(song.title, song.arm, chr(int(song.vector[0])), song.vector[1]) for song in placed} == {
        ("Artist of A – A", None, "A", 2), ("Artist of B – B", None, "B", 2), ("Artist of C – C", Arm.CLOSE, "C", 2),
        ("Artist of D – D", Arm.WILDCARD, "D", 2), ("Artist of E – E", Arm.WILDCARD, "E", 2),
    }  # fmt: skip
    counted = await store.portraits.audiences({song.artist_id for song in placed} | {10_000})
    assert counted.pop(10_000) == ()
    assert len(counted) == 5 and set(counted.values()) == {(COUNTED,)}


async def test_what_their_ratings_added_and_how_it_turned_out(store: Store, told: tuple[int, int]) -> None:
    found = [(pick.title[-1], pick.expected, pick.swayed, pick.rated) for pick in await store.portraits.swayed(told[0])]
    assert found == [("C", 7.0, 0.5, 9), ("D", 6.0, -0.5, 2), ("E", 5.0, None, None)]
    assert await store.portraits.rated(told[0]) == [(Arm.CLOSE, 9), (Arm.WILDCARD, 2)]
    assert [pick.rated for pick in await store.portraits.swayed(told[1])] == [None], "what others rate is theirs"


async def test_a_stranger_has_nothing(store: Store) -> None:
    nobody = await store.listeners.find("web", "nobody")
    assert await store.portraits.songs(nobody) == []
    assert await store.portraits.swayed(nobody) == []
    assert await store.portraits.audiences([]) == {}
