"""The outbox: everything is posted, and a crash at any point posts nothing twice."""

from __future__ import annotations

import pytest

from bot.outbox import Outbox
from core.errors import PrivateOrEmpty
from core.model import Address, Options, Source, SourceKind
from core.ports import ChatFront
from core.store.store import Store
from tests.fakes.queue import FakeQueue


class FakeFront:
    """A ChatFront that shows each request once, and that can fall over before or after it has."""

    name = "web"

    def __init__(self) -> None:
        self.shown: dict[str, str] = {}
        self.falls = ""

    async def post(self, address: Address, request_id: str) -> str:
        if self.falls == "before":
            raise ConnectionError
        self.shown.setdefault(request_id, address.place)
        if self.falls == "after":
            raise ConnectionError
        return f"receipt of {request_id}"


async def over(store: Store, front: str = "web") -> str:
    listener = await store.listeners.find(front, "x")
    asked = await store.requests.ask(listener, Address(front, "here"), Source(SourceKind.SAMPLE), Options(), "t")
    await store.requests.claim(asked.id, "w", 10)
    await store.requests.refuse(asked.id, "w", PrivateOrEmpty(what="playlist", service="Deezer"))
    return asked.id


async def test_what_is_over_is_posted_once_where_it_belongs(store: Store, queue: FakeQueue) -> None:
    front = FakeFront()
    mine, _elsewhere = await over(store), await over(store, "telegram")
    fronts: dict[str, ChatFront] = {"web": front}
    outbox = Outbox(store, queue, fronts, 1)
    assert await outbox.deliver() == 1
    assert await outbox.deliver() == 0
    assert front.shown == {mine: "here"}


@pytest.mark.parametrize("falls", ["before", "after"])
async def test_a_crash_while_posting(store: Store, queue: FakeQueue, falls: str) -> None:
    front = FakeFront()
    mine = await over(store)
    front.falls = falls
    now = 0.0
    outbox = Outbox(store, queue, {"web": front}, 1, clock=lambda: now)
    assert await outbox.deliver() == 0
    front.falls = ""
    assert await outbox.deliver() == 0  # it rests
    now = 31.0
    assert await outbox.deliver() == 1
    assert list(front.shown) == [mine]
    request = await store.requests.get(mine)
    assert request is not None
    assert request.receipt == f"receipt of {mine}"


async def test_an_answer_that_cannot_be_posted_holds_up_no_other(store: Store, queue: FakeQueue) -> None:
    bad, good = await over(store), await over(store)

    class OneFails(FakeFront):
        async def post(self, address: Address, request_id: str) -> str:
            if request_id == bad:
                raise ConnectionError
            return await super().post(address, request_id)

    front = OneFails()
    assert await Outbox(store, queue, {"web": front}, 1).deliver() == 1
    assert list(front.shown) == [good]


async def test_lost_requests_go_back_into_the_queue(store: Store, queue: FakeQueue) -> None:
    listener = await store.listeners.find("web", "x")
    asked = await store.requests.ask(listener, Address("web", "h"), Source(SourceKind.SAMPLE), Options(), "t")
    await over(store)
    outbox = Outbox(store, queue, {}, 0)
    assert await outbox.reconcile() == 1
    assert queue.ids == [asked.id]
