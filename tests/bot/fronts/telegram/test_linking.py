"""Linking Spotify from a chat: the consent is asked for in private, and nobody else's secret is taken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.model import SourceKind
from core.settings import Spotify
from tests.bot.fronts.telegram.talking import in_chat, last, says, text
from tests.conversations.telegram import TelegramChat, chat, text_of
from tests.conversations.world import World, world
from tests.fakes.spotify_accounts import SpotifyAccounts
from tests.fakes.telegram import Message

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
async def ada(behind: World) -> AsyncIterator[TelegramChat]:
    async with chat(behind, "en") as ada:
        yield ada


def asked(message: Message) -> str:
    """Where a message's button leads."""
    assert message.controls
    return str(message.controls["inline_keyboard"][0][0]["url"])


async def test_a_listener_agrees_and_pastes_the_address(
    ada: TelegramChat, behind: World, fake: SpotifyAccounts
) -> None:
    assert "/link spotify asks you by itself." in await says(ada, "/link")
    told = await says(ada, "/link spotify")
    assert "for you alone, and works once within ten minutes" in told and "Copy its whole address" in told
    back = fake.agree(asked(last(ada)), "ada on spotify")
    assert "Linked: ada on spotify on Spotify." in await says(ada, back)
    await says(ada, "/recommend")
    request = await behind.hand.request()
    assert (request.source.kind, request.source.value) == (SourceKind.ACCOUNT, "spotify:top")
    await says(ada, "liked")
    assert (await behind.hand.request()).source.value == "spotify:liked"
    assert "Forgotten." in await says(ada, "/unlink spotify")


async def test_in_a_group_the_consent_is_asked_for_in_private(
    ada: TelegramChat, behind: World, fake: SpotifyAccounts
) -> None:
    there = in_chat(ada, ada.server.supergroup("Listeners", ada.person))
    await says(ada, "/help")  # their private chat is open
    await ada.said(there.person.says(there.chat, "/link spotify"))
    assert "authorize" not in str([message.controls for message in there.person.sees(there.chat)])
    url = asked(last(ada))
    back = fake.agree(url, "ada")
    assert "others can read it here" in await says(there, f"/link spotify {back}")
    assert "Linked: ada on Spotify." in await says(ada, f"/link spotify {back}")


async def test_what_another_began_links_nothing(ada: TelegramChat, behind: World, fake: SpotifyAccounts) -> None:
    ben = ada.server.person("Ben")
    his = in_chat(ada, ben.private, ben)
    await says(ada, "/link spotify")
    back = fake.agree(asked(last(ada)), "mallory")
    assert "belongs to somebody else" in await says(his, back)
    assert "belongs to somebody else" in await says(ada, back)
    assert fake.asked == []


async def test_whoever_brings_it_to_the_page_reads_whose_it_is(
    ada: TelegramChat, behind: World, fake: SpotifyAccounts
) -> None:
    await says(ada, "/link spotify")
    brought = behind.talk.linking.brought(fake.agree(asked(last(ada)), "ada"))
    assert brought is not None
    waiting = await behind.talk.linking.waiting(brought)
    assert waiting.place.endswith("(Telegram)") and len(waiting.place) > len("(Telegram)")


async def test_a_token_in_a_group_is_not_taken(ada: TelegramChat, behind: World) -> None:
    there = in_chat(ada, ada.server.supergroup("Listeners", ada.person))
    token = "0f1e2d3c-0000-4000-8000-000000000001"  # noqa: S105 - of nobody
    sent = await there.said(there.person.says(there.chat, f"/link listenbrainz {token}"))
    assert "Delete it, take a new one there" in text_of(sent)
    assert token not in text(ada)
