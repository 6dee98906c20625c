"""Whatever Telegram thinks of a message: its picture, its markup, its pace, its chat; and how updates arrive."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from bot.fronts.telegram.front import TelegramFront
from bot.fronts.telegram.polling import Polling
from core.errors import TelegramTaken, TelegramTokenRefused
from core.model import Track
from core.settings import Telegram as Settings
from tests.bot.fronts.telegram.talking import answered, in_chat, says, stored, text, until
from tests.conversations import world as worlds
from tests.conversations.table import LINK, OTHERS, SONGS
from tests.conversations.telegram import TelegramChat, chat
from tests.conversations.world import World
from tests.fakes.telegram import Telegram, errors
from tests.fakes.telegram.faults import Trouble

COVER = "https://pictures.example/cover.png"
#: A picture of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060f80f0001030100"
    "b5d5e9b60000000049454e44ae426082"
)


class Preview:
    """A source of clips."""

    name = "deezer"

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def preview(self, track: Track) -> bytes | None:
        self.asked.append(track.title)
        return b"ID3 a clip"


@pytest.fixture
def preview(behind: World) -> Preview:
    """Every song has a clip."""
    source = Preview()
    behind.talk.picks._sounds["deezer"] = source  # type: ignore[assignment] # as much of one as is asked
    behind.talk.commands._sounds = frozenset({"deezer"})
    return source


@pytest.fixture
def covers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every song has the same cover."""
    plain = worlds.song

    def song(title: str) -> Track:
        return replace(plain(title), cover_url=COVER)

    monkeypatch.setattr(worlds, "song", song)


def sent(ada: TelegramChat, method: str, key: str) -> list[object]:
    """What the bot gave for ``key`` in its calls of a method."""
    return [parameters.get(key) for name, parameters in ada.server.requests if name == method]


# pictures and clips


@pytest.mark.usefixtures("covers")
async def test_a_picture_is_fetched_once_and_then_known(ada: TelegramChat, behind: World) -> None:
    ada.server.serves(COVER, "image/png", PIXEL)
    await answered(ada, behind)
    assert all(ada.pick(title).media for title in SONGS)
    await answered(ada, behind, f"{LINK}9", OTHERS)
    photos = sent(ada, "sendPhoto", "photo")
    assert photos.count(COVER) == 1
    assert len(photos) == 6


@pytest.mark.usefixtures("covers")
async def test_a_picture_that_telegram_does_not_take_is_left_out(ada: TelegramChat, behind: World) -> None:
    ada.server.serves(COVER, "text/html", b"gone")
    await answered(ada, behind)
    assert not any(ada.pick(title).media for title in SONGS)
    await ada._rate("First Light", 8)
    await until(ada, lambda: "✓ 8" in ada.pick("First Light").buttons)


@pytest.mark.usefixtures("covers")
async def test_a_file_that_telegram_has_lost_is_given_again(ada: TelegramChat, behind: World) -> None:
    ada.server.serves(COVER, "image/png", PIXEL)
    await behind.talk.media.keep("telegram", COVER, "AgACAgQAAx0CUnknown")
    await answered(ada, behind)
    assert all(ada.pick(title).media for title in SONGS)


async def test_clips_follow_the_picks_and_are_known_the_next_time(
    ada: TelegramChat, behind: World, preview: Preview
) -> None:
    await answered(ada, behind)
    await until(ada, lambda: len(sent(ada, "sendAudio", "audio")) == 3)
    audio = [message for message in ada.person.sees(ada.chat) if message.media and message.media.kind == "audio"]
    assert [message.reply_to for message in audio] == [ada.pick(title) for title in SONGS]
    assert preview.asked == list(SONGS)
    await ada.person.react(audio[0], "🔥")
    await until(ada, lambda: "✓ 8" in ada.pick("First Light").buttons)


async def test_in_a_group_a_clip_comes_at_a_press(ada: TelegramChat, behind: World, preview: Preview) -> None:
    there = in_chat(ada, ada.server.group("Listeners", ada.person))
    await answered(there, behind, f"/recommend {LINK}")
    pick = there.pick("First Light")
    assert preview.asked == []
    for _ in range(2):
        clip = await there.said(there.person.press(pick, pick.buttons["▶"]))
        assert clip.media is not None
        assert clip.reply_to is pick
    assert preview.asked == ["First Light"]


# trouble


async def test_a_message_whose_markup_is_refused_comes_as_plain_text(ada: TelegramChat, behind: World) -> None:
    await ada.asks(LINK)
    ada.server.fail("sendMessage", errors.bad_request("can't parse entities: unexpected end tag"))
    await behind.hand.answers(SONGS)
    await until(ada, lambda: SONGS[2] in text(ada))
    assert "3 songs like" in text(ada)
    assert "<b>" not in text(ada)


