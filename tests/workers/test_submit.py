"""Submission: the same tests as for everything else, and an honest word on what became of each song."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.errors import NotAdmitted, ServiceDown, TooManySongs, UnknownLink
from core.model import (
    Address,
    Audience,
    Career,
    Features,
    Options,
    Playlist,
    Request,
    RulingKind,
    Source,
    SourceKind,
    State,
    Track,
)
from core.settings import Catalogue, Settings
from core.store.store import Store
from tests.fakes.deezer import FakeDeezer
from tests.fakes.music import FakeMusic
from workers.gate import Gate
from workers.hearing import Heard, Report, Song
from workers.house import House
from workers.serve import serve
from workers.submit import MOST, Submit

TODAY = date.today()


@pytest.fixture(autouse=True)
def _of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that goes on over midnight is of two days."""
    monkeypatch.setattr(f"{__name__}.TODAY", date.today())


LINK = "https://fake.example/album/1"


class FakeEar:
    """Hears every song but the ``silent`` ones, by title."""

    extractor = "fake"
    version = "1"

    def __init__(self) -> None:
        self.silent: set[str] = set()

    async def known(self, recording_ids: Sequence[int]) -> dict[int, Features]:
        return {}

    async def listen(self, songs: Sequence[Song], report: Report, at_once: int = 0) -> Heard:
        heard = Features(self.extractor, self.version, np.zeros(2, np.float32))
        return Heard({song.recording_id: heard for song in songs if song.track.title not in self.silent}, [])


class FakeService:
    """Reads links: ``pages`` by their address; it finds any song, as the one that ``found`` names by title."""

    name = "fake"
    hosts = frozenset({"fake.example"})

    def __init__(self) -> None:
        self.pages: dict[str, Playlist] = {}
        self.found: dict[str, Track] = {}

    async def read(self, link: str) -> Playlist:
        return self.pages[link]

    async def find(self, track: Track) -> Track | None:
        return self.found.get(track.title)

    async def preview(self, track: Track) -> bytes | None:
        return None


class Desk:
    """A desk where songs are handed in."""

    def __init__(self, store: Store, **limits: object) -> None:
        self.store = store
        self.music = FakeMusic()
        self.ear = FakeEar()
        self.service = FakeService()
        settings = Settings(catalogue=Catalogue.model_validate(limits))
        self.gate = Gate(store, [self.music], [self.music], settings.catalogue)
        self.submit = Submit(store, [self.service], [self.service], self.gate, self.ear, settings)

    async def hand_in(self, *tracks: Track, link: str = LINK, total: int | None = None) -> list[str]:
        """The sentences of the answer."""
        self.service.pages[LINK] = Playlist("The album", tracks, "fake", total)
        listener = await self.store.listeners.find("web", "x")
        source = Source(SourceKind.SUBMISSION, link)
        request = await self.store.requests.ask(listener, Address("web", "x"), source, Options(), link)
        await self.store.requests.claim(request.id, "w", 60)
        assert await self.submit(request, "w", _nothing)
        answered = await self.store.requests.get(request.id)
        slate = await self.store.slates.get(request.id)
        assert answered is not None and slate is not None
        assert (answered.state, answered.title, slate.picks) == (State.READY, "The album", ())
        return [str(note) for note in answered.progress.note]

    async def refused(self, *tracks: Track) -> str:
        """The sentence of the refusal."""
        with pytest.raises(NotAdmitted) as refusal:
            await self.hand_in(*tracks)
        return str(refusal.value)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'submit.db'}")
    yield store
    await store.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def song(title: str, artist: str = "New", released: date | None = TODAY) -> Track:
    return Track(title, (artist,), "fake", f"{artist} {title}", artist_id=artist, release_date=released)


def listeners(count: int) -> Audience:
    return Audience("listeners on Last.fm", count, TODAY)


async def test_a_new_song_gets_in_and_then_it_is_there(desk: Desk) -> None:
    desk.music.counts["New"] = listeners(12)
    assert await desk.hand_in(song("Debut")) == ["“New – Debut” is in the catalogue now."]
    assert await desk.store.catalogue.count("main") == 1
    known = await desk.store.artists.known(["New"])
    assert known["new"].audiences == (listeners(12),), "as a harvest writes it down"
    assert await desk.hand_in(song("Debut")) == ["“New – Debut” is in the catalogue already."]
    elsewhere = replace(song("Debut"), source="other")
    assert await desk.hand_in(elsewhere) == ["“New – Debut” is in the catalogue already."]
    assert await desk.store.catalogue.count("main") == 1


async def test_an_album_of_which_some_get_in(desk: Desk) -> None:
    desk.ear.silent = {"Silence", "Nothing"}
    old = TODAY - timedelta(days=400)
    tracks = [song("One"), song("Two"), song("Silence"), song("Nothing"), song("Old", released=old), song("Two")]
    assert await desk.hand_in(*tracks) == [
        "“New – One”, “New – Two” are in the catalogue now.",
        "“New – Silence”, “New – Nothing”: I could not find the sound.",
        f"“New – Old”: not new: released {old.day} {old:%b} {old.year}.",
    ]
    assert await desk.store.catalogue.count("main") == 2, "what cannot be heard is not offered"


