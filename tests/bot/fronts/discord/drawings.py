"""Cards full of names that attack, and what is sent of them, held against Discord's rules."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from typing import Any

import discord
from discord.http import handle_message_parameters
from hypothesis import strategies as st

from bot.cards import Card, JobCard, LinkButton, PassageCard, PickCard, SlateCard
from bot.fronts.discord.drawn import Drawn
from core import verdicts
from core.model import Arm, State
from tests.fakes.discord.components import Media, check, check_embeds, shown
from tests.fakes.discord.state import walk
from tests.fakes.discord.validate import Validator

ASKER = "<@1>"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
#: Names that ping, link, format, hide, turn round, or are simply too much.
WEAPONS = (
    "@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "</recommend:1>", "<t:1:R>", "<:yes:1>", "<a:yes:1>",
    "<id:customize>", "https://evil.example", "HTTP://evil.example", "<https://evil.example>", "discord.gg/evil",
    "discord.com/invite/evil", "[click](https://evil.example)", "**bold**", "__under__", "~~gone~~", "||hidden||",
    "`code`", "```\ncode", "*", "_", "\\", "\\*", "# big", "-# small", "- item", "1. item", "> quoted", ">>> quoted",
    "\n# big", "\r\n> quoted", "\u2028# big", "\x00", "\x1b[31m", "\u200b", "\u200f", "\u202eesrever", "\u2066",
    "\u2069", "\ufeff", "\u3164", "Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307", "\u0301" * 9, "\ufe0f" * 9, "{title}",
    "{", "%s", "attachment://x", "x" * 300, "\U0001f469\u200d\U0001f4bb" * 99,
    ", ".join(f"Artist {n}" for n in range(40)),
)  # fmt: skip
ADDRESSES = ("", "http://pictures.example/1.jpg", "https://", "https://x", "javascript:alert(1)", "null",
             "https://pictures.example/1.jpg", "https://pictures.example/> @everyone", "https://e.example/\u202egpj",
             "https://pictures.example/" + "x" * 3000)  # fmt: skip
#: Anything at all, weapons among it; never nothing, for a sentence that is not there is not shown.
names = st.lists(st.sampled_from(WEAPONS) | st.text(min_size=1, max_size=9), min_size=1, max_size=40).map("".join)
_addresses = st.sampled_from(ADDRESSES) | names.map("https://pictures.example/{}".format)
_passages = st.builds(
    PassageCard, names, names, st.booleans(), st.just((3.0, 18.0)), st.just((12.0, 27.0)), st.just(())
)
picks = st.builds(
    PickCard, id=st.integers(0, 2**63), rank=st.integers(1, 20), arm=st.sampled_from(Arm), title=names, artist=names,
    evidence=names, reason=names, cover_url=_addresses, sound=st.booleans(),
    links=st.lists(st.builds(LinkButton, names, _addresses), max_size=5).map(tuple), generated=st.booleans(),
    rated=st.sampled_from(("", *map(verdicts.emoji_of, range(11)))), label=st.just("") | names, licence_url=_addresses,
    passage=st.none() | _passages,
)  # fmt: skip
jobs = st.builds(
    JobCard, request_id=st.just("01J9ZK7M3Q"), title=names, state=st.sampled_from(State), stage=names,
    done=st.integers(0, 10**6), total=st.integers(0, 10**6), note=names, error=names,
    until=st.none() | st.datetimes(),
)  # fmt: skip
slates = st.builds(
    SlateCard, request_id=st.just("01J9ZK7M3Q"), title=names, note=names,
    picks=st.lists(picks, max_size=2).map(tuple),
)  # fmt: skip

_HIDDEN_BY_US = "\n\u200b\u200c\u200d"
_FORMATTING = re.compile(r"[*_~|`<>\[\]()\\\n]|://|^[-+#]|^\d+[.)]", re.MULTILINE)
_ADDRESS = re.compile(r"<https://[^\s<>]*>")
_ESCAPED = re.compile(r"\\[^0-9A-Za-z\s]")


def pick(**other: Any) -> PickCard:
    """A pick with everything."""
    fields: dict[str, Any] = {
        "id": 7, "rank": 2, "arm": Arm.CLOSE, "title": "Hoppípolla", "artist": "Sigur Rós", "evidence": "12 fans",
        "reason": "It has the pace of “Starálfur”.", "cover_url": "https://pictures.example/1.jpg", "sound": True,
        "links": (LinkButton("Deezer", "https://www.deezer.com/track/1"),), "generated": False, "rated": "",
        "label": "", "licence_url": "",
    }  # fmt: skip
    return PickCard(**fields | other)


def passage(sentence: str = "0:12–0:27 of it is like 0:03–0:18 of your Starálfur.") -> PassageCard:
    """Where a pick is most like a song of the listener's."""
    return PassageCard(sentence, "Starálfur", True, (3.0, 18.0), (12.0, 27.0), ((3.0, 12.0), (17.5, 26.5)))


