"""From evidence to one honest sentence, and back: nothing is said that the stored numbers do not show.

Songs are compared in the catalogue's own spread, so that "the same tempo" means more where tempi vary. ``shown`` says
what the numbers show, ``reason`` puts it into words, ``claims`` reads the words again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from math import exp, inf

from core._traits import TRAITS, comparable
from core.model import Arm, Compared, Evidence
from core.said import Arg, Said, mark

__all__ = ["AGREE", "SHARED", "Claims", "apart", "claims", "comparable", "reason", "scaled", "shown"]

#: Songs nearer than so many spreads of the catalogue agree in a feature; songs farther than one differ. Of values that
#: are normally distributed one pair in eight agrees by chance.
AGREE = 0.35
#: So many features in which two songs agree are said, the nearest first.
SHARED = 2

_LIST = mark("{one}, {other}")
#: By the arm (None for chance), and by what there is to say.
_TEMPLATES: Mapping[tuple[Arm | None, tuple[str, ...]], str] = {
    (Arm.CLOSE, ()): mark("Close to your list."),
    (Arm.CLOSE, ("song",)): mark("Sounds like your {song}."),
    (Arm.CLOSE, ("song", "shared")): mark("Sounds like your {song}: {shared}."),
    (Arm.CLOSE, ("song", "different")): mark("Sounds like your {song}, but {different}."),
    (Arm.CLOSE, ("song", "shared", "different")): mark("Sounds like your {song}: {shared}, but {different}."),
    (Arm.WILDCARD, ()): mark("Far from your list on purpose."),
    (Arm.WILDCARD, ("song",)): mark("Far from your list on purpose; your nearest song is {song}."),
    (Arm.WILDCARD, ("song", "different")): mark(
        "Far from your list on purpose; your nearest song is {song}, and this one is {different}."
    ),
    (None, ()): mark("Chance chose this one, to see how well the others are chosen."),
    (None, ("song",)): mark(
        "Chance chose this one, to see how well the others are chosen; your nearest song is {song}."
    ),
}
_ARMS = {template: arm for (arm, _), template in _TEMPLATES.items()}
_SAME = {trait.same: name for name, trait in TRAITS.items() if trait.same}
_DIFFERENT = {trait.less: (name, False) for name, trait in TRAITS.items() if trait.less} | {
    trait.more: (name, True) for name, trait in TRAITS.items() if trait.more
}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a reason claims of a pick.

    ``arm`` is None of one that chance drew. ``song`` is the listener's nearest, empty where none is known. The two
    ``agree`` in these features, by name; ``bpm`` is the tempo they share. The pick has ``more`` or less of what
    ``differs``.
    """

    arm: Arm | None
    song: str = ""
    agree: tuple[str, ...] = ()
    bpm: int | None = None
    differs: str | None = None
    more: bool = False


def scaled(name: str, value: float) -> float:
    """A feature's value on the scale in which it is compared, which is its spread's: logarithmic for ratios.

    ``value`` is one that :func:`comparable` has let through.
    """
    return TRAITS[name].scaled(value)


def reason(arm: Arm, evidence: Evidence, *, random: bool = False) -> Said:
    """One sentence: the nearest song of the listener's, and what the two share or what sets them apart.

    ``random``: chance drew the pick from all songs, whatever its arm.
    """
    told = shown(arm, evidence, random=random)
    args: dict[str, Arg] = {}
    if told.song:
        args["song"] = told.song
    if told.agree:
        args["shared"] = reduce(lambda one, other: Said(_LIST, {"one": one, "other": other}), _shared(told))
    if told.differs:
        trait = TRAITS[told.differs]
        args["different"] = Said(trait.more if told.more else trait.less)
    return Said(_TEMPLATES[told.arm, tuple(args)], args)


def shown(arm: Arm, evidence: Evidence, *, random: bool = False) -> Claims:
    """What the evidence shows of a pick, as far as its reason says it; see :func:`reason`."""
    song = next(iter(evidence.songs), "")
    if random or not song:
        return Claims(None if random else arm, song)
    above = {name: found for name in TRAITS if (found := _above(name, evidence.features.get(name))) is not None}
    spread = {name: evidence.features[name].spread for name in above}
    # What hardly varies, such as speech, must still differ by what can be heard.
    much = {name: abs(above[name]) / max(spread[name], TRAITS[name].apart) for name in above}
    apart = [name for name in above if much[name] > 1 and TRAITS[name].word(above[name])]
    differs = max(apart, key=lambda name: much[name], default=None)
    more = differs is not None and above[differs] > 0
    if arm is Arm.WILDCARD:
        return Claims(arm, song, differs=differs, more=more)
    little = {name: abs(above[name]) / spread[name] for name in above}
    alike = [name for name in above if little[name] < AGREE and abs(above[name]) <= TRAITS[name].alike]
    agree = sorted((name for name in alike if TRAITS[name].same), key=lambda name: little[name])[:SHARED]
    bpm = _middle(evidence.features["tempo"]) if "tempo" in agree else None
    return Claims(arm, song, tuple(agree), bpm, differs, more)


def apart(name: str, compared: Compared) -> float | None:
    """How far the pick lies above the listener's song, in spreads of the catalogue; None where that cannot be told."""
    above = _above(name, compared) if name in TRAITS else None
    return None if above is None else above / compared.spread


def claims(sentence: Said) -> Claims | None:
    """What a sentence of :func:`reason` claims, also of one that was stored; None of any other sentence."""
    shared, different = (_phrases(sentence.args.get(name)) for name in ("shared", "different"))
    texts = [phrase.text for phrase in shared], [phrase.text for phrase in different]
    if sentence.text not in _ARMS or not (_SAME.keys() >= set(texts[0]) and _DIFFERENT.keys() >= set(texts[1])):
        return None
    bpms = [bpm for phrase in shared if isinstance(bpm := phrase.args.get("bpm"), int)]
    differs, more = _DIFFERENT[texts[1][0]] if different else (None, False)
    return Claims(
        _ARMS[sentence.text],
        str(sentence.args.get("song", "")),
        tuple(_SAME[text] for text in texts[0]),
        bpms[0] if bpms else None,
        differs,
        more,
    )


def _above(name: str, compared: Compared | None) -> float | None:
    """How far the pick lies above the listener's song, on the feature's scale; None where that cannot be told."""
    trait = TRAITS[name]
    if compared is None or not (
        trait.told(compared.mine) and trait.told(compared.theirs) and 0 < compared.spread < inf
    ):
        return None
    return trait.scaled(compared.theirs) - trait.scaled(compared.mine)


def _middle(tempi: Compared) -> int:
    """The tempo between the two, BPM."""
    trait = TRAITS["tempo"]
    return round(exp((trait.scaled(tempi.mine) + trait.scaled(tempi.theirs)) / 2))


def _shared(told: Claims) -> list[Said]:
    bpm: dict[str, Arg] = {} if told.bpm is None else {"bpm": told.bpm}
    return [Said(TRAITS[name].same, bpm if name == "tempo" else {}) for name in told.agree]


def _phrases(part: Arg | None) -> list[Said]:
    """The parts of a list of phrases, in order."""
    if not isinstance(part, Said):
        return []
    if part.text != _LIST:
        return [part]
    return [phrase for arg in ("one", "other") for phrase in _phrases(part.args[arg])]
