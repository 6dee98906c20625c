"""What the scorecard reads, through the store's own doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import delete, event, update

from core.model import Address, Arm, Audience, Candidate, Options, Slate, Source, SourceKind, Track, Verdict
from core.said import said
from core.scorecard import scorecard
from core.store.schema import exposures, picks
from core.store.scores import Scores, Shown
from core.store.slates import Chosen
from core.store.store import Store
from tests.core.store.conftest import Clock

FANS = Audience("fans on Deezer", 412, date(2026, 11, 20))
LISTENERS = Audience("listeners on ListenBrainz", 12, date(2026, 11, 19))


@dataclass(frozen=True, slots=True)
class Song:
    """A pick to be shown, and the rating it gets, if any."""

    title: str
    value: int | None = None
    arm: Arm = Arm.CLOSE
    model: str = ""
    random: bool = False
    fit: float | None = None
    audiences: tuple[Audience, ...] = (FANS,)
    service: str = "deezer"

    @property
    def track(self) -> Track:
        return Track(self.title, (f"Artist of {self.title}",), self.service, self.title)


async def answered(
    store: Store, handle: str, songs: Sequence[Song], kind: SourceKind = SourceKind.LINK, model: str = "nearest"
) -> Slate:
    """A request that was answered with these songs, and how its listener rated them."""
    listener = await store.listeners.find("web", handle)
    asked = await store.requests.ask(listener, Address("web", "p"), Source(kind), Options(), "t")
    assert await store.requests.claim(asked.id, "w", 10)
    places = await store.catalogue.record([song.track for song in songs])
    chosen = [
        Chosen(song.arm, 5.0, place.recording_id, place.track_id, "Seed – Song", said("Because."), song.audiences,
               model=song.model, fit=song.fit, random=song.random)
        for song, place in zip(songs, places, strict=True)
    ]  # fmt: skip
    assert await store.slates.finish(asked.id, "w", model, "1", chosen, ())
    slate = await store.slates.get(asked.id)
    assert slate is not None
    for song, pick in zip(songs, slate.picks, strict=True):
        if song.value is not None:
            await store.listeners.rate(Verdict(listener, pick.recording_id, song.value, "👍"), pick.id)
    return slate


async def test_a_pick_is_read_whole(store: Store, clock: Clock) -> None:
    slate = await answered(
        store,
        "ada",
        [
            Song("one", 8, fit=0.75, model="dtw", audiences=(FANS, LISTENERS)),
            Song("two", None, Arm.WILDCARD, random=True, audiences=(), service="audius"),
        ],
        SourceKind.FOLDER,
    )
    one, two = await Scores(store._engine).shown()
    ada = await store.listeners.find("web", "ada")
    (artist,) = await store.catalogue.artist_ids(["Artist of one"])
    first, second = slate.picks
    assert one == Shown(
        slate.request_id, ada, clock.now, 1, Arm.CLOSE, False, "dtw", 0.75, first.recording_id, artist, "deezer",
        "folder", (FANS, LISTENERS), 8, False,
    )  # fmt: skip
    assert two == replace(
        one, rank=2, arm=Arm.WILDCARD, random=True, model="nearest", fit=None, recording_id=second.recording_id,
        artist_id=two.artist_id, service="audius", audiences=(), value=None,
    )  # fmt: skip
    assert two.artist_id != artist


async def test_the_model_of_an_old_pick_is_its_slates(store: Store) -> None:
    await answered(store, "ada", [Song("one")], model="centroid")
    async with store._engine.begin() as connection:
        await connection.execute(update(picks).values(model=""))
    assert [pick.model for pick in await Scores(store._engine).shown()] == ["centroid"]


async def test_only_the_listeners_own_rating_counts(store: Store) -> None:
    slate = await answered(store, "ada", [Song("one"), Song("two", 3)])
    ben = await store.listeners.find("web", "ben")
    for pick in slate.picks:
        await store.listeners.rate(Verdict(ben, pick.recording_id, 10, "💯"), pick.id)
    assert [pick.value for pick in await Scores(store._engine).shown()] == [None, 3]
    ada = await store.listeners.find("web", "ada")
    await store.listeners.withdraw(ada, slate.picks[1].recording_id)
    assert [pick.value for pick in await Scores(store._engine).shown()] == [None, None]


async def test_the_last_days_only(store: Store, clock: Clock) -> None:
    await answered(store, "ada", [Song("one")])
    clock.turn(3600)
    await answered(store, "ada", [Song("two")])
    scores = Scores(store._engine)
    assert [len(await scores.shown(clock.now - timedelta(hours=hours))) for hours in (0, 1, 2)] == [1, 2, 2]
    assert await scores.shown(clock.now + timedelta(seconds=1)) == []


async def test_a_song_that_was_shown_twice_is_told_even_when_the_first_time_is_long_ago(
    store: Store, clock: Clock
) -> None:
    """The store refuses it, so what it remembers is taken away."""
    await answered(store, "ada", [Song("one"), Song("two")])
    await answered(store, "ben", [Song("one")])
    async with store._engine.begin() as connection:
        await connection.execute(delete(exposures))
    clock.turn(3600)
    await answered(store, "ada", [Song("one"), Song("three")])
    scores = Scores(store._engine)
    assert [pick.again for pick in await scores.shown()] == [False, False, False, True, False]
    lately = await scores.shown(clock.now)
    assert [pick.again for pick in lately] == [True, False]
    assert scorecard(lately).repeats == 0.5


async def test_the_catalogue_holds_candidates_not_seeds(store: Store) -> None:
    seed, known = Track("Seed", ("Star",), "deezer", "1"), Track("Song", ("Known",), "deezer", "2")
    unknown, other = Track("Song", ("Unknown",), "audius", "3"), Track("Other", ("Known",), "audius", "4")
    await store.catalogue.record([seed])
    await store.catalogue.add([Candidate(known, (FANS, LISTENERS)), Candidate(unknown), Candidate(other, (), "more")])
    (first,), (second,) = [await store.catalogue.artist_ids([name]) for name in ("Known", "Unknown")]
    found = await Scores(store._engine).catalogue()
    assert {artist: set(heard) for artist, heard in found.items()} == {first: {FANS, LISTENERS}, second: set()}


async def test_however_many_picks_there_are_it_is_one_question(store: Store) -> None:
    for number in range(3):
        await answered(store, f"listener {number}", [Song(f"{number}/{rank}", rank) for rank in range(4)])
    asked: list[str] = []
    event.listen(store._engine.sync_engine, "before_cursor_execute", lambda *about: asked.append(str(about[2])))
    assert len(await Scores(store._engine).shown()) == 12
    assert len(asked) == 1


async def test_the_record_becomes_a_card(store: Store) -> None:
    for number in range(6):
        await answered(store, f"listener {number}", [Song(f"near {number}", 7), Song(f"far {number}", 4, Arm.WILDCARD)])
    scores = Scores(store._engine)
    card = scorecard(await scores.shown(), await scores.catalogue(), public=True)
    assert [(group.name, group.mean) for group in card.arms] == [("close", 7), ("wildcard", 4), ("random", None)]
    assert (card.slates, card.listeners, card.ratings, card.repeats, card.coverage) == (6, 6, 12, 0, None)
