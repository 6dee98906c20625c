"""The catalogue: one recording, one row, however often and from wherever it comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from core.errors import NotAudio
from core.model import UNKNOWN_ARTIST, Audience, Candidate, Features, Track
from core.store.store import Store

SONG = Track(
    "Night Bus (feat. Somebody)", ("The Example", "Somebody"), "deezer", "1", "7", "An album", "GBAAA2600001", 201.5,
    date(2026, 11, 20), "https://www.deezer.com/track/1", "https://example.org/c.jpg", Path("demo/1.mp3"), True,
)  # fmt: skip


async def test_a_track_is_read_back_whole(store: Store) -> None:
    (place,) = await store.catalogue.record([SONG])
    assert await store.catalogue.tracks([place.track_id]) == {place.track_id: SONG}


async def test_versions_and_sources_are_one_recording(store: Store) -> None:
    same = [
        SONG,
        Track("Night Bus", ("Example",), "text"),
        Track("Night Bus - Live at Home", ("The Example",), "file", "/x.mp3"),
        Track("A wholly different title", ("An alias",), "tidal", "5", isrc="GBAAA2600001"),
    ]
    placed = await store.catalogue.record(same)
    again = await store.catalogue.record([replace(SONG, source_id="2")])
    assert len({place.recording_id for place in placed + again}) == 1
    assert len({place.track_id for place in placed + again}) == 5
    (other,) = await store.catalogue.record([Track("Day Bus", ("The Example",))])
    assert other.recording_id != placed[0].recording_id
    assert other.artist_id == placed[0].artist_id


async def test_adding_twice_adds_nothing_and_brings_news(store: Store) -> None:
    then, now = (Audience("fans on Deezer", count, date(2026, 11, day)) for count, day in ((10, 1), (20, 8)))
    assert await store.catalogue.add([Candidate(SONG, (then,)), Candidate(SONG, (then,))]) == 1
    assert await store.catalogue.add([Candidate(replace(SONG, title="Night Bus"), (now,))]) == 0
    assert await store.catalogue.add([Candidate(SONG, (), "elsewhere")]) == 1
    (place,) = await store.catalogue.record([SONG])
    assert await store.catalogue.audiences([place.artist_id, 999]) == {place.artist_id: (now,)}
    assert await store.catalogue.collections() == {"main": 1, "elsewhere": 1}
    assert (await store.catalogue.count("main"), await store.catalogue.count("none")) == (1, 0)


async def test_what_is_only_recorded_is_no_candidate(store: Store) -> None:
    await store.catalogue.record([SONG])
    assert await store.catalogue.collections() == {}


async def test_songs_without_an_artist_are_not_one_artist(store: Store) -> None:
    tracks = [Track(f"Track {n}", (UNKNOWN_ARTIST,), "file", f"/music/{n}.mp3") for n in range(2)]
    placed = await store.catalogue.record(tracks)
    assert len({place.artist_id for place in placed}) == 2
    assert await store.catalogue.artist_ids([UNKNOWN_ARTIST]) == []


async def test_many_at_once_keep_their_order(store: Store) -> None:
    tracks = [Track(f"Song {n % 700}", (f"Artist {n % 90}",), "text", str(n)) for n in range(1200)]
    placed = await store.catalogue.record(tracks)
    assert len({place.track_id for place in placed}) == 1200
    stored = await store.catalogue.tracks([place.track_id for place in placed])
    assert [stored[place.track_id].source_id for place in placed] == [str(n) for n in range(1200)]
    assert len(await store.catalogue.artist_ids([f"artist {n}" for n in range(100)])) == 90


async def test_features_and_failures(store: Store) -> None:
    good, bad = await store.catalogue.record([Track("Good", ("A",)), Track("Bad", ("B",))])
    vector = np.linspace(-1, 1, 9, dtype=np.float32)
    await store.features.save(good.recording_id, Features("timbre", "1", vector, {"tempo": 90.0}))
    await store.features.save(good.recording_id, Features("timbre", "1", vector * 2, {"tempo": 91.0}))
    await store.features.save_failure(bad.recording_id, "timbre", "1", NotAudio(name="Bad"))
    found = await store.features.of([good.recording_id, bad.recording_id], "timbre", "1")
    assert list(found) == [good.recording_id]
    np.testing.assert_array_equal(found[good.recording_id].vector, vector * 2)
    assert found[good.recording_id].named == {"tempo": 91.0}
    assert await store.features.failed([good.recording_id, bad.recording_id], "timbre", "1") == {bad.recording_id}


async def test_notices(store: Store) -> None:
    assert await store.notice("harvest") == {}
    await store.announce("harvest", sentence="One.")
    await store.announce("harvest", sentence="Two.", done=3)
    assert await store.notice("harvest") == {"sentence": "Two.", "done": 3}


async def test_one_recording_however_its_title_is_spelt(store: Store) -> None:
    """What the key alone would keep apart, and what must stay apart."""
    titles = ["Raggard", "Ragged", "Part One", "Part Two", "Midnight Citty", "Midnight City"]
    placed = [(await store.catalogue.record([Track(title, ("The Example",), "x", title)]))[0] for title in titles]
    numbers = [place.recording_id for place in placed]
    assert numbers[4] == numbers[5]
    assert numbers[2] != numbers[3]
    at_once = await store.catalogue.record([Track(title, ("The Example",), "y", title) for title in titles])
    assert [place.recording_id for place in at_once] == numbers
    other = await store.catalogue.record([Track("Midnight City", ("Somebody else",), "z", "1")])
    assert other[0].recording_id not in numbers


async def test_a_source_with_many_songs_keeps_no_other_waiting(store: Store) -> None:
    songs = [Candidate(Track(f"Song {n}", (f"Artist {n}",), "many", str(n))) for n in range(5)]
    songs += [Candidate(Track(f"Song {n}", (f"Other {n}",), "few", str(n))) for n in range(2)]
    await store.catalogue.add(songs)
    waiting = [song.track for song in await store.catalogue.unheard(["main"], "timbre", "1")]
    assert [(track.source, track.source_id) for track in waiting] == [
        ("many", "0"), ("few", "0"), ("many", "1"), ("few", "1"), ("many", "2"), ("many", "3"), ("many", "4")
    ]  # fmt: skip
