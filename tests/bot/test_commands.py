"""What people can ask for, whatever front end they ask on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot import commands as module
from bot.cards import JobCard, SlateCard
from bot.commands import Commands, Upload
from bot.picks import Picks
from core.errors import (
    BadInput,
    ForbiddenLink,
    NoReader,
    NoSongs,
    NotYours,
    QuotaReached,
    ServiceDown,
    ServiceTrouble,
    UnknownChoice,
    UnknownLink,
    WrongColumns,
)
from core.model import Address, Arm, Candidate, Options, Passage, Preferences, RulingKind, SourceKind, State, Track
from core.said import Said, dumps, said
from core.services import Services
from core.settings import Settings
from core.store.slates import Chosen
from core.store.store import Store
from tests.fakes.queue import FakeQueue

HERE = Address("web", "1")


@pytest.fixture
async def listener(commands: Commands) -> int:
    return await commands.listener("web", "me")


async def answered(
    store: Store,
    request_id: str,
    path: Path | None = None,
    source: str = "file",
    title: str = "New <b>Song</b>",
    label: Said | None = None,
    passage: Passage | None = None,
) -> int:
    """Gives the request a slate of one pick; the pick's id."""
    track = Track(title, ("Newcomer",), source, title, path=path, url="https://www.deezer.com/track/1")
    place, seed = await store.catalogue.record([track, passage.seed if passage else Track("Seed", ("Ada",))])
    await store.requests.claim(request_id, "w", 10)
    pick = Chosen(
        Arm.CLOSE, 0.5, place.recording_id, place.track_id, "Seed", said("Because."), label=label,
        passage=passage, seed_track_id=seed.track_id,
    )  # fmt: skip
    assert await store.slates.finish(request_id, "w", "nearest", "1", [pick], [said("a note")])
    slate = await store.slates.get(request_id)
    assert slate is not None
    return slate.picks[0].id


async def test_a_link_is_kept_for_the_worker_and_nudged_once(
    commands: Commands, store: Store, queue: FakeQueue, listener: int
) -> None:
    asked = await commands.recommend(listener, HERE, "  look: https://www.deezer.com/en/playlist/5?utm=x  ")
    request = await store.requests.get(asked)
    assert request is not None
    assert (request.source.kind, request.source.value) == (
        SourceKind.LINK, "https://www.deezer.com/en/playlist/5?utm=x"
    )  # fmt: skip
    assert queue.ids == [asked]


async def test_pasted_songs_are_read_at_once(commands: Commands, store: Store, listener: int) -> None:
    asked = await commands.recommend(listener, HERE, "One – First\nTwo - Second\nhttps://example.org/x")
    request = await store.requests.get(asked)
    assert request is not None
    assert request.source.playlist is not None
    assert [str(track) for track in request.source.playlist.tracks][:2] == ["One – First", "Two – Second"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("", NoSongs),
        ("hello there", NoSongs),
        ("file:///etc/passwd", ForbiddenLink),
        ("http://127.0.0.1:6379/", ForbiddenLink),
        ("https://[::1]/", ForbiddenLink),
        ("https://169.254.169.254/latest", ForbiddenLink),
        ("https://example.org/playlist/1", UnknownLink),
        ("https://open.spotify.com/playlist/37i9dQZF1DX1R3yDogYrbo", NoReader),
    ],
)
async def test_bad_words_are_one_sentence_and_leave_nothing(
    commands: Commands, store: Store, queue: FakeQueue, listener: int, words: str, error: type[BadInput]
) -> None:
    with pytest.raises(error):
        await commands.recommend(listener, HERE, words)
    assert await store.requests.of(listener, 9) == []
    assert queue.ids == []


async def test_ten_thousand_lines_are_taken(commands: Commands, store: Store, listener: int) -> None:
    lines = "\n".join(f"Artist {n} – Song {n}" for n in range(10_000))
    request = await store.requests.get(await commands.recommend(listener, HERE, lines))
    assert request is not None
    assert request.source.playlist is not None
    assert len(request.source.playlist.tracks) == 10_000


async def test_files(commands: Commands, store: Store, listener: int, tmp_path: Path) -> None:
    table = Upload("list.csv", b"artist,title\nOne,First\n")
    lines = Upload("list.txt", "Two – Second".encode())
    request = await store.requests.get(await commands.recommend_files(listener, HERE, [table, lines]))
    assert request is not None
    assert request.source.playlist is not None
    assert [track.title for track in request.source.playlist.tracks] == ["First", "Second"]
    sounds = [Upload("../../etc/a.mp3", b"x"), Upload("a.mp3", b"y"), Upload("…/☃ <>.flac", b"z")]
    request = await store.requests.get(await commands.recommend_files(listener, HERE, sounds))
    assert request is not None
    folder = Path(request.source.value)
    assert folder.parent == tmp_path / "uploads"
    assert sorted(file.read_bytes() for file in folder.iterdir()) == [b"x", b"y", b"z"]
    with pytest.raises(WrongColumns):
        await commands.recommend_files(listener, HERE, [Upload("list.csv", b"a,b\n1,2\n")])
    with pytest.raises(NoSongs):
        await commands.recommend_files(listener, HERE, [])


