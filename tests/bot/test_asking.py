"""The ways to ask beside a link: accounts, again, like one pick, less known, together, and how often."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.blends import MOST, Blends
from bot.commands import Commands
from core.errors import BadInput, NothingGiven, NotYours, ServerTooOften, TooManyOpen, TooOften
from core.model import Account, Address, Arm, Options, SourceKind, Track
from core.said import said
from core.services import Services
from core.settings import Quota, Settings
from core.store.slates import Chosen
from core.store.store import Store
from core.uploads import Uploads
from tests.fakes.queue import FakeQueue

HERE = Address("discord", "7/8")
LINK = "https://www.deezer.com/playlist/908622995"


@pytest.fixture
async def listener(commands: Commands) -> int:
    return await commands.listener("discord", "1")


@pytest.fixture
def limited(store: Store, queue: FakeQueue, services: Services, tmp_path: Path) -> Callable[..., Commands]:
    def make(**quota: int) -> Commands:
        settings = Settings(state_dir=tmp_path, quota=Quota(**quota))
        return Commands(store, queue, Uploads(tmp_path), services, settings)

    return make


async def answered(store: Store, request_id: str) -> int:
    """Gives the request a slate of one pick; the pick's id."""
    (place,) = await store.catalogue.record([Track("Song", ("Newcomer",), url="https://www.deezer.com/track/1")])
    await store.requests.claim(request_id, "w", 10)
    chosen = [Chosen(Arm.CLOSE, 0.5, place.recording_id, place.track_id, "Seed", said("Because."))]
    assert await store.slates.finish(request_id, "w", "nearest", "1", chosen, ())
    slate = await store.slates.get(request_id)
    assert slate is not None
    return slate.picks[0].id


async def test_from_the_account_that_was_linked_last(commands: Commands, store: Store, listener: int) -> None:
    with pytest.raises(NothingGiven):
        await commands.recommend_account(listener, HERE)
    assert not await commands.has_account(listener)
    await store.accounts.link(listener, Account("lastfm", "rj", "https://www.last.fm/user/rj"))
    request = await commands.request(await commands.recommend_account(listener, HERE, Options(count=2)))
    assert request is not None
    assert (request.source.value, request.title, request.options.count) == ("https://www.last.fm/user/rj", "rj", 2)


async def test_more_of_the_last_is_never_a_submission(commands: Commands, listener: int) -> None:
    with pytest.raises(NothingGiven):
        await commands.more_of_last(listener, HERE)
    await commands.recommend(listener, HERE, LINK, Options(count=3))
    await commands.submit(listener, HERE, "https://www.deezer.com/track/3135556")
    request = await commands.request(await commands.more_of_last(listener, HERE))
    assert request is not None
    assert (request.source.kind, request.source.value, request.options.count) == (SourceKind.LINK, LINK, 3)


async def test_moods_are_asked_beside_a_link_or_of_what_was_given_last(commands: Commands, listener: int) -> None:
    with pytest.raises(NothingGiven):
        await commands.recommend(listener, HERE, "like this but sad")
    sad, slower = ("sad",), ("slower",)
    for words, options, moods in [
        (f"{LINK} but sad", None, sad),
        (f"{LINK} but sad", Options(count=3, moods=slower), slower),
        ("like this but sad", None, sad),
        (f"Happy, by Pharrell {LINK}", None, ()),
    ]:
        request = await commands.request(await commands.recommend(listener, HERE, words, options))
        assert request is not None
        assert (request.source.value, request.options.moods) == (LINK, moods)
    with pytest.raises(BadInput, match="no song is slower and faster at once"):
        await commands.recommend(listener, HERE, LINK, Options(moods=("slower", "faster")))
    with pytest.raises(BadInput, match="no mood called “gloomy”"):
        await commands.recommend(listener, HERE, LINK, Options(moods=("gloomy",)))


async def test_like_one_pick(commands: Commands, store: Store, listener: int) -> None:
    pick = await answered(store, await commands.sample(listener, HERE))
    stranger = await commands.listener("discord", "2")
    request = await commands.request(await commands.like(stranger, HERE, pick))
    assert request is not None
    assert request.source.playlist is not None
    assert [str(track) for track in request.source.playlist.tracks] == ["Newcomer – Song"]
    with pytest.raises(NotYours):
        await commands.like(stranger, HERE, 999)