async def test_a_flood_is_waited_for(ada: TelegramChat, behind: World) -> None:
    await ada.asks(LINK)
    ada.server.limit(3, method="sendMessage", times=2)
    await behind.hand.answers(SONGS)
    await until(ada, lambda: SONGS[2] in text(ada))
    assert text(ada).count("First Light\n") <= 1


async def test_one_who_has_blocked_the_bot_is_left_alone_and_finds_the_answer_later(
    ada: TelegramChat, behind: World
) -> None:
    listener = await behind.store.listeners.find("telegram", str(ada.person.id))
    await ada.asks(LINK)
    held = ada.server.hold("getUpdates")  # the bot does not hear of it
    await ada.person.blocks()
    await behind.hand.answers(SONGS)
    await until(ada, lambda: sent(ada, "sendMessage", "chat_id"))
    await stored(lambda: _left(behind, listener))
    held.release()
    await ada.said(ada.person.says(ada.chat, "/history"))
    assert await behind.talk.people.here(listener)
    assert "3 songs, 0 of them rated" in text(ada)


async def _left(behind: World, listener: int) -> bool:
    return not await behind.talk.people.here(listener)


async def test_a_network_that_fails_now_and_then_loses_nothing(ada: TelegramChat, behind: World) -> None:
    ada.server.fail("getUpdates", errors.Refused(502))
    ada.server.fail("getUpdates", Trouble.CLOSED)
    assert "Waiting in the queue" in await says(ada, LINK)


async def test_an_error_of_ours_is_said_and_the_bot_goes_on(
    ada: TelegramChat, behind: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(behind.talk.commands, "status", broken)
        assert "Something went wrong on our side." in await says(ada, "/stats")
    assert "The catalogue is still empty." in await says(ada, "/stats")


# how updates arrive


async def test_a_token_that_telegram_does_not_know(behind: World) -> None:
    async with Telegram() as server:
        front = TelegramFront(Settings(token="1:wrong", api_base=server.base_url), behind.talk)  # type: ignore[arg-type] # noqa: S106 - a wrong one
        with pytest.raises(TelegramTokenRefused):
            await front.start()
        await front.stop()


async def test_a_second_poller_says_so_and_ends(ada: TelegramChat, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: float) -> None:
        return

    monkeypatch.setattr("bot.fronts.telegram.polling.asyncio.sleep", at_once)
    ada.server.fail("getUpdates", errors.conflict("terminated by other getUpdates request"), times=9)
    polling = Polling(ada.front.bot, ada.front.ears.hear, long_s=0)
    with pytest.raises(TelegramTaken):
        await polling.run()


@asynccontextmanager
async def hooked(behind: World) -> AsyncIterator[tuple[TelegramChat, str]]:
    """A bot whose updates Telegram brings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/telegram"
    async with chat(behind, "en", webhook=url, webhook_port=port) as ada:
        yield ada, url


async def test_telegram_brings_the_updates_where_it_is_told_to(behind: World) -> None:
    async with hooked(behind) as (ada, _):
        await answered(ada, behind)
        await ada._rate("First Light", 8)
        assert "getUpdates" not in {method for method, _ in ada.server.requests}


async def test_what_telegram_did_not_send_is_not_heard(behind: World) -> None:
    async with hooked(behind) as (ada, url), aiohttp.ClientSession() as session:
        update = {"update_id": 7}
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guessed"}):
            async with session.post(url, json=update, headers=headers) as answer:
                assert answer.status == 403
        async with session.get(url) as answer:
            assert answer.status == 405
        known = {"X-Telegram-Bot-Api-Secret-Token": ada.front.webhook._secret}  # type: ignore[union-attr] # there is one
        for body in (b"", b"{", b"\xff"):
            async with session.post(url, data=body, headers=known) as answer:
                assert answer.status == 400, body


async def test_what_is_being_done_when_the_bot_is_stopped_is_done_after_its_start(behind: World) -> None:
    async with Telegram() as server:
        person = server.person("Ada")
        settings = Settings(token=server.token, api_base=server.base_url)  # type: ignore[arg-type] # a secret
        first = TelegramFront(settings, behind.talk)
        await first.start()
        running = asyncio.create_task(first.run())
        await server.listening()
        held = server.hold("sendMessage")
        await person.says(person.private, LINK)
        await stored(lambda: _asked(behind))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await first.stop()
        assert len(person.sees(person.private)) == 1
        held.release()
        again = TelegramFront(settings, behind.talk)
        await again.start()
        running = asyncio.create_task(again.run())
        assert "Waiting in the queue" in (await server.next_message(person.private)).text
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await again.stop()
        assert len(behind.queue.ids) == 1


async def _asked(behind: World) -> bool:
    return bool(behind.queue.ids)