@pytest.mark.parametrize("away", ["refused", "silent"])
async def test_a_queue_that_is_away_loses_nothing(
    commands: Commands, store: Store, queue: FakeQueue, listener: int, away: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_QUEUE_S", 0.01)
    queue.away = away
    async with asyncio.timeout(5):
        asked = await commands.sample(listener, HERE)
    assert await store.requests.lost(0) == [asked]


async def test_cards_follow_the_request(commands: Commands, store: Store, listener: int) -> None:
    asked = await commands.sample(listener, HERE)
    second = await commands.sample(listener, HERE)
    card = await commands.card(listener, second)
    assert isinstance(card, JobCard)
    assert (card.state, card.note) == (State.ASKED, "1 ahead of you in the queue.")
    await answered(store, asked)
    card = await commands.card(listener, asked)
    assert isinstance(card, SlateCard)
    assert (card.note, card.picks[0].title, card.picks[0].rated) == ("a note", "New <b>Song</b>", "")
    await commands.cancel(listener, second)
    cards = await commands.history(listener)
    assert [card.request_id for card in cards] == [asked, second]
    assert isinstance(cards[1], JobCard)
    assert cards[1].state is State.CANCELLED


async def test_ratings(commands: Commands, picks: Picks, store: Store, listener: int) -> None:
    pick = await answered(store, await commands.sample(listener, HERE))
    assert await picks.rate(listener, pick, "🔥") == 8
    assert await picks.rate(listener, pick, "👎") == 2
    with pytest.raises(UnknownChoice):
        await picks.rate(listener, pick, "🦄")
    (card,) = await commands.history(listener)
    assert isinstance(card, SlateCard)
    assert card.picks[0].rated == "👎"
    assert await picks.rate(listener, pick, "") is None
    assert await store.listeners.verdicts(listener) == []


async def test_strangers_get_nothing(commands: Commands, picks: Picks, store: Store, listener: int) -> None:
    asked = await commands.sample(listener, HERE)
    pick = await answered(store, asked)
    stranger = await commands.listener("web", "stranger")
    for attempt in (
        commands.card(stranger, asked),
        commands.more(stranger, HERE, asked),
        commands.cancel(stranger, asked),
        picks.rate(stranger, pick, "🔥"),
        picks.sound(stranger, pick),
        picks.seed_sound(stranger, pick),
        commands.card(listener, "no such request"),
        picks.rate(listener, 999, "🔥"),
    ):
        with pytest.raises(NotYours):
            await attempt


async def test_more_asks_again_from_the_same_input(commands: Commands, store: Store, listener: int) -> None:
    options = Options(count=3)
    first = await commands.recommend(listener, HERE, "One – First", options)
    again = await store.requests.get(await commands.more(listener, HERE, first))
    before = await store.requests.get(first)
    assert again is not None
    assert before is not None
    assert (again.source, again.options, again.title) == (before.source, before.options, before.title)
    assert again.id != first


async def test_the_clip_of_a_pick(
    commands: Commands, picks: Picks, store: Store, listener: int, tmp_path: Path
) -> None:
    (tmp_path / "clip.mp3").write_bytes(b"sound")
    pick = await answered(store, await commands.sample(listener, HERE), Path("clip.mp3"))
    assert await picks.sound(listener, pick) == tmp_path / "clip.mp3"
    (tmp_path / "clip.mp3").unlink()
    assert await picks.sound(listener, pick) is None


class Sounding:
    """A service that has every song's sound."""

    name = "sounding"

    async def preview(self, track: Track) -> bytes:
        return track.title.encode()


async def test_the_clip_of_the_song_that_shares_a_passage(
    commands: Commands, store: Store, services: Services, listener: int, tmp_path: Path
) -> None:
    services.sounds = [Sounding()]  # type: ignore[list-item]
    picks = Picks(store, services, Settings(state_dir=tmp_path))
    (tmp_path / "mine.mp3").write_bytes(b"sound")
    local = Track("Harbor", ("Ada",), "file", "mine.mp3", path=Path("mine.mp3"))

    async def shown(seed: Track | None, title: str) -> int:
        passage = Passage(seed, (3.0, 18.0), (12.0, 27.0), 0.99, ((3.0, 12.0),)) if seed else None
        return await answered(store, await commands.sample(listener, HERE), title=title, passage=passage)

    pick = await shown(local, "One")
    assert await picks.seed_sound(listener, pick) == tmp_path / "mine.mp3"
    (tmp_path / "mine.mp3").unlink()
    assert await picks.seed_sound(listener, pick) is None
    assert (
        await picks.seed_sound(listener, await shown(replace(local, source="sounding", path=None), "Two")) == b"Harbor"
    )
    assert await picks.seed_sound(listener, await shown(Track("Harbor", ("Ada",)), "Three")) is None
    assert await picks.seed_sound(listener, await shown(None, "Four")) is None
    with pytest.raises(NotYours):
        await picks.seed_sound(await commands.listener("web", "somebody else"), pick)


async def test_the_status_says_what_there_is(commands: Commands, store: Store) -> None:
    assert (await commands.status()).sentence == "The catalogue is still empty."
    real = Candidate(Track("A", ("B",), "deezer", "1"))
    demo = Candidate(Track("C", ("D",), "demo", "1", generated=True), collection="demo")
    folder = Candidate(Track("E", ("F",), "file", "1"), collection="/somebody's/folder")
    await store.catalogue.add([real, demo, folder])
    await store.announce("harvest", sentence=dumps(said("{service}: {count} song.", service="Deezer", count=1)))
    status = await commands.status()
    assert (status.songs, status.generated) == (2, 1)
    assert status.sentence == (
        "2 songs by little-known artists, 1 of them demo songs generated by YASR. Deezer: 1 song."
    )


async def test_preferences_are_kept_and_checked(commands: Commands, listener: int) -> None:
    assert await commands.preferences(listener) == Preferences()
    assert commands.defaults == Preferences("small", 13)
    await commands.prefer(listener, "tiny", 26)
    assert await commands.preferences(listener) == Preferences("tiny", 26)
    await commands.prefer(listener, "", 0)
    assert await commands.preferences(listener) == Preferences()
    for audience, weeks in (("huge", 4), ("tiny", 27), ("tiny", -1)):
        with pytest.raises(BadInput):
            await commands.prefer(listener, audience, weeks)
    with pytest.raises(UnknownChoice):
        await commands.recommend(listener, HERE, "One – First", Options(audience="huge"))


class Elsewhere:
    """Knows where a song can be heard, or does not answer."""

    name = "elsewhere"
    trouble: ServiceTrouble | None = None

    async def links(self, url: str) -> dict[str, str]:
        if self.trouble:
            raise self.trouble
        return {"Deezer": url, "Tidal": "https://tidal.com/track/1"}


async def test_where_a_pick_can_be_heard(commands: Commands, store: Store, services: Services, tmp_path: Path) -> None:
    elsewhere = Elsewhere()
    services.links = [elsewhere]
    picks = Picks(store, services, Settings(state_dir=tmp_path))
    listener = await commands.listener("web", "me")
    pick = await answered(store, await commands.sample(listener, HERE), source="deezer")
    assert [(link.label, link.url) for link in await picks.links(listener, pick)] == [
        ("Deezer", "https://www.deezer.com/track/1"), ("Tidal", "https://tidal.com/track/1")
    ]  # fmt: skip
    elsewhere.trouble = ServiceDown(service="Elsewhere")
    with pytest.raises(ServiceDown):
        await picks.links(listener, pick)
    with pytest.raises(NotYours):
        await picks.links(await commands.listener("web", "somebody else"), pick)


async def test_an_appeal_is_for_picks_with_a_label(
    commands: Commands, picks: Picks, store: Store, listener: int
) -> None:
    plain = await answered(store, await commands.sample(listener, HERE))
    with pytest.raises(BadInput, match="machine-made"):
        await picks.appeal(listener, plain)
    labelled = await answered(
        store, await commands.sample(listener, HERE), title="Other", label=said("may be machine-made")
    )
    await picks.appeal(listener, labelled, "It is my band")
    (ruling,) = await store.artists.every_ruling()
    assert (ruling.name, ruling.kind, ruling.note) == ("Newcomer", RulingKind.APPEALED, "It is my band")


async def test_a_request_that_waits_says_until_when_and_can_be_cancelled(
    commands: Commands, store: Store, listener: int
) -> None:
    asked = await commands.sample(listener, HERE)
    await store.requests.claim(asked, "w", 10)
    quota = QuotaReached(service="Deezer", seconds=7200)
    assert await store.requests.postpone(
        asked, "w", quota, 7200, said("Deezer asks me to wait {wait}.", wait=quota.args_["wait"])
    )
    card = await commands.card(listener, asked)
    assert isinstance(card, JobCard)
    assert card.until is not None
    assert (card.state, card.stage, card.error) == (State.ASKED, "Waiting in the queue", "")
    assert card.note == "Deezer asks me to wait about 2 hours."
    await commands.cancel(listener, asked)
    assert (await commands.card(listener, asked)).state is State.CANCELLED  # type: ignore[union-attr] # it has no slate