async def test_less_famous_goes_down_to_the_least_known(commands: Commands, listener: int) -> None:
    asked = await commands.recommend(listener, HERE, LINK, Options(audience="medium"))
    for audience in ("small", "tiny"):
        asked = await commands.lesser(listener, HERE, asked)
        request = await commands.request(asked)
        assert request is not None
        assert request.options.audience == audience
    with pytest.raises(BadInput, match="the least known artists there are"):
        await commands.lesser(listener, HERE, asked)
    with pytest.raises(NotYours):
        await commands.lesser(await commands.listener("discord", "2"), HERE, asked)


async def test_what_was_asked_lately_can_be_asked_again(commands: Commands, store: Store, listener: int) -> None:
    await commands.recommend(listener, HERE, "Low – Lullaby")  # no link, nothing to choose
    asked = await commands.recommend(listener, HERE, LINK)
    await store.requests.entitle(asked, "Rainy days")
    await store.accounts.link(listener, Account("listenbrainz", "rob", "https://listenbrainz.org/user/rob/"))
    assert await commands.recent(listener) == {
        "https://listenbrainz.org/user/rob/": "rob (ListenBrainz)",
        LINK: "Rainy days",
    }


async def test_a_song_is_offered_by_its_link(commands: Commands, listener: int) -> None:
    with pytest.raises(BadInput, match="I need its link"):
        await commands.submit(listener, HERE, "my new song")
    request = await commands.request(await commands.submit(listener, HERE, "https://www.deezer.com/track/3135556"))
    assert request is not None
    assert request.source.kind is SourceKind.SUBMISSION


async def test_a_blend_starts_when_somebody_has_agreed(commands: Commands, store: Store, listener: int) -> None:
    blends, ben, eve = Blends(store), await commands.listener("discord", "2"), await commands.listener("discord", "3")
    blend = await blends.invite(listener, [ben, ben])
    with pytest.raises(BadInput, match="nobody has agreed"):
        await commands.blend(listener, HERE, blend)
    with pytest.raises(NotYours):
        await blends.answer(eve, blend.id, agreed=True)
    blend = await blends.answer(ben, blend.id, agreed=True)
    with pytest.raises(NotYours):
        await commands.blend(eve, HERE, blend)
    request = await commands.request(await commands.blend(ben, HERE, blend))
    assert request is not None
    assert (request.source.kind, request.source.value) == (SourceKind.BLEND, blend.id)
    with pytest.raises(NotYours):
        await blends.get("no such blend")


async def test_a_blend_needs_others_and_not_too_many(commands: Commands, store: Store, listener: int) -> None:
    with pytest.raises(BadInput, match="somebody beside you"):
        await Blends(store).invite(listener, [listener])
    crowd = [await commands.listener("discord", f"crowd {number}") for number in range(MOST)]
    with pytest.raises(BadInput, match="at most 8 people"):
        await Blends(store).invite(listener, crowd)
    assert len((await Blends(store).invite(listener, crowd[:-1])).members) == MOST


async def test_so_many_requests_at_a_time(limited: Callable[..., Commands], listener: int) -> None:
    commands = limited(open=2)
    first = await commands.recommend(listener, HERE, LINK)
    await commands.recommend(listener, HERE, LINK)
    with pytest.raises(TooManyOpen, match="2 requests of yours"):
        await commands.recommend(listener, HERE, LINK)
    await commands.cancel(listener, first)
    await commands.recommend(listener, HERE, LINK)
    await commands.recommend(await commands.listener("discord", "2"), HERE, LINK)  # another's are their own


async def test_so_many_requests_an_hour(limited: Callable[..., Commands], listener: int) -> None:
    commands = limited(hourly=2)
    for _ in range(2):
        await commands.cancel(listener, await commands.recommend(listener, HERE, LINK))
    with pytest.raises(TooOften, match=r"You asked 2 times within an hour.*Ask again in about 60 minutes"):
        await commands.recommend(listener, HERE, LINK)
    await commands.recommend(listener, Address("terminal", ""), LINK)  # the operator's own


async def test_so_many_requests_of_a_server(limited: Callable[..., Commands]) -> None:
    commands = limited(server_hourly=2)
    people = [await commands.listener("discord", f"person {number}") for number in range(3)]
    for person in people[:2]:
        await commands.recommend(person, HERE, LINK)
    with pytest.raises(ServerTooOften, match="This server asked 2 times"):
        await commands.recommend(people[2], Address("discord", "7/9"), LINK)
    await commands.recommend(people[2], Address("discord", "@me/9"), LINK)
    await commands.recommend(people[2], Address("discord", "77/9"), LINK)
