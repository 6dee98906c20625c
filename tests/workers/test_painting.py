"""Painting: what is ordered is drawn in a child and kept, once; what cannot be drawn is noted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from core.model import Track
from core.orders import Map, Order, Portrait, Sheet
from core.settings import Settings
from core.store.pictures import Picture
from core.store.store import Store
from workers.painting import BROKEN, NO_SOUND, Painting
from workers.pictures import PICTURES
from workers.pool import Pool

NAMES = ("waveform", "trimmed", "mfcc")


class Sounds:
    """A service with one clip."""

    name = "deezer"

    def __init__(self, clip: bytes | None) -> None:
        self.clip = clip

    async def find(self, track: Track) -> Track | None:
        return None

    async def preview(self, track: Track) -> bytes | None:
        return self.clip


@pytest.fixture(scope="module")
def pool() -> AsyncIterator[Pool]:
    pool = Pool(1, Settings().audio)
    yield pool
    pool.close()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    yield store
    await store.close()


async def painted(store: Store, pool: Pool, order: Order, clip: bytes | None = None, folder: Path = Path()) -> Picture:
    painting = Painting(store, pool, [Sounds(clip)], Settings(state_dir=folder))  # type: ignore[list-item]
    key = await store.pictures.order(await store.listeners.find("web", "ada"), order)
    await painting(key)
    picture = await store.pictures.get(key)
    assert picture is not None
    return picture


async def test_a_chart_is_drawn_once(store: Store, pool: Pool) -> None:
    sheet = Sheet("Your taste", "", (("", Map(())),))
    picture = await painted(store, pool, sheet)
    assert picture.image is not None and Image.open(BytesIO(picture.image)).size == (800, 672)
    painting = Painting(store, pool, [], Settings())
    pool_of_none = Painting(store, None, [], Settings())  # type: ignore[arg-type] # it must not be needed
    key = await store.pictures.order(await store.listeners.find("web", "ada"), sheet)
    await pool_of_none(key)
    await painting("a key that nobody ordered")


async def test_a_song_is_drawn_and_described(store: Store, pool: Pool, clips: list[bytes]) -> None:
    (place,) = await store.catalogue.record([Track("Song", ("Artist",), "deezer", "1")])
    picture = await painted(store, pool, Portrait(place.track_id, "Artist – $\\frac$ Song", NAMES), clips[0])
    assert picture.image is not None and Image.open(BytesIO(picture.image)).width == 1200
    assert picture.alt.count("Waveform of") == 2 and "Mel-frequency cepstral coefficients" in picture.alt


async def test_a_song_of_this_machine_is_drawn(store: Store, pool: Pool, clips: list[bytes], tmp_path: Path) -> None:
    (tmp_path / "song.mp3").write_bytes(clips[1])
    (place,) = await store.catalogue.record([Track("Song", ("Artist",), "file", "1", path=Path("song.mp3"))])
    picture = await painted(store, pool, Portrait(place.track_id, "Song", ("waveform",)), folder=tmp_path)
    assert picture.image


@pytest.mark.parametrize(("clip", "error"), [(None, NO_SOUND), (b"no sound at all", "not_audio")])
async def test_what_cannot_be_heard_is_noted(store: Store, pool: Pool, clip: bytes | None, error: str) -> None:
    (place,) = await store.catalogue.record([Track("Song", ("Artist",), "deezer", "1")])
    picture = await painted(store, pool, Portrait(place.track_id, "Song", NAMES), clip)
    assert picture.image is None
    assert picture.error and (picture.error == error or clip)


async def test_a_track_that_is_gone_is_noted(store: Store, pool: Pool) -> None:
    assert (await painted(store, pool, Portrait(404, "Song", NAMES))).error == NO_SOUND


async def test_a_child_that_dies_of_it_is_noted(store: Store, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.painting.charts", dies)
    assert (await painted(store, pool, Sheet("Dies", "", ()))).error == BROKEN


def dies(_: object) -> None:
    import os

    os._exit(1)


def test_the_names_that_pages_ask_for_are_known() -> None:
    from bot.listing import FIGURES

    assert set(FIGURES) <= set(PICTURES)
