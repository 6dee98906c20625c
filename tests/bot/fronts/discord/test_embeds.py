"""Cards as plain embeds: the same words and controls, within the older limits."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import JobCard, PickCard, SlateCard
from bot.fronts.discord import embeds, layout
from bot.fronts.discord.drawn import Pen
from bot.words import ENGLISH, LANGUAGES, words
from core.model import State
from tests.bot.fronts.discord.drawings import (
    ADDRESSES,
    ASKER,
    LICENCE,
    WEAPONS,
    assert_harmless,
    job,
    jobs,
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
)

_languages = st.sampled_from(LANGUAGES).map(words)


@given(picks, _languages)
def test_a_pick_says_and_offers_the_same_as_in_components(card: PickCard, language: Any) -> None:
    plain, rich = sent(embeds.pick(card, language)), sent(layout.pick(card, language))
    assert texts(plain) == texts(rich)
    assert presses(plain) == presses(rich)
    assert_harmless(plain, sent(embeds.pick(tame(card), language)))


@given(jobs, _languages)
def test_a_request_says_and_offers_the_same_as_in_components(card: JobCard, language: Any) -> None:
    plain, rich = sent(embeds.job(card, language)), sent(layout.job(card, language))
    assert (texts(plain), presses(plain)) == (texts(rich), presses(rich))
    assert_harmless(plain, sent(embeds.job(tame(card), language)))


@given(slates, _languages)
def test_an_answer_says_and_offers_the_same_as_in_components(card: SlateCard, language: Any) -> None:
    plain, rich = sent(embeds.head(card, ASKER, language)), sent(layout.head(card, ASKER, language))
    assert (texts(plain), presses(plain)) == (texts(rich), presses(rich))
    assert_harmless(plain, sent(embeds.head(tame(card), ASKER, language)), ASKER)
    assert texts(sent(embeds.done(card, "", language))) == texts(sent(layout.done(card, "", language)))


def test_a_ping_is_in_the_text_for_in_an_embed_it_pings_nobody() -> None:
    body = sent(embeds.head(slate(pick()), ASKER, ENGLISH))
    assert body["content"].startswith("<@1> **1 song like “Evening”, by somebody hardly anybody knows yet**\n")
    assert body["embeds"] == []


def test_the_controls_stand_in_rows() -> None:
    body = sent(embeds.pick(pick(label="may be machine-made"), ENGLISH))
    assert [len(row["components"]) for row in body["components"]] == [5, 1, 5, 1]


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_a_picture_that_discord_takes_is_shown(address: str) -> None:
    [embed] = sent(embeds.pick(pick(cover_url=address), ENGLISH))["embeds"]
    assert embed.get("thumbnail") == ({"url": address} if address == "https://pictures.example/1.jpg" else None)


def test_the_sound_is_attached_and_an_edit_leaves_it_alone() -> None:
    [file] = embeds.pick(pick(), ENGLISH, b"sound").files
    assert (file.filename, file.fp.read()) == ("pick-7.mp3", b"sound")
    edit = embeds.pick(pick(), ENGLISH, kept=True).editing()
    assert sorted(edit) == ["content", "embeds", "view"]


@pytest.mark.parametrize("name", WEAPONS)
def test_a_weapon_as_every_name_changes_nothing_but_words(name: str) -> None:
    card = pick(title=name, artist=name, evidence=name, reason=name, label=name, licence_url=LICENCE,
                passage=passage(name))  # fmt: skip
    assert_harmless(sent(embeds.pick(card, ENGLISH)), sent(embeds.pick(tame(card), ENGLISH)))
    for state in (State.WORKING, State.REFUSED):
        request = job(state=state, title=name, stage=name, note=name, error=name)
        assert_harmless(sent(embeds.job(request, ENGLISH)), sent(embeds.job(tame(request), ENGLISH)))


@pytest.mark.parametrize("pen", [embeds, layout])
def test_nothing_is_so_long_that_what_follows_is_lost(pen: Pen) -> None:
    flood = "flood " * 1000
    card = pick(title=flood, artist=flood, evidence=flood, reason=flood, label=flood, licence_url=LICENCE, rated="🔥",
                passage=passage(flood))  # fmt: skip
    [text] = texts(sent(pen.pick(card, ENGLISH)))
    assert len(text.split("\n")) == 7 and text.endswith("**You rated it 8 of 10.**")
    [text] = texts(sent(pen.head(slate(card, title=flood, note=flood), ASKER, ENGLISH)))
    assert text.endswith("or a number.")
    [text] = texts(sent(pen.head(slate(title=flood, note=flood), ASKER, ENGLISH)))
    assert text.endswith(" flood…")


@given(names)
def test_a_notice_of_any_length_can_be_sent(text: str) -> None:
    assert len(sent(embeds.notice(f"- {text}\n" * 99))["content"]) <= 2000


def test_a_picture_goes_with_a_notice() -> None:
    file = discord.File(__file__, "taste.png", description="Your taste")
    drawn = embeds.notice("This is you.", picture=file)
    assert (drawn.sending()["files"], drawn.sending()["content"]) == ([file], "This is you.")
    body = sent(layout.notice("This is you.", picture=file))
    assert body["attachments"] == [{"id": 0, "filename": "taste.png", "description": "Your taste"}]
    assert body["components"][0]["components"][1]["items"][0]["media"]["url"] == "attachment://taste.png"
    file.close()
