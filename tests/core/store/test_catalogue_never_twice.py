"""Never shown twice: the store finds the recording that a track belongs to, as well as the rule says it should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import delete

from core.model import UNKNOWN_ARTIST, Track
from core.store.schema import artists
from core.store.store import Store
from tests.core.test_recording import ONE, TWO, figures

GUETTA, SIA = "David Guetta", "Sia"
SWAPPED = [
    (Track("Titanium", (GUETTA, SIA)), Track("Titanium", (SIA, GUETTA))),
    (Track("Titanium", (f"{GUETTA} & {SIA}",)), Track("Titanium - Radio Edit", (SIA, GUETTA))),
    (Track("Titanium (feat. Sia) [Extended]", (GUETTA,)), Track("Titanium", (SIA, GUETTA))),
    (Track("Titanium feat. Sia - Live", (GUETTA,)), Track("Titanium", (f"{SIA} with {GUETTA}",))),
]


async def _recordings(store: Store, songs: Sequence[Track]) -> list[int]:
    """The recording of each song, written down one after the other, from sources that know nothing of each other."""
    return [
        (await store.catalogue.record([replace(song, source="source", source_id=str(number))]))[0].recording_id
        for number, song in enumerate(songs)
    ]


@pytest.mark.parametrize("step", [1, -1], ids=["as written", "the other first"])
async def test_precision_and_recall_of_the_store(store: Store, step: int) -> None:
    """Each pair of the table in a store that holds nothing else."""
    merged = {}
    for pair in ONE + TWO:
        first, second = await _recordings(store, pair[::step])
        merged[pair] = first == second
        async with store.catalogue._engine.begin() as connection:
            await connection.execute(delete(artists))
    precision, recall = figures("store", lambda one, other: merged[one, other])
    assert precision >= 0.99
    assert recall >= 0.9


@pytest.mark.parametrize("step", [1, -1], ids=["as written", "the other first"])
@pytest.mark.parametrize("pair", SWAPPED)
async def test_artists_in_another_order_are_one_recording(store: Store, pair: tuple[Track, Track], step: int) -> None:
    assert len(set(await _recordings(store, pair[::step]))) == 1


async def test_artists_in_another_order_at_once(store: Store) -> None:
    songs = [replace(song, source_id=str(number)) for number, song in enumerate(SWAPPED[0])]
    first, second = await store.catalogue.record(songs)
    assert first.recording_id == second.recording_id
    assert first.track_id != second.track_id
    assert first.artist_id != second.artist_id


async def test_an_artist_in_common_is_not_enough_and_a_title_is_not(store: Store) -> None:
    songs = [
        Track("Titanium", (GUETTA, SIA)),
        Track("Chandelier", (SIA, GUETTA)),
        Track("Titanium", ("Somebody", "Somebody else")),
        Track("Titanium", (UNKNOWN_ARTIST, "A third")),
        Track("Titanium (Alesso Remix)", (SIA, GUETTA)),
    ]
    assert len(set(await _recordings(store, songs))) == len(songs)
