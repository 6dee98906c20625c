"""The rooms of the store that chats need: messages, servers, accounts, blends, quotas, the record."""

from __future__ import annotations

import re
from datetime import timedelta

from core.model import (
    Account,
    Address,
    Arm,
    Options,
    Post,
    PostKind,
    Server,
    Source,
    SourceKind,
    State,
    Track,
    Verdict,
)
from core.said import said
from core.store.record import Rated
from core.store.slates import Chosen
from core.store.store import Store
from tests.core.store.conftest import Clock

SAMPLE = Source(SourceKind.SAMPLE)


async def asked(store: Store, listener: int, place: str = "7/8") -> str:
    return (await store.requests.ask(listener, Address("discord", place), SAMPLE, Options(), "t")).id


async def answered(store: Store, listener: int, *arms: Arm) -> list[int]:
    """A request with a pick for each arm; the picks' ids."""
    number = await asked(store, listener)
    tracks = [Track(f"Song {number} {rank}", (f"Artist {number} {rank}",)) for rank in range(len(arms))]
    places = await store.catalogue.record(tracks)
    await store.requests.claim(number, "w", 10)
    chosen = [Chosen(arm, 0.5, place.recording_id, place.track_id, "Seed", said("Because."))
              for arm, place in zip(arms, places, strict=True)]  # fmt: skip
    assert await store.slates.finish(number, "w", "nearest", "1", chosen, ())
    slate = await store.slates.get(number)
    assert slate is not None
    return [pick.id for pick in slate.picks]


async def test_a_message_is_found_by_where_it_is(store: Store) -> None:
    me = await store.listeners.find("discord", "1")
    number = await asked(store, me)
    post = Post("7/8", "99", number, PostKind.JOB)
    await store.posts.keep("discord", post)
    await store.posts.keep("discord", post)  # a crash before the receipt: noted again
    assert await store.posts.at("discord", "7/8", "99") == post
    assert await store.posts.at("telegram", "7/8", "99") is None
    assert await store.posts.under_way("discord", (State.ASKED,)) == [post]
    assert await store.posts.under_way("discord", (State.WORKING,)) == []
    await store.posts.drop("discord", "7/8", "99")
    assert await store.posts.of(number) == []


async def test_a_server_keeps_its_settings_until_the_bot_leaves(store: Store) -> None:
    assert await store.servers.get("discord", "7") == Server()
    await store.servers.set("discord", "7", Server(links=True, language="de"))
    assert await store.servers.get("discord", "7") == Server(links=True, language="de")
    assert await store.servers.get("telegram", "7") == Server()
    await store.servers.forget("discord", "7")
    assert await store.servers.get("discord", "7") == Server()


async def test_the_account_linked_last_comes_first(store: Store, clock: Clock) -> None:
    me = await store.listeners.find("discord", "1")
    one, two = Account("lastfm", "rj", "https://www.last.fm/user/rj"), Account("listenbrainz", "rob", "https://x")
    await store.accounts.link(me, one)
    clock.turn(1)
    await store.accounts.link(me, two)
    assert await store.accounts.of(me) == [two, one]
    clock.turn(1)
    other = Account("lastfm", "another", "https://www.last.fm/user/another")
    await store.accounts.link(me, other)
    assert await store.accounts.of(me) == [other, two]
    assert await store.accounts.unlink(me, "lastfm")
    assert not await store.accounts.unlink(me, "lastfm")


async def test_nobody_takes_part_in_a_blend_unasked(store: Store) -> None:
    ada, ben, eve = [await store.listeners.find("discord", name) for name in ("ada", "ben", "eve")]
    blend = await store.blends.invite(ada, [ben, ada])
    assert await store.blends.get(blend.id) == blend
    assert blend.agreed == [ada]
    assert not await store.blends.answer(blend.id, eve, agreed=True)
    assert await store.blends.answer(blend.id, ben, agreed=True)
    after = await store.blends.get(blend.id)
    assert after is not None
    assert after.agreed == [ada, ben]
    assert await store.blends.get("no such blend") is None


async def test_an_open_blend_is_joined_by_those_who_see_it(store: Store) -> None:
    ada, ben = await store.listeners.find("telegram", "ada"), await store.listeners.find("telegram", "ben")
    blend = await store.blends.invite(ada, [])
    await store.blends.join(blend.id, ben)
    await store.blends.join(blend.id, ben)
    after = await store.blends.get(blend.id)
    assert after is not None
    assert after.agreed == [ada, ben]


async def test_what_is_delivered_twice_is_asked_once(store: Store) -> None:
    ada, ben = await store.listeners.find("telegram", "ada"), await store.listeners.find("telegram", "ben")
    here, elsewhere = Address("telegram", "7", "7:1"), Address("telegram", "8", "8:1")
    first = await store.requests.ask(ada, here, SAMPLE, Options(), "t")
    assert await store.requests.asked(Address("telegram", "7", "7:2")) is None
    assert await store.requests.asked(Address("telegram", "7")) is None
    assert await store.requests.asked(here) == first
    assert await store.requests.ask(ada, here, SAMPLE, Options(), "another title") == first
    assert (await store.requests.ask(ben, elsewhere, SAMPLE, Options(), "t")).id != first.id
    without = [await store.requests.ask(ada, Address("telegram", "7"), SAMPLE, Options(), "t") for _ in range(2)]
    assert without[0].id != without[1].id


