"""Linking Spotify from a server: only the one who asks sees the address, and only they can bring it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.model import SourceKind
from core.settings import Spotify
from tests.bot.fronts.discord.test_front import says, until
from tests.conversations.discord import DiscordChat, chat, text_of, walk
from tests.conversations.world import World, world
from tests.fakes.spotify_accounts import SpotifyAccounts

REDIRECT = "http://127.0.0.1:8787/link/spotify"


@pytest.fixture
async def fake() -> AsyncIterator[SpotifyAccounts]:
    async with SpotifyAccounts("our id", {REDIRECT}) as fake:
        yield fake


@pytest.fixture
async def behind(tmp_path: Path, fake: SpotifyAccounts) -> AsyncIterator[World]:
    spotify = Spotify(base_url=f"{fake.base_url}/v1", auth_url=fake.base_url, client_id="our id")
    async with world(tmp_path, spotify=spotify) as behind:
        yield behind


@pytest.fixture
async def ada(behind: World) -> AsyncIterator[DiscordChat]:
    async with chat(behind, "en-GB") as ada:
        yield ada


async def asked(ada: DiscordChat) -> str:
    """Where the answer to /link leads."""
    reply = await (await ada.person.command(ada.channel, "link", service="spotify")).reply()
    assert reply.ephemeral and "works once within ten minutes" in text_of(reply)
    (url,) = (item["url"] for item in walk(reply.components) if item.get("url"))
    return str(url)


async def test_a_listener_agrees_and_gives_the_address(ada: DiscordChat, behind: World, fake: SpotifyAccounts) -> None:
    back = fake.agree(await asked(ada), "ada on spotify")
    answer = await (await ada.person.command(ada.channel, "link", service="spotify", name=back)).reply()
    assert answer.ephemeral and "Linked: ada on spotify on Spotify." in text_of(answer)
    await says(ada, "recommend")
    request = await behind.hand.request()
    assert (request.source.kind, request.source.value) == (SourceKind.ACCOUNT, "spotify:top")
    choices = await ada.person.autocomplete(ada.channel, "recommend", focused="link", link="lik")
    assert [(choice["name"], choice["value"]) for choice in choices] == [("Liked songs (Spotify)", "liked")]
    assert "Forgotten." in await says(ada, "unlink", service="spotify")


async def test_the_address_can_be_pasted_into_a_direct_message(
    ada: DiscordChat, behind: World, fake: SpotifyAccounts
) -> None:
    back = fake.agree(await asked(ada), "ada")
    await ada.person.dm(back)
    await until(ada, lambda: "Linked: ada on Spotify." in text_of(ada.person.sees(ada.person.private)[-1]))


async def test_what_another_began_links_nothing(ada: DiscordChat, behind: World, fake: SpotifyAccounts) -> None:
    ben = ada.server.person("Ben")
    back = fake.agree(await asked(ada), "mallory")
    his = await (await ben.command(ada.channel, "link", service="spotify", name=back)).reply()
    assert "belongs to somebody else" in text_of(his)
    assert fake.asked == []
