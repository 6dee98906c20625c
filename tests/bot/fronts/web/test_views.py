"""Words from outside are harmless in every template."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import Card, JobCard, LinkButton, PassageCard, SlateCard, StatusCard
from bot.fronts.web import views
from core.model import Arm, Preferences, State
from tests.bot.fronts.web.test_alike import passage
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
_times = st.tuples(st.floats(0, 300), st.floats(1, 30)).map(lambda drawn: (drawn[0], drawn[0] + drawn[1]))
passages = st.builds(
    PassageCard, words, words, st.booleans(), _times, _times, st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)))
)
picks = st.builds(
    pick, st.integers(1, 99), arm=st.sampled_from(Arm), title=words, artist=words, evidence=words, reason=words,
    cover_url=words | words.map("https://".__add__), links=links, sound=st.booleans(), generated=st.booleans(),
    label=words, licence_url=words | words.map("https://".__add__), passage=st.none() | passages,
)  # fmt: skip
jobs = st.builds(
    JobCard, st.just("r1"), words, st.sampled_from(State), words, st.integers(0, 9), st.integers(0, 9), words, words,
    st.none() | st.datetimes(timezones=st.just(UTC)),
)  # fmt: skip
KNOBS = views.Knobs(Preferences(), Preferences("small", 13), 26)
slates = st.builds(SlateCard, st.just("r1"), words, words, st.lists(picks, max_size=3).map(tuple))
UNSEEN = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff\x00\x1b\x85")
TAGS = set(
    "html head meta title link script body a header img div h1 h2 h3 h4 p span bdi b q main section ul ol li "  # noqa: SIM905
    "article progress form button audio small noscript footer label textarea input "
    "details summary select option time svg desc text rect line".split()
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
            assert attributes["src"] in ("/static/forms.js", "/static/page.js")
        for name in {"href", "src", "action"} & attributes.keys():
            url = attributes[name] or ""
            assert url.startswith(("https://", "/", "#"))
            assert not url.startswith("//")
    assert not UNSEEN & set(html)
    assert html.count("<script") <= 2


@given(st.lists(jobs | slates, max_size=2), words)
def test_the_page_is_harmless(cards: list[Card], sentence: str) -> None:
    harmless(views.page(cards, StatusCard(1, 1, sentence), 10, KNOBS, "a" * 64))


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


def test_a_stage_is_shown_and_spoken() -> None:
    shown = "Listening to your songs"
    card = JobCard("r1", "t", State.WORKING, shown, 0, 0, "2 ahead of you.", "")
    assert f"<bdi>{shown}</bdi></h2>" in views.card(card)
    assert f'data-said="{shown}. 2 ahead of you"' in views.card(card)


def test_a_waiting_request_says_until_when_and_can_be_cancelled() -> None:
    until = datetime(2026, 11, 22, 23, 40, tzinfo=timezone(timedelta(hours=2)))
    html = views.card(JobCard("r1", "t", State.ASKED, "waiting", 0, 0, "Deezer asks me to wait.", "", until))
    assert '<time datetime="2026-11-22T23:40:00+02:00">22 Nov, 21:40 UTC</time>' in html
    assert 'data-said="Saved for later. Deezer asks me to wait"' in html
    assert 'action="/cancel/r1"' in html
    assert "<progress" not in html


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/", "CC BY-NC-SA 3.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.de", "CC BY 4.0"),
        ("https://creativecommons.org.example.org/licenses/by/4.0/", "Licence"),
        ("https://artlibre.org/licence/lal", "Licence"),
    ],
)
def test_a_licence_is_linked_by_its_name(url: str, name: str) -> None:
    html = views.card(SlateCard("r1", "t", "", (pick(1, links=(), licence_url=url),)))
    (link,) = [attributes for tag, attributes in Reader(html).tags if tag == "a"]
    assert (link["href"], link["rel"], link["aria-label"]) == (
        url, "license noopener noreferrer", f"Licence of Song 1: {name}",
    )  # fmt: skip
    assert f">{name}</a>" in html


def drawn(html: str) -> ElementTree.Element:
    """The drawing on a page, if it is well-formed XML."""
    start, end = html.index("<svg"), html.index("</svg>")
    return ElementTree.fromstring(html[start : end + len("</svg>")])  # noqa: S314 - of our own templates


def test_a_passage_is_said_drawn_and_played() -> None:
    found = passage((3, 18.25), (12, 27), (3, 12), (10, 19.5), (17.5, 26.5), sentence="0:12 is like 0:03.")
    html = views.card(SlateCard("r1", "t", "", (pick(7, passage=found), pick(8))))
    assert html.count("<p><bdi>0:12 is like 0:03.</bdi></p>") == 1
    players = [attributes["src"] for tag, attributes in Reader(html).tags if tag == "audio"]
    assert players == ["/sound/7/mine#t=3,18.25", "/sound/7#t=12,27", "/sound/7", "/sound/8"]
    svg = drawn(html)
    assert [text.text for text in svg.iter("text")] == ["yours", "0:03–0:18", "theirs", "0:12–0:27"]
    assert len(list(svg.iter("line"))) == 3
    ids = {part.get("id"): part.text or "" for part in svg if part.get("id")}
    assert set(svg.attrib["aria-labelledby"].split()) == set(ids)
    assert "0:03–0:18" in "".join(ids.values()) and "0:12–0:27" in "".join(ids.values())


@given(passages)
def test_a_drawing_is_well_formed_and_without_script(found: PassageCard) -> None:
    svg = drawn(views.card(SlateCard("r1", "t", "", (pick(7, passage=found),))))
    assert {part.tag for part in svg.iter()} <= {"svg", "title", "desc", "text", "rect", "line"}
    assert not [
        name for part in svg.iter() for name in part.attrib if name.startswith("on") or name in {"href", "style"}
    ]


@pytest.mark.parametrize(("mine", "theirs"), [(True, True), (True, False), (False, True), (False, False)])
def test_only_what_sounds_has_a_player(mine: bool, theirs: bool) -> None:
    found = replace(passage((3, 18), (12, 27)), sound=mine)
    html = views.card(SlateCard("r1", "t", "", (pick(7, passage=found, sound=theirs),)))
    assert ("Yours: <bdi>Moonlit Harbor</bdi>, 0:03–0:18" in html, "/sound/7/mine" in html) == (mine, mine)
    assert ("Theirs: <bdi>Song 7</bdi>, 0:12–0:27" in html, "/sound/7#t" in html) == (theirs, theirs)
    assert ("Hear and see it" in html) == (mine or theirs)


def test_a_pick_without_a_passage_is_as_it_was() -> None:
    html = views.card(SlateCard("r1", "t", "", (pick(7),)))
    assert "passage" not in html
    assert "<svg" not in html


def test_only_a_labelled_pick_can_be_appealed_for() -> None:
    label = "may be machine-made: 212 releases within a year"
    html = views.card(SlateCard("r1", "t", "", (pick(1), pick(2, label=label))))
    assert html.count(label) == 1
    assert 'action="/appeal/2"' in html
    assert 'action="/appeal/1"' not in html


def test_only_a_pick_with_a_page_can_be_looked_up_elsewhere() -> None:
    html = views.card(SlateCard("r1", "t", "", (pick(1), pick(2, links=()))))
    assert 'action="/links/1"' in html
    assert 'action="/links/2"' not in html
    assert "nowhere else" in views.links((LinkButton("Deezer", "https://www.deezer.com/track/1"),))


@given(st.lists(st.builds(LinkButton, words, words | words.map("https://".__add__)), max_size=3))
def test_what_was_found_elsewhere_is_harmless(buttons: list[LinkButton]) -> None:
    harmless(views.alone(views.links(buttons)))


def test_what_was_set_is_offered_and_selected() -> None:
    knobs = views.Knobs(Preferences("any", 5), Preferences("small", 13), 8)
    options = [attributes for tag, attributes in Reader(views.settings(knobs)).tags if tag == "option"]
    assert [option["value"] for option in options] == ["", "tiny", "small", "medium", "any", "0", "2", "4", "5", "8"]
    assert [option["value"] for option in options if "selected" in option] == ["any", "5"]


def test_a_generated_song_says_so_and_a_missing_arm_has_no_heading() -> None:
    html = views.card(SlateCard("r1", "t", "", (pick(1, generated=True), pick(2))))
    assert html.count('class="badge"') == 1
    assert "Wildcards" not in html


def test_a_rating_from_elsewhere_joins_the_row() -> None:
    assert views.rating(1, "🏆").count("<button") == views.rating(1, "👍").count("<button") + 1