def job(**other: Any) -> JobCard:
    """A request under way."""
    fields: dict[str, Any] = {
        "request_id": "01J9ZK7M3Q", "title": "Evening", "state": State.WORKING, "stage": "listening", "done": 12,
        "total": 40, "note": "Read 93 of 102 songs.", "error": "",
    }  # fmt: skip
    return JobCard(**fields | other)


def slate(*picks: PickCard, **other: Any) -> SlateCard:
    """An answer."""
    return SlateCard(**{"request_id": "01J9ZK7M3Q", "title": "Evening", "note": "", "picks": picks} | other)


def tame(card: Card | PickCard) -> Any:
    """The same card with names that do nothing; addresses as they are."""
    if isinstance(card, PickCard):
        links = tuple(LinkButton("name", link.url) for link in card.links)
        label = "name" if card.label else ""
        return pick(**_fields(card, "id rank arm cover_url sound generated rated licence_url"), title="name",
                    artist="name", evidence="name", reason="name", label=label, links=links,
                    passage=replace(card.passage, sentence="name") if card.passage else None)  # fmt: skip
    if isinstance(card, JobCard):
        return job(**_fields(card, "state done total until"), title="name", stage="name", note="name", error="name")
    return slate(*map(tame, card.picks), title="name", note="name")


def sent(drawn: Drawn) -> dict[str, Any]:
    """What discord.py makes of it, if Discord would take it; whatever Discord would refuse fails the test."""
    parameters = handle_message_parameters(**drawn.sending(), allowed_mentions=discord.AllowedMentions.none())
    body = json.loads(parameters.multipart[0]["value"]) if parameters.multipart else dict(parameters.payload or {})
    v2 = bool(body.get("flags"))
    assert not (v2 and (body.get("content") or body.get("embeds")))
    assert len(body.get("content") or "") <= 2000
    assert not Validator().request("POST", "/channels/{channel_id}/messages", {}, body)
    check(body["components"], v2=v2)
    check_embeds(body.get("embeds") or [])
    shown(body["components"], Media([{"filename": file.filename, "url": ""} for file in drawn.files]))
    for row in (one for one in walk(body["components"]) if one["type"] == 1):
        assert 1 <= len(row["components"]) <= 5
    return body


def texts(body: dict[str, Any]) -> list[str]:
    """Every text of a message in which formatting counts."""
    parts = [body.get("content") or "", *(one.get("description") or "" for one in body.get("embeds") or ())]
    parts += [one["content"] for one in walk(body["components"]) if one["type"] == 10]
    return [part for part in parts if part]


def labels(body: dict[str, Any]) -> list[str]:
    """Every text of a message that is shown as it is."""
    found = []
    for one in walk(body["components"]):
        found += [one.get("label"), one.get("placeholder"), one.get("description") if one["type"] == 11 else None]
        found += [option["label"] for option in one.get("options", ())]
    return [label for label in found if label]


def presses(body: dict[str, Any]) -> list[str]:
    """The ids and addresses of buttons and menus, in their order."""
    return [one.get("custom_id") or one["url"] for one in walk(body["components"]) if one["type"] in (2, 3)]


def formatting(text: str) -> list[str]:
    """The signs in a text that Discord would read as formatting, in their order."""
    return _FORMATTING.findall(_ESCAPED.sub("x", text))


def hides(text: str) -> list[str]:
    """Characters that turn the text round or do not show."""
    return [one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") and one not in _HIDDEN_BY_US]


def assert_harmless(body: dict[str, Any], tame: dict[str, Any], asker: str = "") -> None:
    """Names have changed nothing but words: the formatting is that of the card with tame names, nobody is pinged."""
    assert [formatting(text) for text in texts(body)] == [formatting(text) for text in texts(tame)]
    for text in texts(body):
        # An address between <> is one link, whatever it holds: youtube.com/@somebody pings nobody.
        said = _ADDRESS.sub("", text.removeprefix(asker))
        assert "@" not in said.replace("@\u200b", "")
        assert not re.search(r"discord(app)?\.\w", text.replace("https://discord.com/channels", ""), re.IGNORECASE)
    for text in texts(body) + labels(body):
        assert not hides(text)
        assert not re.search("[\u0300-\u036f]{5}", text)
    assert [one["type"] for one in walk(body["components"])] == [one["type"] for one in walk(tame["components"])]


def _fields(card: PickCard | JobCard, which: str) -> dict[str, Any]:
    return {name: getattr(card, name) for name in which.split()}