async def test_a_group_that_gets_another_id_keeps_its_messages_and_settings(store: Store) -> None:
    ada = await store.listeners.find("telegram", "ada")
    request = await store.requests.ask(ada, Address("telegram", "-5/9"), SAMPLE, Options(), "t")
    other = await store.requests.ask(ada, Address("telegram", "-55/9"), SAMPLE, Options(), "t")
    await store.posts.keep("telegram", Post("-5/9", "3", request.id, PostKind.JOB))
    await store.servers.set("telegram", "-5", Server(links=True))
    await store.servers.move("telegram", "-5", "-1005")
    moved = await store.requests.get(request.id)
    assert moved is not None
    assert (moved.address.place, moved.address.server) == ("-1005/9", "-1005")
    assert [post.place for post in await store.posts.of(request.id)] == ["-1005/9"]
    assert await store.servers.get("telegram", "-1005") == Server(links=True)
    assert await store.servers.get("telegram", "-5") == Server()
    assert await store.requests.get(other.id) == other
    hour_ago = request.created_at - timedelta(hours=1)
    assert len(await store.quotas.of_server(Address("telegram", "-1005/1"), hour_ago)) == 1


async def test_who_has_left_is_known_until_they_are_back(store: Store) -> None:
    ada, ben = await store.listeners.find("telegram", "ada"), await store.listeners.find("telegram", "ben")
    await store.listeners.left(ada)
    assert [await store.listeners.here(who) for who in (ada, ben)] == [False, True]
    await store.listeners.left(ada, gone=False)
    assert await store.listeners.here(ada)


async def test_a_file_is_remembered_by_what_it_holds(store: Store) -> None:
    url = "https://pictures.example/" + "x" * 2000
    assert await store.media.get("telegram", url) == ""
    await store.media.keep("telegram", url, "AgAC")
    await store.media.keep("telegram", url, "AgAD")
    assert await store.media.get("telegram", url) == "AgAD"
    assert await store.media.get("discord", url) == ""
    await store.media.drop("telegram", url)
    assert await store.media.get("telegram", url) == ""


async def test_a_token_stands_for_what_was_given(store: Store) -> None:
    token = await store.tokens.keep("https://www.deezer.com/playlist/908622995")
    assert await store.tokens.keep("https://www.deezer.com/playlist/908622995") == token
    assert re.fullmatch("[A-Za-z0-9_-]{16}", token)
    assert await store.tokens.words(token) == "https://www.deezer.com/playlist/908622995"
    assert await store.tokens.words("nothing") == ""


async def test_quotas_count_one_listener_and_one_server(store: Store, clock: Clock) -> None:
    ada, ben = await store.listeners.find("discord", "ada"), await store.listeners.find("discord", "ben")
    await asked(store, ada, "7/8")
    clock.turn(60)
    number = await asked(store, ben, "7/9")
    await asked(store, ben, "77/9")
    await asked(store, ben, "@me/9")
    hour_ago = clock() - timedelta(hours=1)
    assert await store.quotas.of_listener(ben, hour_ago) == (3, [clock()] * 3)
    await store.requests.cancel(number)
    assert await store.quotas.of_listener(ben, hour_ago) == (2, [clock()] * 3)
    assert await store.quotas.of_listener(ben, clock()) == (2, [])
    assert len(await store.quotas.of_server(Address("discord", "7/1"), hour_ago)) == 2
    assert len(await store.quotas.of_server(Address("discord", "7/1"), clock() - timedelta(seconds=30))) == 1


async def test_the_record_tells_close_songs_from_wildcards(store: Store) -> None:
    ada, ben = await store.listeners.find("discord", "ada"), await store.listeners.find("discord", "ben")
    close, wild = await answered(store, ada, Arm.CLOSE, Arm.WILDCARD)
    await answered(store, ben, Arm.CLOSE)
    for listener, pick, value in ((ada, close, 8), (ben, close, 5), (ada, wild, 2)):
        found = await store.slates.pick(None, pick)
        assert found is not None
        await store.listeners.rate(Verdict(listener, found.recording_id, value, "x"), pick)
    mine, theirs = await store.records.of(ada), await store.records.of(ben)
    assert (mine.slates, mine.picks) == (1, 2)
    assert mine.rated == {Arm.CLOSE: Rated(1, 8.0), Arm.WILDCARD: Rated(1, 2.0)}
    assert (theirs.slates, theirs.rated[Arm.WILDCARD]) == (1, Rated(0, None))


async def test_an_artist_that_is_barred_counts_as_disliked(store: Store) -> None:
    me = await store.listeners.find("discord", "1")
    (pick,) = await answered(store, me, Arm.CLOSE)
    found = await store.slates.pick(me, pick)
    assert found is not None
    await store.listeners.bar(me, found.recording_id)
    await store.listeners.bar(me, found.recording_id)
    assert await store.listeners.disliked_artists(me) == await store.catalogue.artist_ids(found.track.artists)
