"""Which songs stand for a listener, and which for the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from core.errors import NotAudio
from core.model import Address, Arm, Candidate, Features, Options, Request, Source, SourceKind, Track, Verdict
from core.said import said
from core.store.slates import Chosen
from core.store.store import Store

OTHER_NAMES = {"loudness": -10.0, "brightness": 2000.0, "onset_rate": 3.0, "music": 1.0}


def track(title: str) -> Track:
    return Track(title, (f"Artist of {title}",), "demo", title)


async def heard(store: Store, title: str, tempo: float, version: str = "1", extractor: str = "timbre") -> int:
    """A song with its tempo; returns the recording."""
    (place,) = await store.catalogue.record([track(title)])
    named = {"tempo": tempo, **OTHER_NAMES}
    await store.features.save(place.recording_id, Features(extractor, version, np.zeros(2, np.float32), named))
    return place.recording_id


async def asked(store: Store, handle: str, songs: Sequence[int], kind: SourceKind = SourceKind.LINK) -> Request:
    """A request with these seeds."""
    listener = await store.listeners.find("web", handle)
    request = await store.requests.ask(listener, Address("web", "p"), Source(kind, "x"), Options(), "t")
    await store.catalogue.keep_seeds(request.id, songs)
    return request


async def rated(store: Store, request: Request, values: Mapping[str, int]) -> None:
    """Answers the request with songs (by their titles), of which the listener thinks this much."""
    await store.requests.claim(request.id, "w", 10)
    places = await store.catalogue.record([track(title) for title in values])
    chosen = [Chosen(Arm.CLOSE, 0.5, place.recording_id, place.track_id, "", said("Because.")) for place in places]
    assert await store.slates.finish(request.id, "w", "nearest", "1", chosen, [])
    slate = await store.slates.get(request.id)
    assert slate is not None
    for pick, value in zip(slate.picks, values.values(), strict=True):
        await store.listeners.rate(Verdict(request.listener_id, pick.recording_id, value, "?"), pick.id)


async def loved(store: Store, listener: int) -> list[float]:
    return [named["tempo"] for named in await store.tastes.loved(listener)]


async def catalogue(store: Store, limit: int = 5000) -> list[float]:
    return [named["tempo"] for named in await store.tastes.catalogue(limit=limit)]


async def test_the_seeds_of_all_requests_count_once(store: Store) -> None:
    one, two, three = [await heard(store, title, tempo) for title, tempo in (("a", 90), ("b", 100), ("c", 110))]
    first = await asked(store, "me", [one, two])
    await asked(store, "me", [two, three], SourceKind.PLAYLIST)
    await asked(store, "somebody else", [await heard(store, "d", 200)])
    assert await loved(store, first.listener_id) == [90, 100, 110]
    assert dict((await store.tastes.loved(first.listener_id))[0]) == {"tempo": 90, **OTHER_NAMES}


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (SourceKind.LINK, True),
        (SourceKind.PLAYLIST, True),
        (SourceKind.FOLDER, True),
        (SourceKind.SAMPLE, False),
        (SourceKind.BLEND, False),
        (SourceKind.SUBMISSION, False),
    ],
)
async def test_only_ones_own_songs_count(store: Store, kind: SourceKind, counts: bool) -> None:
    request = await asked(store, "me", [await heard(store, "a", 90)], kind)
    assert await loved(store, request.listener_id) == ([90] if counts else [])


async def test_ratings_add_and_take_away(store: Store) -> None:
    titles = {"seed": 90, "bad seed": 100, "poor seed": 105, "good": 110, "fair": 120}
    songs = {title: await heard(store, title, tempo) for title, tempo in titles.items()}
    request = await asked(store, "me", [songs["seed"], songs["bad seed"], songs["poor seed"]])
    await rated(store, request, {"bad seed": 2, "poor seed": 3, "good": 7, "fair": 6})
    assert await loved(store, request.listener_id) == [90, 105, 110]


async def test_somebody_elses_rating_changes_nothing(store: Store) -> None:
    song = await heard(store, "a", 90)
    mine, theirs = await asked(store, "me", [song]), await asked(store, "somebody else", [])
    await rated(store, theirs, {"a": 0})
    assert (await loved(store, mine.listener_id), await loved(store, theirs.listener_id)) == ([90], [])


async def test_the_newest_hearing_of_each_song(store: Store) -> None:
    """Also while a new version has heard some songs only, or has failed to hear one."""
    both, old = await heard(store, "a", 90, "1"), await heard(store, "b", 100, "1")
    await heard(store, "a", 95, "2")
    await heard(store, "a", 1, "1", "another extractor")
    await store.features.save_failure(old, "timbre", "2", NotAudio(name="b"))
    (unheard,) = await store.catalogue.record([track("c")])
    request = await asked(store, "me", [both, old, unheard.recording_id])
    assert await loved(store, request.listener_id) == [95, 100]


async def test_the_catalogue_is_its_candidates_newest_first(store: Store) -> None:
    for title, tempo in (("a", 90), ("b", 100), ("c", 110), ("no candidate", 120)):
        await heard(store, title, tempo)
    await store.catalogue.add([Candidate(track(title)) for title in ("c", "a", "b", "unheard")])
    await store.catalogue.add([Candidate(track("a"), collection="another one")])
    assert await catalogue(store) == [90, 100, 110]
    assert await catalogue(store, limit=2) == [90, 100]


async def test_an_empty_store(store: Store) -> None:
    assert (await loved(store, 1), await catalogue(store)) == ([], [])
