"""A pick explained: the listener's songs it is nearest to, and feature by feature what agrees and what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.model import Compared, Pick
from core.moods import HALF
from core.reasons import AGREE, apart

#: Pitch classes, C first.
_NOTES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
#: All keys, in the order of their numbers from 1 (:func:`core.reasons.comparable`).
KEYS = tuple(f"{note} {mode}" for mode in ("minor", "major") for note in _NOTES)
#: What features are called, and how their values are written.
_FEATURES = {
    "tempo": ("Tempo", "{:.0f} BPM"),
    "brightness": ("Brightness", "{:,.0f} Hz"),
    "onset_rate": ("Rhythm", "{:.1f} notes a second"),
    "loudness": ("Loudness", "{:.1f} LUFS"),
    "danceability": ("Danceability", "{:.0%}"),
    "energy": ("Energy", "{:.0%}"),
    "valence": ("Mood", "{:.0%} happy"),
    "acousticness": ("Acoustic", "{:.0%}"),
    "instrumentalness": ("Instrumental", "{:.0%}"),
    "speechiness": ("Spoken", "{:.0%}"),
}


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


def facets(pick: Pick) -> list[Facet]:
    """What is known of the pick and of its nearest song among the listener's, the most alike first."""
    compared = pick.told.features if pick.told else {}
    found = [facet for name, one in compared.items() if (facet := _facet(name, one))]
    return sorted(found, key=lambda facet: (facet.apart is None, abs(facet.apart or 0)))


def _facet(name: str, compared: Compared) -> Facet | None:
    if name == "key":
        return _key(compared)
    distance = apart(name, compared)
    if distance is None or name not in _FEATURES:
        return None
    title, form = _FEATURES[name]
    verdict: Literal["alike", "between", "apart"] = "between"
    if abs(distance) < AGREE:
        verdict = "alike"
    elif abs(distance) > 1:
        verdict = "apart"
    return Facet(title, form.format(compared.mine), form.format(compared.theirs), distance, verdict)


def _key(compared: Compared) -> Facet | None:
    mine, theirs = round(compared.mine), round(compared.theirs)
    if not (1 <= mine <= len(KEYS) and 1 <= theirs <= len(KEYS)):
        return None
    return Facet("Key", KEYS[mine - 1], KEYS[theirs - 1], None, "alike" if mine == theirs else "apart")
