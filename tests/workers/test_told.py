"""Songs compared by features that services tell, none of them heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import cos, sin
from pathlib import Path

import numpy as np
import pytest

from core.errors import ServiceDown
from core.model import Candidate, Features, Options, Playlist, Source, SourceKind, State, Track
from core.store.store import Store
from tests.workers.test_recommend import ask, slate
from workers.hearing import Song
from workers.house import House
from workers.recommend import Recommend
from workers.taste.encoding import NAMES
from workers.told import Told, spotify_id


class Teller:
    """Knows features by Spotify id; ``asked`` are the ids it was asked for."""

    def __init__(self, name: str, rows: dict[str, list[float]], *, down: bool = False) -> None:
        self.name = self.extractor = name
        self.version = "1"
        self.rows = rows
        self.down = down
        self.asked: list[list[str]] = []

    async def features_of(self, spotify_ids: Sequence[str]) -> dict[str, Features]:
        self.asked.append(list(spotify_ids))
        if self.down:
            raise ServiceDown(service=self.name)
        known = {
            name: np.array([*row, *[0] * (len(NAMES) - len(row))], np.float32)
            for name, row in self.rows.items()
            if name in spotify_ids
        }
        return {name: Features(self.name, "1", vector, {"tempo": 100.0}) for name, vector in known.items()}


def identity(number: int) -> str:
    return f"{number:022d}"


def track(number: int, title: str = "") -> Track:
    return Track(
        title or f"Song {number}", (f"Artist {number}",), url=f"https://open.spotify.com/track/{identity(number)}"
    )


@pytest.mark.parametrize(
    ("song", "expected"),
    [
        (track(7), identity(7)),
        (Track("A", ("B",), "spotify", "3n3Ppam7vgaVa1iaRUc9Lp"), "3n3Ppam7vgaVa1iaRUc9Lp"),
        (Track("A", ("B",), url="https://open.spotify.com/album/3n3Ppam7vgaVa1iaRUc9Lp"), ""),
        (Track("A", ("B",), "deezer", "7", url="https://www.deezer.com/track/7"), ""),
    ],
)
def test_spotify_ids(song: Track, expected: str) -> None:
    assert spotify_id(song) == expected


async def test_one_source_fills_what_another_leaves_out(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    songs = [track(n) for n in range(5)]
    placed = await store.catalogue.record(songs)
    heard = [Song(place.recording_id, song) for place, song in zip(placed, songs, strict=True)]
    down = Teller("down", {}, down=True)
    first, second = Teller("first", {identity(1): [1, 0]}), Teller("second", {identity(1): [9, 9], identity(3): [0, 1]})

    async def nothing(_done: int) -> None:
        return None

    told = await Told(store, [down, first, second]).listen(heard, nothing)
    assert {number: list(row.vector[:2]) for number, row in told.features.items()} == {
        placed[1].recording_id: [1, 0], placed[3].recording_id: [0, 1]
    }  # fmt: skip
    assert [row.extractor for row in told.features.values()] == ["ten", "ten"]
    assert [trouble.code for trouble in told.troubles] == ["ServiceDown"]
    assert identity(1) not in second.asked[0]
    kept = await Told(store, []).known([place.recording_id for place in placed])
    assert set(kept) == {placed[1].recording_id, placed[3].recording_id}
    await store.close()


async def test_a_slate_by_told_features(house: House) -> None:
    candidates = [track(number) for number in range(1, 7)]
    await house.store.catalogue.add([Candidate(song, collection="added") for song in candidates])
    rows = {identity(number): [cos(number / 2), sin(number / 2)] for number in range(8)}
    ear = Told(house.store, [Teller("teller", rows)])
    house.recommend = Recommend(house.store, house.reading, [ear], house.stock, house.looking, house.settings)
    mine = Source(SourceKind.PLAYLIST, playlist=Playlist("Mine", (track(7, "Mine"),), "file"))
    answer = await slate(house, await ask(house, mine, Options("nearest", 2, 0, features="ten")))
    assert [pick.track.title for pick in answer.picks] == ["Song 6", "Song 5"]
    unknown = Source(SourceKind.PLAYLIST, playlist=Playlist("Mine", (Track("No id", ("Nobody",)),), "file"))
    refused = await ask(house, unknown, Options(features="ten"))
    assert (refused.state, refused.error) == (State.REFUSED, "NoFeaturesForSeeds")
    wrong = await ask(house, mine, Options(features="psychic"))
    assert wrong.error == "UnknownChoice"


async def test_the_length_comes_from_the_song_where_nobody_tells_it(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    songs = [replace(track(number), duration_s=200.0 + number) for number in range(2)]
    placed = await store.catalogue.record(songs)
    untold, told = [0.5] * 11 + [np.nan, 4], [0.5] * 11 + [180.0, 4]
    teller = Teller("teller", {identity(0): untold, identity(1): told})

    async def nothing(_done: int) -> None:
        return None

    found = await Told(store, [teller]).listen(
        [Song(place.recording_id, song) for place, song in zip(placed, songs, strict=True)], nothing
    )
    lengths = [found.features[place.recording_id].vector[NAMES.index("duration_s")] for place in placed]
    assert lengths == [200, 180]
    await store.close()
