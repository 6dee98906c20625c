from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from core.errors import UnexpectedAnswer
from core.services._cache import Cache
from core.services._http import Http
from tests.core.services.conftest import FAST
from tests.core.services.test_http_breaker import Clock


@dataclass
class Page:
    """A page of version ``number``; it answers 304 to who knows it."""

    headers: dict[str, str]
    number: int = 1
    body: str = ""
    statuses: list[int] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.authorizations.append(request.headers.get("Authorization", ""))
        tag = f'"v{self.number}"'
        headers = {name: value.replace("TAG", tag) for name, value in self.headers.items()}
        known = request.headers.get("If-None-Match") == tag or (
            "Last-Modified" in headers and request.headers.get("If-Modified-Since") == headers["Last-Modified"]
        )
        self.statuses.append(304 if known else 200)
        if known:
            return web.Response(status=304, headers=headers)
        text = self.body or json.dumps({"number": self.number, "path": request.path_qs})
        return web.Response(text=text, headers=headers, content_type="application/json")


class Asker:
    def __init__(self, page: Page, url: str, http: Http, clock: Clock) -> None:
        self.page = page
        self.url = url
        self.http = http
        self.clock = clock

    async def __call__(self, path: str = "/a", *, fresh: bool = False) -> object:
        answer = await self.http.get_json(f"{self.url}{path}", fresh=fresh)
        assert isinstance(answer, dict)
        assert answer["path"] == path
        return answer["number"]


@pytest.fixture
async def ask(request: pytest.FixtureRequest) -> AsyncIterator[Asker]:
    page, clock = Page(dict(request.param)), Clock()
    app = web.Application()
    app.router.add_get("/{path}", page.answer)
    async with TestServer(app) as server:
        url = str(server.make_url("/")).rstrip("/")
        async with Http("Deezer", url, set(), FAST, clock=clock) as http:
            yield Asker(page, url, http, clock)


def answered(**headers: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "ask", [{name.replace("_", "-"): value for name, value in headers.items()}], indirect=True
    )


@answered(ETag="TAG")
async def test_an_unchanged_page_is_not_sent_again(ask: Asker) -> None:
    assert [await ask(), await ask()] == [1, 1]
    ask.page.number = 2
    assert [await ask(), await ask()] == [2, 2]
    assert ask.page.statuses == [200, 304, 200, 304]


@answered(Last_Modified="Fri, 20 Nov 2026 12:00:00 GMT")
async def test_a_date_serves_as_well(ask: Asker) -> None:
    assert [await ask(), await ask()] == [1, 1]
    assert ask.page.statuses == [200, 304]


@answered(ETag="TAG", Cache_Control="public, max-age=60")
async def test_a_fresh_page_is_not_asked_for(ask: Asker) -> None:
    assert [await ask(), await ask()] == [1, 1]
    ask.clock.now += 59
    assert await ask() == 1
    assert ask.page.statuses == [200]
    ask.clock.now += 1
    assert [await ask(), await ask()] == [1, 1]  # the 304 makes it fresh again
    assert ask.page.statuses == [200, 304]


@answered(Cache_Control="max-age=60")
async def test_who_wants_it_fresh_asks(ask: Asker) -> None:
    assert await ask() == 1
    ask.page.number = 2
    assert [await ask(), await ask(fresh=True), await ask()] == [1, 2, 2]


@answered(Cache_Control="max-age=86400")
async def test_nothing_is_believed_for_more_than_an_hour(ask: Asker) -> None:
    await ask()
    ask.clock.now += 3599
    await ask()
    assert len(ask.page.statuses) == 1
    ask.clock.now += 1
    await ask()
    assert len(ask.page.statuses) == 2


@answered(Cache_Control="max-age=60", Age="50")
async def test_the_age_of_an_answer_counts(ask: Asker) -> None:
    await ask()
    ask.clock.now += 10
    await ask()
    assert len(ask.page.statuses) == 2


@pytest.mark.parametrize(
    "ask",
    [{"ETag": "TAG", "Cache-Control": "no-store"}, {"Cache-Control": "no-store, max-age=60"}, {}],
    ids=["no-store", "no-store wins", "nothing said"],
    indirect=True,
)
async def test_what_may_not_be_kept_is_asked_for_in_full(ask: Asker) -> None:
    await ask()
    await ask()
    assert ask.page.statuses == [200, 200]


@answered(ETag="TAG", Cache_Control="no-cache, max-age=60")
async def test_no_cache_means_ask_first(ask: Asker) -> None:
    await ask()
    await ask()
    assert ask.page.statuses == [200, 304]


@answered(ETag="TAG", Cache_Control="max-age=60")
async def test_addresses_and_clients_are_kept_apart(ask: Asker) -> None:
    await ask("/a?x=1")
    await ask("/a?x=2")
    async with Http("Deezer", ask.url, set(), FAST, headers={"Authorization": "Bearer 2"}) as second:
        await second.get_json(f"{ask.url}/a?x=1")
    assert ask.page.statuses == [200, 200, 200]
    assert ask.page.authorizations == ["", "", "Bearer 2"]


@answered(ETag="TAG", Cache_Control="max-age=60")
async def test_what_cannot_be_read_is_not_kept(ask: Asker) -> None:
    ask.page.body = "<html>"
    with pytest.raises(UnexpectedAnswer):
        await ask()
    ask.page.body = ""
    assert await ask() == 1


@answered(ETag="TAG", Cache_Control="max-age=60")
async def test_a_caller_cannot_change_what_is_kept(ask: Asker) -> None:
    answer = await ask.http.get_json(f"{ask.url}/a")
    assert isinstance(answer, dict)
    answer.clear()
    assert await ask() == 1


def test_the_cache_is_bounded_and_drops_what_was_not_used() -> None:
    cache = Cache(entries=3, size=100)
    for name in "abc":
        cache.keep(name, bytes(30), {"ETag": name})
    assert cache.get("a")
    cache.keep("d", bytes(30), {"ETag": "d"})
    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]
    cache.keep("e", bytes(90), {"ETag": "e"})
    assert [name for name in "abcde" if cache.get(name)] == ["e"]
    cache.keep("f", bytes(101), {"ETag": "f"})
    cache.keep("e", bytes(10), {"ETag": "e"})
    cache.keep("g", bytes(90), {"ETag": "g"})
    assert [name for name in "efg" if cache.get(name)] == ["e", "g"]


@pytest.mark.parametrize("value", ["max-age=", "max-age=soon", "max-age=-1", "max-age", ",=,", "max-age=" + "9" * 5000])
def test_odd_directives_do_no_harm(value: str) -> None:
    clock = Clock()
    cache = Cache(clock=clock)
    cache.keep("a", b"{}", {"ETag": "a", "Cache-Control": value})
    entry = cache.get("a")
    assert entry is not None
    assert entry.fresh_until <= clock.now + 3600
