"""Words from outside are harmless in every template."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import Card, JobCard, LinkButton, SlateCard, StatusCard
from bot.fronts.web import views
from core.model import Arm, State
from tests.fakes.commands import pick

HOSTILE = (
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "<img src=x onerror=alert(1)>",
    "</textarea></bdi></li><svg onload=alert(1)>",
    "javascript:alert(1)",
    "JaVaScRiPt\n:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt;&#x3c;b&#x3e;",
    "\u202egnos\u202c \u2066x\u2069 \u200b\u200f\ufeff",
    "\x00\x1b[31m\x85",
    "A long title that never ends " * 11,
)
words = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=30), max_size=4).map("".join)
links = st.lists(st.builds(LinkButton, words, words | words.map("https://".__add__)), max_size=3).map(tuple)
picks = st.builds(
    pick, st.integers(1, 99), arm=st.sampled_from(Arm), title=words, artist=words, evidence=words, reason=words,
    cover_url=words | words.map("https://".__add__), links=links, sound=st.booleans(), generated=st.booleans(),
)  # fmt: skip
jobs = st.builds(
    JobCard, st.just("r1"), words, st.sampled_from(State), words, st.integers(0, 9), st.integers(0, 9), words, words
)
slates = st.builds(SlateCard, st.just("r1"), words, words, st.lists(picks, max_size=3).map(tuple))
UNSEEN = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff\x00\x1b\x85")
TAGS = set(
    "html head meta title link script body a header img div h1 h2 h3 h4 p span bdi b q main section ul ol li "  # noqa: SIM905
    "article progress form button audio small noscript footer label textarea input".split()
)


class Reader(HTMLParser):
    """All tags and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def harmless(html: str) -> None:
    """No tag, handler, script or link that the templates did not write, and nothing that hides or reorders text."""
    for tag, attributes in Reader(html).tags:
        assert tag in TAGS
        assert not [name for name in attributes if name.startswith("on") or name in {"style", "autofocus", "srcdoc"}]
        if tag == "script":
            assert attributes["src"] == "/static/page.js"
        for name in {"href", "src", "action"} & attributes.keys():
            url = attributes[name] or ""
            assert url.startswith(("https://", "/", "#"))
            assert not url.startswith("//")
    assert not UNSEEN & set(html)
    assert html.count("<script") <= 1


@given(st.lists(jobs | slates, max_size=2), words)
def test_the_page_is_harmless(cards: list[Card], sentence: str) -> None:
    harmless(views.page(cards, StatusCard(1, 1, sentence), 10))


@given(jobs | slates)
def test_an_event_is_harmless_and_three_lines(card: Card) -> None:
    kind, data, *rest = views.event(card).decode().split("\n")
    assert (kind, rest) == ("event: card", ["", ""])
    harmless(json.loads(data.removeprefix("data: "))["html"])


@given(words)
def test_an_error_page_is_harmless(sentence: str) -> None:
    harmless(views.error(sentence))


@given(words)
def test_the_status_event_is_one_event(sentence: str) -> None:
    lines = views.status_event(StatusCard(1, 1, sentence)).decode().split("\n")
    assert lines[0] == "event: status"
    assert lines[2:] == ["", ""]
    assert not UNSEEN & set(json.loads(lines[1].removeprefix("data: "))["sentence"])


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "http://plain.example",
        "//other.example",
        "data:text/html,x",
        "https:",
        "https://[",
        "",
    ],
)
def test_only_https_links_are_shown(url: str) -> None:
    html = views.card(SlateCard("r1", "t", "", (pick(1, links=(LinkButton("Deezer", url),), cover_url=url),)))
    assert "<a " not in html
    assert html.count("<img") == 1


def test_a_link_leaves_nothing_behind() -> None:
    tags = Reader(views.card(SlateCard("r1", "t", "", (pick(1),)))).tags
    (link,) = [attributes for tag, attributes in tags if tag == "a"]
    assert link["href"] == "https://www.deezer.com/track/1"
    assert link["rel"] == "noopener noreferrer"


@pytest.mark.parametrize(
    ("stage", "shown"),
    [
        ("", "Getting started"),
        ("waiting", "Waiting in the queue"),
        ("reading", "Reading your playlist"),
        ("listening", "Listening to your songs"),
        ("preparing the catalogue", "Preparing the catalogue"),
        ("composing demo songs", "Composing demo songs"),
        ("comparing", "Comparing with songs by little-known artists"),
        ("\u200b", "Getting started"),
    ],
)
def test_a_stage_is_said_in_a_listeners_words(stage: str, shown: str) -> None:
    card = JobCard("r1", "t", State.WORKING, stage, 0, 0, "2 ahead of you.", "")
    assert f"<bdi>{shown}</bdi></h2>" in views.card(card)
    assert f'data-said="{shown}. 2 ahead of you"' in views.card(card)


def test_a_generated_song_says_so_and_a_missing_arm_has_no_heading() -> None:
    html = views.card(SlateCard("r1", "t", "", (pick(1, generated=True), pick(2))))
    assert html.count('class="badge"') == 1
    assert "Wildcards" not in html


def test_a_rating_from_elsewhere_joins_the_row() -> None:
    assert views.rating(1, "🏆").count("<button") == views.rating(1, "👍").count("<button") + 1
