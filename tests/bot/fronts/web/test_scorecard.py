"""The public scorecard: what it says, what it keeps to itself, and that nobody needs a cookie or a script for it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from markupsafe import escape

from bot.fronts.web.env import HERE
from bot.fronts.web.faults import sentences
from bot.fronts.web.scorecard import ScorecardPage, render
from bot.fronts.web.security import HEADERS, Guard, Identity
from bot.scorecards import FRESH_S, Scorecards
from core.model import Arm, Candidate
from core.scorecard import Group, Scorecard
from core.store.scores import Scores
from core.store.store import Store
from tests.bot.fronts.web.conftest import KEY
from tests.bot.fronts.web.test_views import HOSTILE
from tests.bot.fronts.web.visitor import Visitor
from tests.core.store.test_scores import FANS, Song, answered


class Turned:
    """A clock that tests turn (seconds)."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Strict(HTMLParser):
    """What the page consists of; anything that the content security policy forbids fails."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "style", "iframe", "img"} or dict(attrs).get("src", "").startswith("/static")
        assert not {name for name, _ in attrs if name == "style" or name.startswith("on")}
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"line", "rect"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += " " + data


def words(html: str) -> str:
    """What is to be read, with single spaces; the page is well-formed."""
    page = Strict()
    page.feed(html)
    page.close()
    assert page.open == []
    return " ".join(page.words.split())


@pytest.fixture
async def store(tmp_path: object) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/yasr.db")
    yield store
    await store.close()


@pytest.fixture
def clock() -> Turned:
    return Turned()


@pytest.fixture
async def visitor(store: Store, clock: Turned) -> AsyncIterator[Visitor]:
    """A browser before the page, which stands where :class:`bot.fronts.web.server.WebFront` would put it."""
    app = web.Application(middlewares=[sentences, Guard("127.0.0.1").middleware])
    app.add_routes(ScorecardPage(Scorecards(Scores(store._engine), clock=clock), {"deezer": "Deezer"}).routes())
    app.router.add_static("/static", HERE / "static")
    app.on_response_prepare.append(Identity(KEY).on_prepare)
    async with TestServer(app) as server, TestClient(server) as client:
        yield client


async def read(visitor: Visitor) -> str:
    async with visitor.get("/scorecard") as response:
        assert response.status == 200
        assert response.content_type == "text/html"
        return words(await response.text())


async def rated(store: Store, people: int) -> None:
    for number in range(people):
        await answered(
            store,
            f"listener {number}",
            [
                Song(f"near {number}", 6 + number % 3),
                Song(f"far {number}", 4 + number % 2, Arm.WILDCARD, audiences=()),
                *([Song(f"any {number}", 1, random=True)] if number < 2 else []),
            ],
        )


async def test_nothing_was_shown_yet(visitor: Visitor) -> None:
    said = await read(visitor)
    assert "Nothing was shown yet, so there is nothing to score." in said
    assert "First version" not in said


async def test_everybody_reads_the_record(visitor: Visitor, store: Store) -> None:
    await store.catalogue.add([Candidate(Song("near 0").track, (FANS,)), Candidate(Song("never").track)])
    await rated(store, 12)
    said = await read(visitor)
    assert "26 picks in 12 answers for 12 people; 26 are rated." in said
    close = re.search(r"Close picks 12 picks, 12 ratings by 12 people 7\.00 ([\d.]+) to ([\d.]+) 33% .*? 5\.66 ", said)
    assert close is not None
    assert 6 < float(close[1]) < 7 < float(close[2]) < 8
    assert re.search(r"Wildcards .*? 4\.50 .*? 5\.16 ", said)
    assert "Little-known" not in said
    assert "Hardly anybody follows them 12 picks" in said
    assert "Deezer 12 picks" in said
    assert "A link 12 picks" in said
    assert "Artists of the catalogue who were shown 50.0%" in said
    assert "By artists whose audience nobody counts 46.2%" in said
    assert "Shown again to the same person must be 0 0.0%" in said


async def test_what_few_rated_stays_theirs(visitor: Visitor, store: Store) -> None:
    await rated(store, 12)
    said = await read(visitor)
    assert "Drawn by chance 2 picks, 2 ratings by 2 people not shown –" in said
    assert "1.00" not in said
    assert " 7.00 " in said


async def test_a_small_record_tells_numbers_only(visitor: Visitor, store: Store) -> None:
    await rated(store, 4)
    said = await read(visitor)
    assert "4 ratings by 4 people not shown 5.66" in said
    assert re.findall(r"\d\.\d\d to", said) == []


async def test_it_needs_no_cookie_and_may_be_kept(visitor: Visitor) -> None:
    async with visitor.get("/scorecard") as response:
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == f"max-age={FRESH_S}"
        assert response.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
        html = await response.text()
    for sheet in re.findall(r'href="(/static/[^"]+\.css)"', html):
        async with visitor.get(sheet) as response:
            assert response.status == 200
    assert '"/static/scorecard.css"' in html


async def test_the_card_is_made_anew_now_and_then(visitor: Visitor, store: Store, clock: Turned) -> None:
    await rated(store, 5)
    assert "for 5 people" in await read(visitor)
    await rated_more(store)
    clock.now += FRESH_S - 1
    assert "for 5 people" in await read(visitor)
    clock.now += 1
    assert "for 6 people" in await read(visitor)


async def rated_more(store: Store) -> None:
    await answered(store, "one more", [Song("another", 8)])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_are_harmless(hostile: str) -> None:
    close = Group("close", 9, 9, 9, 7.0, (6.5, 7.5), 0.5, (0.2, 0.8))
    card = Scorecard(
        False, 9, 9, 9, 9, (close,), models=(Group(hostile, 9, 9, 9, 7.0, None, 0.5),), gini=0.5, gini_least=0.1
    )
    page = render(card, {})
    words(page)
    assert "<script" not in page
    assert f"<bdi>{escape(hostile)}</bdi>" in page
