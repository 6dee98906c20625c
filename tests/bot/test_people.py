"""What a person is to YASR: their language, settings, accounts and data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.commands import Commands, Upload
from bot.people import People
from core.errors import NoSuchAccount, PrivateOrEmpty, ServiceDown, UnknownChoice, YasrError
from core.model import Account, Address, Arm, Playlist, Preferences, Server, Track
from core.services import Services
from core.store.store import Store

HERE = Address("discord", "7/8")


class Profiles:
    """A service with accounts; ``trouble`` is what reading one raises."""

    name = "profiles"
    title = "Profiles"
    hosts = frozenset({"profiles.example"})
    trouble: YasrError | None = None

    def profile(self, handle: str) -> str:
        return f"https://profiles.example/user/{handle}"

    async def read(self, link: str) -> Playlist:
        if self.trouble:
            raise self.trouble
        return Playlist("top songs", (Track("Song", ("Artist",)),), self.name)


@pytest.fixture
def profiles() -> Profiles:
    return Profiles()


@pytest.fixture
def people(store: Store, services: Services, profiles: Profiles) -> People:
    services.accounts, services.readers = [profiles], [*services.readers, profiles]
    return People(store, services)


async def test_the_language_is_the_platforms_until_the_listener_chooses(people: People) -> None:
    assert (await people.meet("discord", "1")).words.language == "en"
    person = await people.meet("discord", "1", "de")
    assert person.words.language == "de"
    assert (await people.of(person.listener)).words.language == "de"  # an answer that is posted later
    await people.set(person.listener, language="es")
    assert (await people.meet("discord", "1", "de")).words.language == "es"
    assert (await people.of(person.listener)).handle == "1"
    with pytest.raises(UnknownChoice, match="language"):
        await people.set(person.listener, language="tlh")


async def test_a_setting_leaves_the_others_alone(people: People, commands: Commands) -> None:
    person = await people.meet("discord", "1", "es-ES")
    await commands.prefer(person.listener, "tiny", 4)
    await people.set(person.listener, private=True)
    await people.set(person.listener, compare=True)
    assert await commands.preferences(person.listener) == Preferences("tiny", 4, "", "es-ES", True, True)


async def test_a_servers_settings(people: People) -> None:
    await people.set_server("discord", "7", Server(links=True))
    assert await people.server("discord", "7") == Server(links=True)
    await people.forget_server("discord", "7")
    assert await people.server("discord", "7") == Server()


async def test_an_account_is_linked_when_something_of_it_can_be_read(people: People, profiles: Profiles) -> None:
    me = (await people.meet("discord", "1")).listener
    assert people.linkable == {"profiles": "Profiles"}
    assert await people.link(me, "profiles", " @rob ") == Account(
        "profiles", "rob", "https://profiles.example/user/rob"
    )
    assert [account.handle for account in await people.accounts(me)] == ["rob"]
    assert await people.unlink(me, "profiles")
    assert await people.accounts(me) == []


@pytest.mark.parametrize(
    ("trouble", "raised"),
    [
        (PrivateOrEmpty(what="listening history", service="Profiles"), NoSuchAccount),
        (ServiceDown(service="Profiles"), ServiceDown),
    ],
)
async def test_an_account_that_cannot_be_read_is_not_linked(
    people: People, profiles: Profiles, trouble: YasrError, raised: type[YasrError]
) -> None:
    me = (await people.meet("discord", "1")).listener
    profiles.trouble = trouble
    with pytest.raises(raised):
        await people.link(me, "profiles", "nobody")
    assert await people.accounts(me) == []


@pytest.mark.parametrize("handle", ["", "  ", "x" * 65])
async def test_a_name_that_cannot_be_one(people: People, handle: str) -> None:
    with pytest.raises(NoSuchAccount):
        await people.link((await people.meet("discord", "1")).listener, "profiles", handle)


async def test_a_service_that_has_no_accounts(people: People) -> None:
    with pytest.raises(UnknownChoice, match="Choose one of: profiles"):
        await people.link((await people.meet("discord", "1")).listener, "deezer", "rob")


async def test_what_is_kept_is_shown_given_and_erased(
    people: People, commands: Commands, store: Store, tmp_path: Path
) -> None:
    me = (await people.meet("discord", "1")).listener
    await commands.recommend_files(me, HERE, [Upload("mine.mp3", b"sound")])
    await people.link(me, "profiles", "rob")
    assert await people.held(me) == {"listeners": 1, "requests": 1, "accounts": 1}
    export = json.loads(await people.export(me))
    assert export["listeners"][0]["handle"] == "1"
    assert export["accounts"][0]["handle"] == "rob"
    (folder,) = (tmp_path / "uploads").iterdir()
    await commands.forget(me)
    assert not folder.exists()
    assert await people.held(me) == {}
    assert (await people.meet("discord", "1")).listener != me or await store.requests.of(me, 9) == []


async def test_nobody_else_is_forgotten(people: People, commands: Commands, tmp_path: Path) -> None:
    me, other = [(await people.meet("discord", name)).listener for name in ("1", "2")]
    await commands.recommend_files(other, HERE, [Upload("theirs.mp3", b"sound")])
    await commands.forget(me)
    assert (await people.held(other))["requests"] == 1
    assert len(list((tmp_path / "uploads").iterdir())) == 1


async def test_how_the_picks_are_rated(people: People) -> None:
    record = await people.record((await people.meet("discord", "1")).listener)
    assert (record.slates, record.rated[Arm.CLOSE].mean) == (0, None)
