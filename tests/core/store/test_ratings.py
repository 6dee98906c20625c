"""What can be learned from: verdicts with what was known when the song was shown, and what other wishes say."""

from __future__ import annotations

from core.model import Address, Options, Source, SourceKind
from core.store.ratings import MORE, NEVER
from core.store.store import Store
from tests.core.store.conftest import Clock
from tests.core.store.test_scores import Song, answered


async def ask_with(store: Store, handle: str, recording_id: int) -> None:
    listener = await store.listeners.find("web", handle)
    request = await store.requests.ask(listener, Address("web", "p"), Source(SourceKind.PLAYLIST), Options(), "t")
    await store.catalogue.keep_seeds(request.id, [recording_id])


async def test_verdicts_with_their_fit_oldest_first(store: Store, clock: Clock) -> None:
    await answered(store, "ada", [Song("one", 8, fit=0.9)])
    clock.turn(60)
    slate = await answered(store, "ben", [Song("one", 3, fit=0.4), Song("two", fit=0.7)])
    ada, ben = [await store.listeners.find("web", handle) for handle in ("ada", "ben")]
    told = [(rating.listener_id, rating.value, rating.fit, rating.opinion) for rating in await store.ratings.all()]
    assert told == [(ada, 8, 0.9, 0.0), (ben, 3, 0.4, 0.0)]
    assert [rating.recording_id for rating in await store.ratings.of(ben)] == [slate.picks[0].recording_id]


async def test_whoever_asks_with_a_song_they_were_shown_likes_it(store: Store, clock: Clock) -> None:
    slate = await answered(store, "ada", [Song("one", fit=0.9), Song("two", 4, fit=0.8), Song("three", fit=0.7)])
    ada = await store.listeners.find("web", "ada")
    clock.turn(60)
    for pick in slate.picks[:2]:
        await ask_with(store, "ada", pick.recording_id)
        await ask_with(store, "ada", pick.recording_id)
        await ask_with(store, "ben", pick.recording_id)
    # What they rated stands; what somebody else asks with says nothing of them.
    told = {rating.recording_id: (rating.value, rating.fit) for rating in await store.ratings.of(ada)}
    assert told == {slate.picks[0].recording_id: (MORE, 0.9), slate.picks[1].recording_id: (4, 0.8)}
    assert await store.ratings.of(await store.listeners.find("web", "ben")) == []
    assert [rating.value for rating in await store.ratings.all()] == [4]


async def test_whoever_bars_an_artist_dislikes_what_they_were_shown(store: Store, clock: Clock) -> None:
    slate = await answered(store, "ada", [Song("one", fit=0.9), Song("two", fit=0.8)])
    ada = await store.listeners.find("web", "ada")
    await store.listeners.bar(ada, slate.picks[0].recording_id)
    told = [(rating.recording_id, rating.value) for rating in await store.ratings.of(ada)]
    assert told == [(slate.picks[0].recording_id, NEVER)]


async def test_how_often_an_artist_was_shown(store: Store) -> None:
    slate = await answered(store, "ada", [Song("one"), Song("two")])
    await answered(store, "ben", [Song("one")])
    (artist,) = await store.catalogue.artist_ids(slate.picks[0].track.artists)
    assert (await store.ratings.showings())[artist] == 2
