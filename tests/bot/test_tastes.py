"""A listener's taste from the store, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bot.portraits import Portraits
from bot.tastes import Tastes, describe, describe_comparison
from bot.words import ENGLISH
from core.errors import NoTasteYet, TheirTasteUnknown
from core.model import Address, Candidate, Features, Options, Source, SourceKind, Track
from core.store.store import Store
from core.taste import Comparison, Overlap, Taste, Trait

OTHERS = {"loudness": -10.0, "brightness": 2000.0, "onset_rate": 3.0, "music": 1.0}


async def listener(store: Store, name: str, tempi: Sequence[float], *, candidates: bool = False) -> int:
    """Somebody who asked with songs of these tempi; they become ``candidates``, too, if wished."""
    tracks = [Track(f"{name} {tempo}", (name,), "demo", f"{name} {tempo}") for tempo in tempi]
    songs = [place.recording_id for place in await store.catalogue.record(tracks)]
    for song, tempo in zip(songs, tempi, strict=True):
        features = Features("timbre", "1", np.zeros(2, np.float32), {"tempo": tempo, **OTHERS})
        await store.features.save(song, features)
    if candidates:
        await store.catalogue.add([Candidate(track) for track in tracks])
    somebody = await store.listeners.find("web", name)
    request = await store.requests.ask(somebody, Address("web", "p"), Source(SourceKind.LINK, "x"), Options(), "t")
    await store.catalogue.keep_seeds(request.id, songs)
    return somebody


async def test_my_taste_is_held_against_the_catalogue(store: Store) -> None:
    await listener(store, "of the catalogue", [80, 90, 130, 140], candidates=True)
    taste = (await Portraits(store, {}).of(await listener(store, "me", [100, 135, 150]))).taste
    assert taste
    assert taste.songs == 3
    assert taste.traits[0] == Trait("tempo", 135.0, 0.75)
    assert [trait.place for trait in taste.traits[1:]] == [0.5, 0.5, 0.5]


async def test_two_songs_do_not_tell(store: Store) -> None:
    assert (await Portraits(store, {}).of(await listener(store, "me", [100, 120]))).taste is None


async def test_a_comparison(store: Store) -> None:
    mine, theirs = await listener(store, "me", [80, 90, 100, 110]), await listener(store, "you", [100, 110, 120, 130])
    comparison = await Tastes(store).compare(mine, theirs)
    assert comparison.least == Overlap("tempo", 0.5, 95.0, 115.0)
    assert comparison.share == pytest.approx((0.5 + 3) / 4)


async def test_a_comparison_needs_both(store: Store) -> None:
    somebody, nobody = await listener(store, "me", [80, 90, 100]), await listener(store, "you", [100])
    with pytest.raises(TheirTasteUnknown):
        await Tastes(store).compare(somebody, nobody)
    with pytest.raises(NoTasteYet):
        await Tastes(store).compare(nobody, somebody)


def test_a_taste_in_one_sentence() -> None:
    traits = (
        Trait("tempo", 117.6, 0.634),
        Trait("loudness", -9.53, 0.0),
        Trait("brightness", 2345.4, 1.0),
        Trait("onset_rate", 2.0, 0.5),
    )
    assert describe(Taste(42, traits), ENGLISH) == (
        "Median of 42 songs: 118 BPM, faster than 63 % of the catalogue; -9.5 LUFS, louder than 0 %; "
        "2,345 Hz, brighter than 100 %; 2 notes per second, busier than 50 %."
    )


def test_a_comparison_in_words() -> None:
    most, least = Overlap("tempo", 0.9, 118.0, 120.0), Overlap("loudness", 0.312, -9.5, -14.25)
    assert describe_comparison(Comparison(0.637, most, least), ENGLISH) == (
        "Your tastes overlap by 64 %. Closest: Tempo (90 %). Farthest apart: Loudness (31 %), "
        "-9.5 LUFS against -14.2 LUFS."
    )


def test_nothing_more_is_said_where_all_is_shared_alike() -> None:
    most, least = Overlap("tempo", 1.0, 118.0, 118.0), Overlap("onset_rate", 1.0, 3.0, 3.0)
    assert describe_comparison(Comparison(1.0, most, least), ENGLISH) == "Your tastes overlap by 100 %."
