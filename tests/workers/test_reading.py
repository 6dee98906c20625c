"""A listener's own account is read with their eyes, everybody else's links with everybody's."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import wallet
from core.errors import LinkExpired, NoListing, SpotifyLinkFirst
from core.linked import Linked
from core.model import Account
from core.ports import Grant
from core.services import Services
from core.services._limits import LocalLimits
from core.settings import Settings, Spotify
from core.store.store import Store
from core.vault import Vault
from tests.fakes.spotify_accounts import SpotifyAccounts, song
from workers.reading import Reading

REDIRECT = "http://127.0.0.1:8787/link/spotify"
LINK = "https://open.spotify.com/collection/tracks"


@dataclass
class World:
    fake: SpotifyAccounts
    reading: Reading
    store: Store
    ada: int
    ben: int


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Ada has linked Spotify, Ben has not."""
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    async with SpotifyAccounts("our id", {REDIRECT}) as fake:
        at = fake.base_url
        settings = Settings(
            state_dir=tmp_path, spotify=Spotify(base_url=f"{at}/v1", auth_url=at, page_url=at, client_id="our id")
        )
        async with Services(settings, LocalLimits()) as services:
            (grantor,) = services.grantors
            ada, ben = [await store.listeners.find("web", name) for name in ("ada", "ben")]
            vault = Vault.of(settings)
            verifier = "v" * 43
            digest = hashlib.sha256(verifier.encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            asked = grantor.consent(REDIRECT, "s" * 16, challenge, grantor.reading)
            code = fake.agree(asked, "ada").split("code=")[1].split("&")[0]
            grant: Grant = await grantor.granted(code, verifier, REDIRECT)
            account = Account("spotify", "ada", grantor.profile("ada"), proved=True, scopes=grant.scopes)
            await store.accounts.link(ada, account, wallet.seal(vault, grant))
            linked = Linked(store.accounts, vault, services.grantors)
            yield World(fake, Reading(services.readers, linked), store, ada, ben)
    await store.close()


async def test_the_list_that_is_asked_for_comes_first(world: World) -> None:
    world.fake.lists = {"top": [song(1, "Most")], "tracks": [{"track": song(2, "Liked")}],
                        "recently-played": [{"track": song(3, "Last")}, {"track": song(3, "Last")}]}  # fmt: skip
    for which, title in (("top", "Most"), ("liked", "Liked"), ("recent", "Last")):
        playlist = await world.reading.listing(world.ada, f"spotify:{which}")
        assert [track.title for track in playlist.tracks] == [title]


async def test_an_empty_list_gives_way_to_the_next(world: World) -> None:
    world.fake.lists = {"recently-played": [{"track": song(3, "Last")}]}
    assert str((await world.reading.listing(world.ada, "spotify:top")).tracks[0]) == "Nova Pine – Last"
    world.fake.lists = {}
    with pytest.raises(NoListing, match="no songs there yet"):
        await world.reading.listing(world.ada, "spotify:top")


async def test_a_link_is_read_with_the_eyes_of_the_one_who_asks(world: World) -> None:
    world.fake.lists = {"tracks": [{"track": song(2, "Liked")}]}
    assert (await world.reading.link(world.ada, LINK)).title == "Liked songs"
    with pytest.raises(SpotifyLinkFirst, match="link your account"):
        await world.reading.link(world.ben, LINK)


async def test_without_an_account_there_is_no_list(world: World) -> None:
    with pytest.raises(LinkExpired):
        await world.reading.listing(world.ben, "spotify:top")
    world.fake.revoke("ada")
    with pytest.raises(LinkExpired):
        await world.reading.listing(world.ada, "spotify:top")
    assert await world.store.accounts.of(world.ada) == []
