"""Cards are in the listener's language, whatever the worker said; names stay as they are."""

from __future__ import annotations

import gettext
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot import drawing
from bot.words import Words
from core.errors import CannotListen, QuotaReached
from core.model import (
    Address,
    Arm,
    Audience,
    Options,
    Passage,
    Pick,
    Progress,
    Request,
    Slate,
    Source,
    SourceKind,
    State,
    Track,
)
from core.said import dumps, said

AT = datetime(2026, 11, 20, tzinfo=UTC)
REQUEST = Request("r", 1, Address("web", "p"), Source(SourceKind.SAMPLE), Options(), State.ASKED, Progress("reading"),
                  "Mine", AT)  # fmt: skip


class Loud(gettext.NullTranslations):
    """A language in which every sentence is that of English, between marks of exclamation."""

    def gettext(self, message: str) -> str:
        return f"¡{message}!"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"¡{msgid1 if n == 1 else msgid2}!"


@pytest.fixture
def loud() -> Words:
    words = Words("en")
    words._catalogue = Loud()
    return words


def test_a_job(loud: Words) -> None:
    waiting = drawing.job(REQUEST, 3, None, loud)
    assert (waiting.title, waiting.stage) == ("Mine", "¡Waiting in the queue!")
    assert waiting.note == "¡3 ahead of you in the queue.!"
    assert drawing.job(REQUEST, 0, None, loud).note == ""
    quota = QuotaReached(service="Deezer", seconds=7200)
    note = (said("{service} asks me to wait {wait}.", **quota.args_), said("Yes."))
    working = replace(REQUEST, state=State.WORKING, progress=Progress("listening", 1, 2, note))
    card = drawing.job(working, 0, None, loud)
    assert (card.stage, card.note) == ("¡Listening to your songs!", "¡Deezer asks me to wait ¡about 2 hours!.! ¡Yes.!")
    assert drawing.job(replace(REQUEST, title="The sample playlist"), 0, None, loud).title == "¡The sample playlist!"


def test_a_refusal(loud: Words) -> None:
    error = CannotListen(count=1, service="Deezer")
    refused = replace(REQUEST, state=State.REFUSED, error=error.code, error_args=error.args_)
    card = drawing.job(refused, 0, None, loud)
    assert card.stage == "¡Stopped!"
    assert card.error == f"¡{error}!"
    assert card.error.startswith("¡I know your 1 song by name")


def test_an_answer(loud: Words) -> None:
    reason = said("Sounds like your {song}.", song="A – B")
    track = Track("Song", ("Nova Pine",), "deezer", "1", url="https://www.deezer.com/track/1")
    fans = (Audience("fans on Deezer", 1_412, date(2026, 11, 20)),)
    real = Pick(1, 1, Arm.CLOSE, 0.5, 1, track, "A – B", reason, fans, label=said("may be machine-made"))
    demo = Pick(2, 2, Arm.WILDCARD, 0.1, 2, replace(track, generated=True), "A – B", reason)
    card = drawing.slate(REQUEST, Slate("r", "m", "1", (real, demo), AT), ("deezer",), {"deezer": "Deezer"}, loud)
    first, second = card.picks
    assert (first.reason, first.label) == ("¡Sounds like your A – B.!", "¡may be machine-made!")
    assert (first.title, first.artist, first.evidence) == ("Song", "Nova Pine", "¡1,412 fans on Deezer, 20 Nov!")
    assert (second.evidence, second.label) == ("¡generated demo song!", "")


def test_an_answer_with_a_passage(loud: Words) -> None:
    seed = Track("Moonlit <b>Harbor</b>", ("Ada",), "deezer", "2")
    found = Passage(seed, (3.0, 18.0), (12.0, 27.0), 0.9926, ((3.0, 12.0), (17.5, 26.5)))
    plain = Pick(1, 1, Arm.CLOSE, 0.5, 1, Track("Song", ("Nova Pine",)), "Ada – Moonlit Harbor", said("Alike."))
    picks = (
        plain,
        replace(plain, passage=found),
        replace(plain, passage=replace(found, seed=Track("By name", ("B",)))),
    )
    shown = drawing.slate(REQUEST, Slate("r", "m", "1", picks, AT), ("deezer",), {}, loud).picks
    assert shown[0].passage is None
    assert replace(shown[1], passage=None) == shown[0]
    card = shown[1].passage
    assert card is not None
    assert card.sentence == (
        "¡In the clips, 0:12–0:27 of this song is like 0:03–0:18 of your Moonlit <b>Harbor</b>: "
        "closer than 99.2 % of the catalogue.!"
    )
    assert (card.seed, card.sound) == ("Moonlit <b>Harbor</b>", True)
    assert (card.mine, card.theirs, card.path) == (found.mine, found.theirs, found.path)
    assert shown[2].passage is not None
    assert not shown[2].passage.sound, "what is known by name alone cannot be played"


def test_the_status(loud: Words) -> None:
    assert drawing.status({}, ["", ""], loud).sentence == "¡The catalogue is still empty.!"
    assert drawing.status({"main": 1}, [], loud).sentence == "¡1 song by little-known artists.!"
    harvest = dumps(said("{service}: {count} songs.", service="Deezer", count=1_200))
    held = drawing.status({"main": 1_000, "demo": 200, "/a/folder": 5}, [harvest, "Old words."], loud)
    assert (held.songs, held.generated) == (1_200, 200)
    assert held.sentence == (
        "¡1,200 songs by little-known artists, 200 of them demo songs generated by YASR.! "
        "¡Deezer: 1,200 songs.! ¡Old words.!"
    )