async def test_too_well_known(desk: Desk) -> None:
    desk.music.counts["Star"] = listeners(9_000_000)
    assert await desk.refused(song("Hit", "Star")) == (
        "“Star – Hit” does not pass the tests of the catalogue: "
        f"too well known: 9,000,000 listeners on Last.fm, {TODAY.day} {TODAY:%b}."
    )
    assert await desk.store.catalogue.count("main") == 0


async def test_not_a_new_artist(desk: Desk) -> None:
    desk.music.lives["Veteran"] = Career("fake", TODAY, date(1990, 1, 1), 20, 1)
    assert "not a new artist: audience unknown · first release 1990." in await desk.refused(song("Again", "Veteran"))


async def test_whom_nobody_counts_gets_in_where_the_operator_says_so(desk: Desk, store: Store) -> None:
    strict = Desk(store, unknown=False)
    assert (await strict.refused(song("Debut"))).endswith("nobody can tell me how well known New is.")
    assert await desk.hand_in(song("Debut")) == ["“New – Debut” is in the catalogue now."]


async def test_who_cannot_be_measured_now_waits(desk: Desk) -> None:
    desk.music.trouble = ServiceDown(service="Fake Music")
    assert (await desk.refused(song("Debut"))).endswith("nobody can tell me at the moment how well known New is.")
    desk.music.trouble = None
    assert await desk.hand_in(song("Debut")) == ["“New – Debut” is in the catalogue now."]


async def test_no_sound(desk: Desk) -> None:
    desk.ear.silent = {"Silence"}
    assert (await desk.refused(song("Silence"))).endswith(": I could not find the sound.")
    assert await desk.store.catalogue.count("main") == 0


async def test_the_day_is_looked_for(desk: Desk) -> None:
    undated = song("Undated", released=None)
    assert (await desk.refused(undated)).endswith(": nobody can tell me when it came out.")
    desk.service.found["Undated"] = replace(undated, url="https://fake.example/song/7")
    desk.service.pages["https://fake.example/song/7"] = Playlist("Undated", (song("Undated"),), "fake")
    assert await desk.hand_in(undated) == ["“New – Undated” is in the catalogue now."]
    desk.service.found["Told"] = song("Told", released=TODAY - timedelta(days=400))
    assert ": not new: released " in await desk.refused(song("Told", released=None))


async def test_the_guard_keeps_out_whom_it_hides(store: Store) -> None:
    desk = Desk(store, guard="hide")
    desk.music.lives["New"] = Career("fake", TODAY, date(2025, 1, 1), 500, 400)
    assert (await desk.refused(song("Debut"))).endswith("may be machine-made: 400 releases within a year.")
    await store.artists.rule("New", RulingKind.ALLOW)
    assert await desk.hand_in(song("Debut")) == ["“New – Debut” is in the catalogue now."]


async def test_no_more_than_an_album(desk: Desk) -> None:
    songs = [song(str(number)) for number in range(MOST)]
    (sentence,) = await desk.hand_in(*songs)
    assert sentence.endswith("are in the catalogue now.")
    with pytest.raises(TooManySongs) as refusal:
        await desk.hand_in(*songs, total=MOST + 1)
    assert refusal.value.args_ == {"limit": 30, "count": 31}
    with pytest.raises(TooManySongs):
        await desk.hand_in(*songs, song("One too many"))


async def test_a_link_that_nobody_reads(desk: Desk) -> None:
    with pytest.raises(UnknownLink):
        await desk.hand_in(link="https://elsewhere.example/1")


async def test_a_submitted_song_is_recommended(
    house: House, deezer: FakeDeezer, tmp_path: Path, clips: list[bytes]
) -> None:
    artist = deezer.artist("New", 40)
    album = deezer.album(artist, "Debut", TODAY)
    number = deezer.track("Opener", artist, album, preview=clips[3])
    offered = await ask(house, Source(SourceKind.SUBMISSION, f"https://www.deezer.com/track/{number}"))
    assert (offered.state, [str(note) for note in offered.progress.note]) == (
        State.READY, ["“New – Opener” is in the catalogue now."]
    )  # fmt: skip
    mine = tmp_path / "mine.mp3"
    mine.write_bytes(clips[3])
    playlist = Playlist("Mine", (Track("Mine", ("Me",), "file", str(mine), path=mine),), "file")
    answered = await ask(house, Source(SourceKind.PLAYLIST, playlist=playlist))
    slate = await house.store.slates.get(answered.id)
    assert slate is not None
    assert [pick.track.title for pick in slate.picks] == ["Opener"]
    assert slate.picks[0].audiences == (Audience("fans on Deezer", 40, TODAY),)


async def ask(house: House, source: Source) -> Request:
    listener = await house.store.listeners.find("web", "x")
    request = await house.store.requests.ask(listener, Address("web", "x"), source, Options(), "t")
    await serve(house, request.id)
    served = await house.store.requests.get(request.id)
    assert served is not None
    return served


async def _nothing(_progress: object) -> None:
    return None
