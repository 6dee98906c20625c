"""``yasr doctor``: what it finds, against services on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import stamina
from pydantic import SecretStr

from bot import doctor
from bot.doctor import examine
from bot.findings import Finding, Health
from core import settings
from core.settings import Settings
from tests.fakes.discord import Discord
from tests.fakes.replay import Replay
from tests.fakes.telegram import Telegram

SECRET = "s3cretk3y"  # noqa: S105 - of nobody


@pytest.fixture
async def fake() -> AsyncIterator[Replay]:
    async with Replay() as server:
        server.answer("/editorial/0", lambda _: {"id": 0, "name": "All", "type": "editorial"})
        with stamina.set_testing(True, attempts=1):
            yield server


def here(fake: Replay, state: Path) -> Settings:
    """Only Deezer, Last.fm and Spotify's titles are switched on."""
    return Settings(
        state_dir=state,
        deezer=settings.Deezer(base_url=fake.base_url),
        lastfm=settings.LastFm(base_url=fake.base_url, key=SecretStr(SECRET)),
        spotify=settings.Spotify(page_url=fake.base_url),
        audius=settings.Audius(enabled=False),
        itunes=settings.Itunes(enabled=False),
        listenbrainz=settings.ListenBrainz(enabled=False),
        musicbrainz=settings.MusicBrainz(enabled=False),
        odesli=settings.Odesli(enabled=False),
        youtube=settings.Youtube(enabled=False),
    )


def of(findings: list[Finding], part: str) -> Finding:
    (found,) = (finding for finding in findings if finding.part == part)
    return found


async def test_what_works_what_is_refused_and_what_is_off(fake: Replay, tmp_path: Path) -> None:
    fake.answer("/oembed", lambda _: {"title": "A song"})
    fake.fail("/2.0", "403")
    findings = await examine(here(fake, tmp_path))
    deezer = of(findings, "Deezer")
    assert (deezer.health, deezer.words) == (Health.WORKS, "answers")
    assert set(deezer.uses) >= {"reads links", "new songs", "sound", "audience", "harvested by itself"}
    refused = of(findings, "Last.fm")
    assert refused.failed
    assert refused.words == "refuses us: see the YASR_LASTFM__… settings, its key first"
    assert of(findings, "Jamendo") == Finding("Jamendo", Health.OFF, "set YASR_JAMENDO__CLIENT_ID to use it")
    assert of(findings, "Spotify").health is Health.WORKS
    for own in ("State folder", "Store", "Redis"):
        assert of(findings, own).health is Health.WORKS
    assert SECRET not in repr(findings)


async def test_a_machine_without_a_network(fake: Replay, tmp_path: Path) -> None:
    fake.fail("/", "reset")
    findings = await examine(here(fake, tmp_path))
    assert of(findings, "Network").words == "no service answers: this machine seems to be offline"
    assert of(findings, "Deezer").words == "does not answer"


async def test_a_service_that_asks_to_wait_works(fake: Replay, tmp_path: Path) -> None:
    fake.fail("/editorial", "429", Retry_After="7200")
    assert of(await examine(here(fake, tmp_path)), "Deezer") == Finding(
        "Deezer",
        Health.WORKS,
        "answers, and asks us to wait about 2 hours",
        of(await examine(here(fake, tmp_path)), "Deezer").uses,
    )


async def test_a_service_that_hangs_is_not_waited_for(
    fake: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LIMIT_S", 0.5)
    fake.fail("/editorial", "timeout")
    assert of(await examine(here(fake, tmp_path)), "Deezer").words.startswith("did not answer within")


async def test_our_own_parts(fake: Replay, tmp_path: Path) -> None:
    broken = here(fake, tmp_path / "nowhere").model_copy(
        update={
            "redis_url": f"redis://:{SECRET}@127.0.0.1:9/0",
            "database_url": f"sqlite+aiosqlite:///{tmp_path}/no/{SECRET}.db",
        }
    )
    findings = await examine(broken)
    assert [finding.part for finding in findings if finding.failed][:3] == ["State folder", "Store", "Redis"]
    assert SECRET not in repr(findings)


@pytest.mark.parametrize(
    ("token", "message_content", "health", "words"),
    [
        ("", False, Health.OFF, "set YASR_DISCORD__TOKEN to use it"),
        ("token-of-the-bot", False, Health.WORKS, "https://discord.com/oauth2/authorize?client_id="),
        ("token-of-another", False, Health.FAILS, "does not accept the bot's token"),
        ("token-of-the-bot", True, Health.FAILS, "has not granted this bot the message content intent"),
    ],
)
async def test_discord(
    fake: Replay, tmp_path: Path, token: str, message_content: bool, health: Health, words: str
) -> None:
    async with Discord(allowed_intents=0) as server:
        chosen = settings.Discord(token=SecretStr(token), api_base=server.api_base, message_content=message_content)
        found = of(await examine(here(fake, tmp_path).model_copy(update={"discord": chosen})), "Discord")
    assert found.health is health
    assert words in found.words


async def test_discord_that_does_not_answer(fake: Replay, tmp_path: Path) -> None:
    chosen = settings.Discord(token=SecretStr(SECRET), api_base="http://127.0.0.1:9/api")
    found = of(await examine(here(fake, tmp_path).model_copy(update={"discord": chosen})), "Discord")
    assert found.failed
    assert found.words == "does not answer as it should (ClientConnectorError)"
    assert SECRET not in str(found)


@pytest.mark.parametrize(
    ("token", "health", "words"),
    [
        ("", Health.OFF, "set YASR_TELEGRAM__TOKEN to use it"),
        ("{token}", Health.WORKS, "knows the bot: https://t.me/yasr_bot"),
        ("1:of-another", Health.FAILS, "does not accept the bot's token"),
    ],
)
async def test_telegram(fake: Replay, tmp_path: Path, token: str, health: Health, words: str) -> None:
    async with Telegram() as server:
        secret = SecretStr(token.format(token=server.token))
        chosen = settings.Telegram(token=secret, api_base=server.base_url)
        found = of(await examine(here(fake, tmp_path).model_copy(update={"telegram": chosen})), "Telegram")
    assert found.health is health
    assert words in found.words


async def test_telegram_that_does_not_answer(fake: Replay, tmp_path: Path) -> None:
    chosen = settings.Telegram(token=SecretStr(f"1:{SECRET}"), api_base="http://127.0.0.1:9/bot")
    found = of(await examine(here(fake, tmp_path).model_copy(update={"telegram": chosen})), "Telegram")
    assert found.failed
    assert found.words.startswith("does not answer as it should")
    assert SECRET not in str(found)
