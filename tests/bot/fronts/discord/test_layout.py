"""Cards as components: what they say, what can be pressed, and that no name breaks them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import JobCard, LinkButton, PickCard, SlateCard
from bot.fronts.discord import drawn, embeds, layout
from bot.words import ENGLISH, LANGUAGES, words
from core import verdicts
from core.model import Arm, State
from tests.bot.fronts.discord.drawings import (
    ADDRESSES,
    ASKER,
    LICENCE,
    WEAPONS,
    assert_harmless,
    job,
    jobs,
    labels,
    names,
    passage,
    pick,
    picks,
    presses,
    sent,
    slate,
    slates,
    tame,
    texts,
)  # fmt: skip
from tests.fakes.discord.state import walk

_languages = st.sampled_from(LANGUAGES).map(words)


def test_progress_is_blocks_and_numbers_and_a_way_out() -> None:
    body = sent(layout.job(job(), ENGLISH))
    assert texts(body) == ["**Evening**\nlistening ▰▰▰▰▱▱▱▱▱▱▱▱ 12 of 40\nRead 93 of 102 songs."]
    assert (labels(body), presses(body)) == (["Cancel"], ["yasr:cancel:01J9ZK7M3Q"])


@pytest.mark.parametrize(
    ("other", "said", "way_out"),
    [
        ({"total": 0, "note": ""}, "listening", True),
        ({"done": 50, "note": ""}, "listening ▰▰▰▰▰▰▰▰▰▰▰▰ 50 of 40", True),
        ({"done": 0, "total": 10**6, "note": ""}, "listening ▱▱▱▱▱▱▱▱▱▱▱▱ 0 of 1,000,000", True),
        ({"state": State.ASKED, "stage": "waiting", "total": 0, "note": "2 ahead of you."}, "waiting\n2 ahead of you.",
         True),
        ({"state": State.ASKED, "stage": "waiting", "total": 0, "note": "",
          "until": datetime(2026, 11, 20, 12, tzinfo=UTC)}, "waiting\nI go on <t:1795176000:R>.", True),
        ({"state": State.REFUSED, "error": "This playlist is private."}, "This playlist is private.", False),
        ({"state": State.CANCELLED, "stage": "cancelled", "note": ""}, "cancelled", False),
    ],
)  # fmt: skip
def test_a_request_says_how_it_stands(other: dict[str, Any], said: str, way_out: bool) -> None:
    body = sent(layout.job(job(**other), ENGLISH))
    assert texts(body) == [f"**Evening**\n{said}"]
    assert bool(presses(body)) is way_out


def test_the_answer_begins_with_the_one_who_asked() -> None:
    body = sent(layout.head(slate(pick(), pick(id=8), note="Read 93 of 102 songs."), ASKER, ENGLISH))
    assert texts(body) == [
        "<@1> **2 songs like “Evening”, by artists hardly anybody knows yet**\n"
        "Read 93 of 102 songs.\n"
        "-# Rate them with the buttons, or react with 👎 😐 👍 🔥 💯 or a number."
    ]
    assert labels(body) == ["More", "Less famous"]
    assert presses(body) == ["yasr:more:01J9ZK7M3Q", "yasr:lesser:01J9ZK7M3Q"]


def test_an_answer_without_songs_is_a_sentence() -> None:
    body = sent(layout.head(slate(note="Thank you, 3 songs are in the catalogue."), ASKER, ENGLISH))
    assert texts(body) == ["<@1> **Evening**\nThank you, 3 songs are in the catalogue."]
    assert presses(body) == []


def test_the_progress_message_leads_to_the_answer() -> None:
    there = "https://discord.com/channels/1/2/3"
    assert texts(sent(layout.done(slate(pick()), there, ENGLISH))) == [f"**Evening**\nDone: {there}"]
    assert texts(sent(drawn.card(layout, slate(pick()), ENGLISH))) == ["**Evening**\nDone."]


def test_a_pick_has_its_picture_its_reason_and_its_controls() -> None:
    body = sent(layout.pick(pick(), ENGLISH))
    assert texts(body) == [
        "2. **Hoppípolla** – Sigur Rós\nClose: It has the pace of “Starálfur”.\n-# 12 fans",
    ]
    [picture] = [one for one in walk(body["components"]) if one["type"] == 11]
    assert picture["media"]["url"] == "https://pictures.example/1.jpg"
    assert picture["description"] == "Cover of Sigur Rós – Hoppípolla"
    assert presses(body) == [
        "yasr:rate:7:2", "yasr:rate:7:5", "yasr:rate:7:7", "yasr:rate:7:8", "yasr:rate:7:10", "yasr:exact:7",
        "yasr:like:7", "yasr:never:7", "yasr:where:7", "yasr:why:7", "https://www.deezer.com/track/1",
    ]  # fmt: skip
    assert [one["emoji"]["name"] for one in walk(body["components"]) if one.get("emoji")] == list(verdicts.ROW)
    [menu] = [one for one in walk(body["components"]) if one["type"] == 3]
    assert [option["value"] for option in menu["options"]] == [str(value) for value in range(10, -1, -1)]
    assert not any(option.get("default") for option in menu["options"])


def test_a_passage_is_a_line_under_the_reason() -> None:
    [text] = texts(
        sent(layout.pick(pick(passage=passage("0:12 is like 0:03 of your **Starálfur**: @everyone")), ENGLISH))
    )
    assert text.split("\n") == [
        "2. **Hoppípolla** – Sigur Rós",
        "Close: It has the pace of “Starálfur”.",
        "-# 0:12 is like 0:03 of your \\*\\*Starálfur\\*\\*: @\u200beveryone",
        "-# 12 fans",
    ]


def test_a_far_pick_says_so_and_a_demo_song_and_a_warning_and_a_licence() -> None:
    card = pick(arm=Arm.WILDCARD, generated=True, evidence="generated demo song", label="may be machine-made: flood",
                licence_url=LICENCE, rated="🔥")  # fmt: skip
    body = sent(layout.pick(card, ENGLISH))
    assert texts(body)[0].split("\n")[1:] == [
        "Wildcard: It has the pace of “Starálfur”.",
        "-# generated demo song",
        "⚠️ may be machine-made: flood",
        f"Licence: <{LICENCE}>",
        "**You rated it 8 of 10.**",
    ]
    assert "yasr:appeal:7" in presses(body) and "That is wrong" in labels(body)


@pytest.mark.parametrize(("rated", "value", "button"), [("🔥", 8, ["yasr:rate:7:8"]), ("3⃣", 3, []), ("0⃣", 0, [])])
def test_ones_own_rating_is_seen_and_can_be_taken_back(rated: str, value: int, button: list[str]) -> None:
    body = sent(layout.pick(pick(rated=rated), ENGLISH))
    assert texts(body)[0].endswith(f"\n**You rated it {value} of 10.**")
    primary = [one["custom_id"] for one in walk(body["components"]) if one["type"] == 2 and one["style"] == 1]
    assert primary == button
    [menu] = [one for one in walk(body["components"]) if one["type"] == 3]
    assert [option["value"] for option in menu["options"] if option["default"]] == [str(value)]
    assert (menu["options"][-1]["label"], menu["options"][-1]["value"]) == ("Take my rating back", "-")


def test_the_sound_is_a_file_of_the_message_and_stays_when_it_is_edited() -> None:
    sounding = layout.pick(pick(), ENGLISH, b"sound")
    [file] = sounding.files
    assert (file.filename, file.fp.read()) == ("pick-7.mp3", b"sound")
    files = [one["file"]["url"] for one in walk(sent(sounding)["components"]) if one["type"] == 13]
    assert files == ["attachment://pick-7.mp3"]
    again = layout.pick(pick(rated="👍"), ENGLISH, kept=True)
    assert again.files == () and list(again.editing()) == ["view"]
    assert [one["file"]["url"] for one in walk(again.view.to_components()) if one["type"] == 13] == files
    assert not [one for one in walk(layout.pick(pick(), ENGLISH).view.to_components()) if one["type"] == 13]


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_an_address_that_discord_takes_becomes_picture_button_or_licence(address: str) -> None:
    card = pick(cover_url=address, licence_url=address, links=(LinkButton("Here", address),) * 3)
    body = sent(layout.pick(card, ENGLISH))
    good = address == "https://pictures.example/1.jpg"
    assert [one["media"]["url"] for one in walk(body["components"]) if one["type"] == 11] == [address] * good
    assert presses(body)[10:] == [address] * 2 * good
    assert ("Licence: " in texts(body)[0]) is good


@pytest.mark.parametrize("name", WEAPONS)
def test_a_weapon_as_every_name_changes_nothing_but_words(name: str) -> None:
    card = pick(title=name, artist=name, evidence=name, reason=name, label=name, links=(LinkButton(name, LICENCE),),
                passage=passage(name))  # fmt: skip
    assert_harmless(sent(layout.pick(card, ENGLISH)), sent(layout.pick(tame(card), ENGLISH)))
    answer = slate(card, title=name, note=name)
    assert_harmless(sent(layout.head(answer, ASKER, ENGLISH)), sent(layout.head(tame(answer), ASKER, ENGLISH)), ASKER)
    for state in (State.WORKING, State.REFUSED):
        request = job(state=state, title=name, stage=name, note=name, error=name)
        assert_harmless(sent(layout.job(request, ENGLISH)), sent(layout.job(tame(request), ENGLISH)))


@given(picks, st.none() | st.just(b"sound"), _languages)
def test_any_pick_is_within_the_limits(card: PickCard, clip: bytes | None, language: Any) -> None:
    assert_harmless(sent(layout.pick(card, language, clip)), sent(layout.pick(tame(card), language, clip)))


@given(jobs, _languages)
def test_any_request_is_within_the_limits(card: JobCard, language: Any) -> None:
    assert_harmless(sent(layout.job(card, language)), sent(layout.job(tame(card), language)))


@given(slates, _languages)
def test_any_answer_is_within_the_limits(card: SlateCard, language: Any) -> None:
    calm = tame(card)
    assert_harmless(sent(layout.head(card, ASKER, language)), sent(layout.head(calm, ASKER, language)), ASKER)
    assert_harmless(sent(layout.done(card, "", language)), sent(layout.done(calm, "", language)))


@pytest.mark.parametrize("pen", [layout, embeds])
async def test_the_library_remembers_no_view_for_every_press_is_found_by_its_id(pen: drawn.Pen) -> None:
    view = pen.pick(pick(), ENGLISH).view
    assert view.is_finished() and view.is_persistent()


@given(names)
def test_a_notice_of_any_length_can_be_sent(text: str) -> None:
    assert len("".join(texts(sent(layout.notice(f"- {text}\n" * 99))))) <= 4000


def test_a_notice_keeps_whole_lines() -> None:
    line = "x" * 99
    assert texts(sent(layout.notice("\n".join([line] * 50)))) == ["\n".join([*[line] * 39, "…"])]
