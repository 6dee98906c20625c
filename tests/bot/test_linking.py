"""Linking by consent against Spotify's accounts service as it is, and what people may try with it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog
from yarl import URL

from bot import linking as module
from bot.linking import Consent, Linking
from bot.people import Known, People
from core.errors import ConsentLost, ConsentRefused, LinkExpired, LinkUnreadable, ServiceTrouble, UnknownChoice
from core.linked import Linked
from core.model import Listing
from core.services import Limits, Services
from core.services._limits import LocalLimits
from core.settings import Settings
from core.settings import Spotify as SpotifySettings
from core.store.store import Store
from core.vault import Vault
from tests.core.store.conftest import Clock
from tests.fakes.spotify_accounts import HOUR_S, SIX_MONTHS_S, SpotifyAccounts, song

REDIRECT = "http://127.0.0.1:8787/link/spotify"
LIMITS: Limits = LocalLimits()


@dataclass
class World:
    """A bot with Spotify linked in, its store, and the accounts service before it."""

    fake: SpotifyAccounts
    store: Store
    linking: Linking
    linked: Linked
    people: People
    vault: Vault
    clock: Clock
    services: Services

    async def ada(self) -> Known:
        return await self.people.meet("discord", "1")

    async def ben(self) -> Known:
        return await self.people.meet("telegram", "2")

    async def link(self, known: Known, user: str = "ada on spotify", *, saving: bool = False) -> None:
        """The whole way, by one who agrees."""
        address = await self.linking.begin(known, "spotify", "@ada on Discord", saving=saving)
        await self.linking.finish(self.brought(self.fake.agree(address, user)), known.listener)

    def brought(self, address: str) -> Consent:
        """What a browser brings back."""
        return module.consent("spotify", {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()})

    async def top(self, known: Known) -> list[str]:
        async with self.linked.open(known.listener, "spotify") as service:
            assert service is not None
            return [str(track) for track in (await service.listing(Listing.TOP)).tracks]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = Clock()
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}", clock)
    async with SpotifyAccounts("our id", {REDIRECT}) as fake:
        fake.lists["top"] = [song(1, "Most")]
        spotify = SpotifySettings(base_url=f"{fake.base_url}/v1", auth_url=fake.base_url, client_id="our id")
        settings = Settings(state_dir=tmp_path, spotify=spotify)
        async with Services(settings, LIMITS) as services:
            people, vault = People(store, services), Vault.of(settings)
            linking = Linking(store, services, people, vault, settings)
            linked = Linked(store.accounts, vault, services.grantors)
            yield World(fake, store, linking, linked, people, vault, clock, services)
    await store.close()


def everything(tmp_path: Path) -> str:
    """The whole database as text."""
    with sqlite3.connect(tmp_path / "yasr.db") as connection:
        return "\n".join(connection.iterdump())


async def test_who_agrees_is_linked_and_read_with_their_own_eyes(world: World, tmp_path: Path) -> None:
    ada = await world.ada()
    await world.link(ada)
    (account,) = await world.people.accounts(ada.listener)
    assert (account.handle, account.proved, account.granted) == ("ada on spotify", True, True)
    assert account.link == "https://open.spotify.com/user/ada%20on%20spotify"
    assert "user-top-read" in account.scopes and "playlist-modify-private" not in account.scopes
    assert await world.top(ada) == ["Nova Pine – Most"]
    assert world.fake.refused == []
    async with world.linked.open((await world.ben()).listener, "spotify") as nobody:
        assert nobody is None
    held = everything(tmp_path)
    secret = world.vault.open(await world.store.accounts.sealed(ada.listener, "spotify"))
    for token in ("access", "refresh"):
        assert len(found := secret.split(f'"{token}":"')[1].split('"')[0]) > 20 and found not in held


async def test_the_consent_asks_for_what_is_read_and_for_more_only_where_it_is_saved(world: World) -> None:
    ada = await world.ada()
    asked = URL(await world.linking.begin(ada, "spotify", ""))
    assert asked.query["scope"].split() == sorted(
        ["playlist-read-private", "playlist-read-collaborative", "user-library-read", "user-top-read",
         "user-read-recently-played"]
    )  # fmt: skip
    assert asked.query["code_challenge_method"] == "S256" and asked.query["redirect_uri"] == REDIRECT
    more = URL(await world.linking.begin(ada, "spotify", "", saving=True))
    assert set(more.query["scope"].split()) - set(asked.query["scope"].split()) == {"playlist-modify-private"}


async def test_each_link_has_a_state_and_a_verifier_of_its_own(world: World) -> None:
    ada = await world.ada()
    addresses = [URL(await world.linking.begin(ada, "spotify", "")) for _ in range(20)]
    for name in ("state", "code_challenge"):
        assert len({url.query[name] for url in addresses}) == 20
    forms = [form for form in world.fake.asked if "code_verifier" in form]
    await world.link(ada)
    await world.link(ada)
    verifiers = [form["code_verifier"] for form in world.fake.asked if "code_verifier" in form]
    assert len(verifiers) == len(forms) + 2 and len(set(verifiers)) == len(verifiers)


async def test_who_declines_is_not_linked_and_cannot_be_with_the_same_state(world: World) -> None:
    ada = await world.ada()
    address = await world.linking.begin(ada, "spotify", "")
    with pytest.raises(ConsentRefused):
        await world.linking.finish(world.brought(world.fake.decline(address)), ada.listener)
    with pytest.raises(ConsentLost):
        await world.linking.finish(world.brought(world.fake.agree(address, "ada")), ada.listener)
    assert await world.people.accounts(ada.listener) == [] and world.fake.asked == []


# What people may try


async def test_a_replayed_state_links_nothing(world: World) -> None:
    ada = await world.ada()
    address = await world.linking.begin(ada, "spotify", "")
    first, second = world.fake.agree(address, "ada"), world.fake.agree(address, "mallory")
    await world.linking.finish(world.brought(first), ada.listener)
    for replayed in (first, second):
        with pytest.raises(ConsentLost):
            await world.linking.finish(world.brought(replayed), ada.listener)
    assert [account.handle for account in await world.people.accounts(ada.listener)] == ["ada"]
    assert len(world.fake.asked) == 1


async def test_two_who_bring_the_same_state_at_once_are_one(world: World) -> None:
    ada = await world.ada()
    brought = world.brought(world.fake.agree(await world.linking.begin(ada, "spotify", ""), "ada"))
    ends = await asyncio.gather(
        *(world.linking.finish(brought, ada.listener) for _ in range(8)), return_exceptions=True
    )
    assert sum(not isinstance(end, BaseException) for end in ends) == 1
    assert len(world.fake.asked) == 1


async def test_another_persons_state_links_nothing_to_either(world: World) -> None:
    ada, ben = await world.ada(), await world.ben()
    brought = world.brought(world.fake.agree(await world.linking.begin(ada, "spotify", ""), "mallory"))
    with pytest.raises(ConsentLost):
        await world.linking.finish(brought, ben.listener)
    with pytest.raises(ConsentLost):  # who was deceived begins again, with a state that nobody else has seen
        await world.linking.finish(brought, ada.listener)
    assert await world.people.accounts(ada.listener) == await world.people.accounts(ben.listener) == []
    assert world.fake.asked == []


async def test_a_state_is_good_for_ten_minutes(world: World) -> None:
    ada = await world.ada()
    address = await world.linking.begin(ada, "spotify", "")
    world.clock.turn(599)
    assert (await world.linking.waiting(world.brought(world.fake.agree(address, "ada")))).title == "Spotify"
    world.clock.turn(2)
    for work in (world.linking.waiting, lambda one: world.linking.finish(one, ada.listener)):
        with pytest.raises(ConsentLost):
            await work(world.brought(world.fake.agree(address, "ada")))
    assert world.fake.asked == []


async def test_who_begins_again_can_no_longer_end_what_they_began_before(world: World) -> None:
    ada = await world.ada()
    before, after = [await world.linking.begin(ada, "spotify", "") for _ in range(2)]
    with pytest.raises(ConsentLost):
        await world.linking.finish(world.brought(world.fake.agree(before, "ada")), ada.listener)
    await world.linking.finish(world.brought(world.fake.agree(after, "ada")), ada.listener)


async def test_nobody_is_sent_to_an_address_that_is_not_ours(world: World) -> None:
    """An open redirect needs an address that can be chosen; ours is fixed, and Spotify knows no other."""
    ada = await world.ada()
    address = URL(await world.linking.begin(ada, "spotify", "https://evil.example"))
    assert address.query["redirect_uri"] == REDIRECT
    for evil in ("https://evil.example/link/spotify", "http://127.0.0.1:8787@evil.example/", f"{REDIRECT}/../x"):
        with pytest.raises(ValueError, match="a page that says no"):
            world.fake.agree(str(address.update_query(redirect_uri=evil)), "ada")
        assert world.linking.brought(f"{evil}?code=c&state=s") is None


async def test_a_code_of_another_consent_is_not_taken(world: World) -> None:
    """Injection: a code that somebody else's browser was given, with a state of one's own. PKCE binds them."""
    ada, ben = await world.ada(), await world.ben()
    his = world.brought(world.fake.agree(await world.linking.begin(ben, "spotify", ""), "ben on spotify"))
    mine = world.brought(world.fake.agree(await world.linking.begin(ada, "spotify", ""), "ada"))
    with pytest.raises(ConsentLost):
        await world.linking.finish(Consent("spotify", mine.state, his.code), ada.listener)
    assert world.fake.refused == ["verifier"]
    assert await world.people.accounts(ada.listener) == []


async def test_an_answer_of_another_service_is_not_taken(world: World) -> None:
    """Mix-up: a state that was begun with one service comes back at the address of another."""
    ada = await world.ada()
    brought = world.brought(world.fake.agree(await world.linking.begin(ada, "spotify", ""), "ada"))
    elsewhere = Consent("lastfm", brought.state, brought.code)
    with pytest.raises(ConsentLost):
        await world.linking.waiting(elsewhere)
    with pytest.raises(ConsentLost):
        await world.linking.finish(elsewhere, ada.listener)
    with pytest.raises(UnknownChoice):
        await world.linking.begin(ada, "nowhere", "")
    assert world.fake.asked == []


async def test_a_flood_of_made_up_states_asks_nobody_and_keeps_nothing(world: World, tmp_path: Path) -> None:
    ada = await world.ada()
    before = everything(tmp_path)
    for number in range(300):
        consent = module.consent("spotify", {"state": f"made up {number}", "code": "x" * 30})
        with pytest.raises(ConsentLost):
            await world.linking.finish(consent, ada.listener)
    for fields in ({}, {"code": "c"}, {"state": "s" * 4000}, {"state": "s", "code": "c" * 4000}):
        with pytest.raises(ConsentLost):
            module.consent("spotify", fields)
    assert world.fake.asked == [] and everything(tmp_path) == before


async def test_a_listener_who_begins_without_end_keeps_one_row(world: World, tmp_path: Path) -> None:
    ada = await world.ada()
    for _ in range(50):
        await world.linking.begin(ada, "spotify", "")
    assert everything(tmp_path).count('INSERT INTO "grants"') == 1


async def test_no_token_verifier_or_state_is_in_the_logs_or_in_the_database(world: World, tmp_path: Path) -> None:
    ada = await world.ada()
    with structlog.testing.capture_logs() as logs:
        address = await world.linking.begin(ada, "spotify", "")
        before = everything(tmp_path)
        brought = world.brought(world.fake.agree(address, "ada"))
        await world.linking.finish(brought, ada.listener)
        world.fake.now += HOUR_S
        await world.top(ada)
        world.fake.revoke("ada")
        with pytest.raises(LinkExpired):
            await world.top(ada)
    secrets = {brought.state, brought.code, *(form.get("code_verifier", "-" * 9) for form in world.fake.asked)}
    secrets |= {form.get("refresh_token", "-" * 9) for form in world.fake.asked}
    for secret in secrets:
        assert secret not in before and secret not in everything(tmp_path) and secret not in str(logs)
        assert secret == brought.state or secret not in address


# Tokens


async def test_an_access_token_that_expired_is_renewed_and_the_new_refresh_token_is_kept(world: World) -> None:
    ada = await world.ada()
    await world.link(ada)
    for _ in range(3):
        world.fake.now += HOUR_S + 1
        assert await world.top(ada) == ["Nova Pine – Most"]
    refreshed = [form["refresh_token"] for form in world.fake.asked if form["grant_type"] == "refresh_token"]
    assert len(set(refreshed)) == 3 and world.fake.refused == []


async def test_a_refresh_token_that_is_not_rotated_stays(world: World) -> None:
    world.fake.rotating = False
    ada = await world.ada()
    await world.link(ada)
    for _ in range(2):
        world.fake.now += HOUR_S + 1
        await world.top(ada)
    assert len({form.get("refresh_token") for form in world.fake.asked[1:]}) == 1


async def test_many_who_need_a_new_token_at_once_renew_it_once(world: World) -> None:
    """A rotated token that is used twice would be taken for stolen."""
    ada = await world.ada()
    await world.link(ada)
    world.fake.now += HOUR_S + 1
    assert await asyncio.gather(*(world.top(ada) for _ in range(6))) == [["Nova Pine – Most"]] * 6
    assert sum(form["grant_type"] == "refresh_token" for form in world.fake.asked) == 1
    assert world.fake.refused == []


async def test_after_six_months_the_account_is_unlinked_and_it_is_said_once(world: World) -> None:
    ada = await world.ada()
    await world.link(ada)
    world.fake.now += SIX_MONTHS_S
    with pytest.raises(LinkExpired, match="expired, as it does every six months"):
        await world.top(ada)
    assert await world.people.accounts(ada.listener) == []
    async with world.linked.open(ada.listener, "spotify") as nothing:
        assert nothing is None


async def test_a_trouble_while_renewing_unlinks_nobody(world: World) -> None:
    ada = await world.ada()
    await world.link(ada)
    world.fake.now += HOUR_S + 1
    world.fake._client = "another id"  # the operator's mistake
    with pytest.raises(ServiceTrouble) as refused:
        await world.top(ada)
    assert not isinstance(refused.value, LinkExpired)
    assert len(await world.people.accounts(ada.listener)) == 1
    world.fake._client = "our id"
    assert await world.top(ada) == ["Nova Pine – Most"]


async def test_a_process_that_died_while_renewing_holds_up_the_others_for_half_a_minute(world: World) -> None:
    from core.store.accounts import Kept

    ada = await world.ada()
    await world.link(ada)
    kept = Kept(ada.listener, "spotify", await world.store.accounts.sealed(ada.listener, "spotify"))
    assert await world.store.accounts.renewing(kept, 30)
    assert not await world.store.accounts.renewing(kept, 30)
    world.clock.turn(31)
    assert await world.store.accounts.renewing(kept, 30)


async def test_a_token_that_is_renewed_after_the_listener_unlinked_is_not_kept(world: World) -> None:
    from core.store.accounts import Kept

    ada = await world.ada()
    await world.link(ada)
    kept = Kept(ada.listener, "spotify", await world.store.accounts.sealed(ada.listener, "spotify"))
    await world.people.unlink(ada.listener, "spotify")
    assert not await world.store.accounts.renewed(kept, "sealed anew")
    assert not await world.store.accounts.expired(kept)
    assert await world.people.accounts(ada.listener) == []


async def test_without_its_key_a_link_is_given_up_and_said_so(world: World, tmp_path: Path) -> None:
    ada = await world.ada()
    await world.link(ada)
    (tmp_path / "vault.keys").unlink()
    with pytest.raises(LinkUnreadable, match="no longer open your Spotify link"):
        await world.top(ada)
    assert await world.people.accounts(ada.listener) == []


# The address that is pasted, and what is saved


async def test_who_cannot_reach_the_page_pastes_the_address_that_failed(world: World) -> None:
    ada, ben = await world.ada(), await world.ben()
    back = world.fake.agree(await world.linking.begin(ada, "spotify", "@ada on Discord"), "ada on spotify")
    brought = world.linking.brought(f"  {back}\n")
    assert brought is not None
    waiting = await world.linking.waiting(brought)
    assert (waiting.listener, waiting.place) == (ada.listener, "@ada on Discord")
    with pytest.raises(ConsentLost):
        await world.linking.link(ben.listener, "spotify", "ben")
    account = await world.linking.link(ada.listener, "spotify", back)
    assert account.handle == "ada on spotify"
    for words in ("https://open.spotify.com/playlist/x", "hello", "http://127.0.0.1:8787/link/spotify"):
        assert world.linking.brought(words) is None


async def test_a_linked_account_takes_a_playlist_where_its_owner_allowed_it(world: World) -> None:
    from core.errors import MayNotSave
    from core.model import Track

    ada = await world.ada()
    await world.link(ada)
    world.fake.songs = [song(11, "One"), song(12, "Two")]
    tracks = [
        Track("One", ("Nova Pine",), "deezer", "1", isrc="QZAAA2600011", duration_s=200),
        Track("Two", ("Nova Pine",), "audius", "2", duration_s=200),
        Track("Nowhere", ("Nobody",), "demo", "3"),
    ]
    async with world.linked.open(ada.listener, "spotify") as reading:
        assert reading is not None
        with pytest.raises(MayNotSave):
            await reading.save("Mine", tracks)
    await world.link(ada, saving=True)
    async with world.linked.open(ada.listener, "spotify") as service:
        assert service is not None
        saved = await service.save("Mine", tracks)
    assert (saved.songs, [track.title for track in saved.missing]) == (2, ["Nowhere"])
    ((number, uris),) = world.fake.saved.items()
    assert saved.url == f"https://open.spotify.com/playlist/{number}"
    assert uris == [f"spotify:track:{11:022}", f"spotify:track:{12:022}"]


def test_ten_minutes_are_what_the_sentence_says() -> None:
    from core.store.grants import MINUTES

    assert timedelta(minutes=MINUTES) == timedelta(minutes=10) and "ten minutes" in ConsentLost.sentence


async def test_a_name_that_looks_like_a_token_is_proved_and_kept_sealed(world: World, tmp_path: Path) -> None:
    from core.ports import Saved

    class Holder:
        name, title = "listenbrainz", "ListenBrainz"

        def is_token(self, words: str) -> bool:
            return words.startswith("t0ken")

        async def owner(self, token: str) -> str:
            return "rob"

        async def save(self, token: str, title: str, tracks: object) -> Saved:
            assert token == "t0ken-of-rob"  # noqa: S105 - of nobody
            return Saved("https://listenbrainz.org/playlist/1", 3)

    from bot.saving import Saving

    ada = await world.ada()
    world.linking._holders = {"listenbrainz": Holder()}
    account = await world.linking.link(ada.listener, "listenbrainz", "t0ken-of-rob")
    assert (account.handle, account.proved, account.granted) == ("rob", True, False)
    assert "t0ken-of-rob" not in everything(tmp_path)
    saving = Saving(world.store, world.services, world.linked, world.vault)
    saving._holders = {"listenbrainz": Holder()}
    assert await saving.services(ada.listener) == {"listenbrainz": "ListenBrainz"}
    assert (await saving.save(ada.listener, "listenbrainz", "Mine", [])).songs == 3
    (tmp_path / "vault.keys").unlink()
    with pytest.raises(LinkUnreadable):
        await saving.save(ada.listener, "listenbrainz", "Mine", [])
    assert await world.people.accounts(ada.listener) == []
