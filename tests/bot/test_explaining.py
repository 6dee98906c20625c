"""Why a pick was shown: the same facts as a picture and in words."""

from __future__ import annotations

from bot.explaining import facets, sheet, told
from bot.words import ENGLISH, words
from core.model import Arm, Compared, Evidence, Passage, Pick, Track
from core.orders import Pairs, Path
from core.said import said

TOLD = Evidence(
    ("A seed",),
    {"tempo": Compared(118, 119, 0.3), "brightness": Compared(1200, 2400, 0.3), "loudness": Compared(-9, -10.5, 3),
     "key": Compared(10, 22, 1), "energy": Compared(0.2, 0.21, 0.2), "unheard of": Compared(1, 2, 3)},
)  # fmt: skip
ALIKE = Passage(Track("Seed", ("Artist",)), (2.0, 9.0), (12.0, 19.5), 0.987, ((2.0, 12.0), (9.0, 19.5)))


def pick(evidence: Evidence | None = TOLD, passage: Passage | None = ALIKE) -> Pick:
    return Pick(1, 1, Arm.CLOSE, 7.0, 2, Track("Title", ("Newcomer",)), "A seed", said("Sounds like it."),
                told=evidence, passage=passage)  # fmt: skip


def test_a_picture_has_what_the_words_have() -> None:
    drawn = sheet(pick(), ENGLISH)
    assert drawn and drawn.title == "Why Newcomer – Title?" and drawn.note == "Sounds like it."
    (_, pairs), (_, path) = drawn.parts
    assert isinstance(pairs, Pairs) and isinstance(path, Path)
    assert [(one.name, one.mine, one.theirs, one.agree) for one in pairs.pairs] == [
        ("Tempo", "118 BPM", "119 BPM", True),
        ("Energy", "20 %", "21 %", True),
        ("Loudness", "-9 LUFS", "-10.5 LUFS", False),
        ("Brightness", "1,200 Hz", "2,400 Hz", False),
        ("Key", "A minor", "A major", False),
    ]
    assert [one.name for one in facets(pick())] == [one.name for one in pairs.pairs]
    assert (path.mine_s, path.theirs_s, path.path) == (ALIKE.mine, ALIKE.theirs, ALIKE.path)
    assert told(pick(), ENGLISH) == [
        "Sounds like it.",
        "Agrees: Tempo, 118 BPM → 119 BPM; Energy, 20 % → 21 %.",
        "Differs: Brightness, 1,200 Hz → 2,400 Hz; Key, A minor → A major.",
        "In the clips, 0:12–0:20 of this song is like 0:02–0:09 of your Seed: closer than 98.7 % of the catalogue.",
    ]


def test_what_is_not_known_is_not_drawn() -> None:
    assert sheet(pick(None, None), ENGLISH) is None
    assert told(pick(None, None), ENGLISH) == ["Sounds like it."]
    alone = sheet(pick(None), ENGLISH)
    assert alone and len(alone.parts) == 1


def test_in_another_language_english_is_there_for_want_of_letters() -> None:
    drawn = sheet(pick(), words("ja"))
    assert drawn and drawn.otherwise == sheet(pick(), ENGLISH)
