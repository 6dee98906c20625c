"""Live cards: the state at connect, then changes only, and nobody else's."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot.fronts.web import events
from bot.fronts.web.server import WebFront
from core.errors import PrivateOrEmpty
from core.model import Address
from tests.bot.fronts.web.visitor import Visitor, ask, next_card, next_event, until
from tests.fakes.commands import FakeCommands, pick

pytestmark = pytest.mark.usefixtures("impatient")


async def test_the_state_at_connect_then_only_changes(client: Visitor, commands: FakeCommands) -> None:
    request = await ask(client)
    async with client.get("/events") as stream:
        assert stream.content_type == "text/event-stream"
        assert (await next_card(stream))["state"] == "asked"
        looks = commands.count("card")
        await until(lambda: commands.count("card") > looks + 5)  # nothing changes meanwhile
        commands.advance(request, "listening", 3, 9)
        card = await next_card(stream)
        assert card["state"] == "working"
        assert "3 of 9" in card["html"]
        commands.answer(request, pick(1))
        assert (await next_card(stream))["state"] == "ready"


async def test_a_finished_request_is_no_longer_looked_at(client: Visitor, commands: FakeCommands) -> None:
    request = await ask(client)
    async with client.get("/events") as stream:
        await next_card(stream)
        commands.refuse(request, PrivateOrEmpty(what="playlist", service="Deezer"))
        assert (await next_card(stream))["state"] == "refused"
        looks, statuses = commands.count("card"), commands.count("status")
        await until(lambda: commands.count("status") > statuses + 5)
        assert commands.count("card") == looks


async def test_two_pages_of_one_listener_see_the_same(client: Visitor, commands: FakeCommands) -> None:
    request = await ask(client)
    async with client.get("/events") as one, client.get("/events") as two:
        await next_card(one)
        await next_card(two)
        commands.answer(request, pick(1))
        assert await next_card(one) == await next_card(two)


async def test_nobody_sees_anothers_cards(client: Visitor, stranger: Visitor, commands: FakeCommands) -> None:
    async with client.get("/events") as mine, stranger.get("/events") as theirs:
        hers = await ask(client, "hers")
        assert (await next_card(mine))["request_id"] == hers
        his = await ask(stranger, "his")
        assert (await next_card(theirs))["request_id"] == his
        commands.answer(hers, pick(1))
        await next_card(mine)
        commands.answer(his, pick(2))
        assert (await next_card(theirs))["request_id"] == his


async def test_a_page_that_comes_back_learns_what_it_missed(client: Visitor, commands: FakeCommands) -> None:
    request = await ask(client)
    async with client.get("/events") as stream:
        await next_card(stream)
    commands.answer(request, pick(1))
    async with client.get("/events") as stream:
        assert (await next_card(stream))["state"] == "ready"


async def test_nothing_is_polled_without_a_page(client: Visitor, commands: FakeCommands) -> None:
    await ask(client)
    async with client.get("/events") as stream:
        await next_card(stream)
    await until(lambda: not [task for task in asyncio.all_tasks() if task.get_name().startswith("web ")])


async def test_the_outbox_need_not_wait_for_the_poll(
    client: Visitor, commands: FakeCommands, front: WebFront, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "POLL_S", 60)
    request = await ask(client)
    async with client.get("/events") as stream:
        await next_card(stream)
        commands.answer(request, pick(1))
        assert await front.post(Address("web", "1"), request) == f"web:{request}"
        assert (await next_card(stream))["state"] == "ready"


async def test_the_status_line_is_sent_when_it_changes(client: Visitor, commands: FakeCommands) -> None:
    async with client.get("/events") as stream:
        assert await next_event(stream) == ("status", {"sentence": commands.sentence})
        looks = commands.count("status")
        await until(lambda: commands.count("status") > looks + 5)
        commands.sentence = "213 songs."
        assert await next_event(stream) == ("status", {"sentence": "213 songs."})
        async with client.get("/events") as second:
            assert await next_event(second) == ("status", {"sentence": "213 songs."})


async def test_a_poll_that_breaks_ends_the_stream_and_is_logged(
    client: Visitor, commands: FakeCommands, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await ask(client)
    with capture_logs() as logs:
        async with client.get("/events") as stream:
            await next_card(stream)
            with monkeypatch.context() as broken:
                broken.delitem(commands.cards, request)  # the store stumbles: KeyError
                with pytest.raises(EOFError):
                    await next_card(stream)
    assert [entry["event"] for entry in logs] == ["live updates broke off"]
    async with client.get("/events") as stream:
        assert (await next_card(stream))["request_id"] == request


async def test_stopping_ends_the_streams_within_two_seconds(front: WebFront) -> None:
    await front.start()
    async with ClientSession() as session, session.get(f"{front.url}/events") as stream:
        await next_event(stream)
        async with asyncio.timeout(2):
            await front.stop()
            assert b"event: card" not in await stream.content.read()
    await front.stop()
    with pytest.raises(RuntimeError):
        _ = front.url
