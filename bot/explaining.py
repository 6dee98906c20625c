"""A pick explained: the listener's songs it is nearest to, and feature by feature what agrees and what differs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from bot import passages
from bot.tastes import WORDINGS
from bot.words import ENGLISH, Words
from core.model import Compared, Passage, Pick
from core.moods import HALF
from core.orders import Pair, Pairs, Part, Path, Sheet
from core.reasons import AGREE, apart
from core.said import mark

#: Pitch classes, C first.
_NOTES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
#: All keys, in the order of their numbers from 1 (:func:`core.reasons.comparable`).
KEYS = tuple(f"{note} {mode}" for mode in ("minor", "major") for note in _NOTES)
#: What features are called that are shares of a whole; the others are in :data:`bot.tastes.WORDINGS`.
_SHARES = {
    "energy": mark("Energy"),
    "valence": mark("Happiness"),
    "acousticness": mark("Acoustic"),
    "instrumentalness": mark("Instrumental"),
    "speechiness": mark("Spoken"),
}
#: So many features are in a picture.
_MOST = 8


@dataclass(frozen=True, slots=True)
class Facet:
    """One feature of both songs in words. ``apart`` is how far the pick lies above the listener's song, in the spreads
    of the catalogue (None where there is no distance: a key)."""

    name: str
    mine: str
    theirs: str
    apart: float | None
    verdict: Literal["alike", "between", "apart"]


def key_of(tonic: float, mode: float | None) -> str:
    """ "A minor"; empty where it was not told. ``tonic`` is 0 (C) to 11, ``mode`` 1 for major."""
    return KEYS[int(tonic) + 12 * (mode > HALF)] if mode is not None and 0 <= tonic < len(_NOTES) else ""


def facets(pick: Pick, words: Words = ENGLISH) -> list[Facet]:
    """What is known of the pick and of its nearest song among the listener's, the most alike first."""
    compared = pick.told.features if pick.told else {}
    found = [facet for name, one in compared.items() if (facet := _facet(name, one, words))]
    return sorted(found, key=lambda facet: (facet.apart is None, abs(facet.apart or 0)))


def sheet(pick: Pick, words: Words) -> Sheet | None:
    """All of that in one picture, for a chat; None where there is nothing to draw."""
    drawn: list[tuple[str, Part]] = []
    if found := facets(pick, words)[:_MOST]:
        pairs = tuple(Pair(one.name, one.mine, one.theirs, one.apart, one.verdict == "alike") for one in found)
        mine = pick.told.songs[0] if pick.told and pick.told.songs else pick.nearest_seed
        part = Pairs(mine, str(pick.track), words.say("less"), words.say("more"), pairs)
        drawn.append((words.say("What agrees, and what differs"), part))
    if pick.passage:
        drawn.append((words.say("Where they are most alike"), _path(pick.passage, str(pick.track), words)))
    if not drawn:
        return None
    whole = Sheet(words.say("Why {song}?", song=str(pick.track)), words.render(pick.reason), tuple(drawn))
    return whole if words is ENGLISH else replace(whole, otherwise=sheet(pick, ENGLISH))


def told(pick: Pick, words: Words) -> list[str]:
    """The same in words."""
    said = [words.render(pick.reason)]
    found = facets(pick, words)
    alike = [_both(facet) for facet in found if facet.verdict == "alike"]
    differ = [_both(facet) for facet in found if facet.verdict == "apart"]
    if alike:
        said.append(words.say("Agrees: {features}.", features="; ".join(alike)))
    if differ:
        said.append(words.say("Differs: {features}.", features="; ".join(differ)))
    if pick.passage:
        said.append(passages.sentence(pick.passage, words))
    return said


def _both(facet: Facet) -> str:
    return f"{facet.name}, {facet.mine} → {facet.theirs}"


def _path(passage: Passage, theirs: str, words: Words) -> Path:
    return Path(str(passage.seed), theirs, passage.mine, passage.theirs, passage.path, words.say("seconds"))


def _facet(name: str, compared: Compared, words: Words) -> Facet | None:
    if name == "key":
        return _key(compared, words)
    distance = apart(name, compared)
    if distance is None or name not in _SHARES.keys() | WORDINGS.keys():
        return None
    verdict: Literal["alike", "between", "apart"] = "between"
    if abs(distance) < AGREE:
        verdict = "alike"
    elif abs(distance) > 1:
        verdict = "apart"
    title, mine, theirs = _words_of(name, compared, words)
    return Facet(title, mine, theirs, distance, verdict)


def _words_of(name: str, compared: Compared, words: Words) -> tuple[str, str, str]:
    """What the feature is called, and both values with its unit."""
    if wording := WORDINGS.get(name):
        return words.say(wording.name), wording.amount(compared.mine, words), wording.amount(compared.theirs, words)
    mine, theirs = (words.say("{value} %", value=round(100 * value)) for value in (compared.mine, compared.theirs))
    return words.say(_SHARES[name]), mine, theirs


def _key(compared: Compared, words: Words) -> Facet | None:
    mine, theirs = round(compared.mine), round(compared.theirs)
    if not (1 <= mine <= len(KEYS) and 1 <= theirs <= len(KEYS)):
        return None
    verdict: Literal["alike", "apart"] = "alike" if mine == theirs else "apart"
    return Facet(words.say("Key"), _key_name(mine, words), _key_name(theirs, words), None, verdict)


def _key_name(number: int, words: Words) -> str:
    mode, tonic = divmod(number - 1, len(_NOTES))
    return words.say("{note} major", note=_NOTES[tonic]) if mode else words.say("{note} minor", note=_NOTES[tonic])
