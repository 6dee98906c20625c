"""From evidence to one honest sentence. Nothing is said that the stored numbers do not show."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from core.model import Arm

#: Two tempi this near (as a ratio) are called the same.
SAME_TEMPO = 0.04
#: Brightness (Hz) and onset rate (1/s) this near (as a ratio) are called alike.
ALIKE = 0.12


def reason(arm: Arm, seed_title: str, seed: Mapping[str, float], pick: Mapping[str, float]) -> str:
    """One sentence: the nearest song of the listener's, and what the two share (or what sets them apart)."""
    if arm is Arm.WILDCARD:
        return f"Far from your list on purpose; your nearest song is {seed_title}{_differs(seed, pick)}."
    shared = _shared(seed, pick)
    return f"Sounds like your {seed_title}{': ' + shared if shared else ''}."


def _shared(seed: Mapping[str, float], pick: Mapping[str, float]) -> str:
    said = []
    if _near(seed, pick, "tempo", SAME_TEMPO):
        said.append(f"both around {pick['tempo']:.0f} BPM")
    if _near(seed, pick, "brightness", ALIKE):
        said.append("equally bright")
    if _near(seed, pick, "onset_rate", ALIKE):
        said.append("equally busy")
    return ", ".join(said)


def _differs(seed: Mapping[str, float], pick: Mapping[str, float]) -> str:
    """The feature that differs most, by ratio; empty when none differs much."""
    words = {"tempo": ("slower", "faster"), "brightness": ("darker", "brighter"), "onset_rate": ("calmer", "busier")}
    known = [name for name in words if seed.get(name, 0) > 0 and pick.get(name, 0) > 0]
    apart = {name: log(pick[name]) - log(seed[name]) for name in known}
    if not apart:
        return ""
    name = max(apart, key=lambda name: abs(apart[name]))
    if _near(seed, pick, name, ALIKE):
        return ""
    return f", and this one is {words[name][apart[name] > 0]}"


def _near(seed: Mapping[str, float], pick: Mapping[str, float], name: str, tolerance: float) -> bool:
    a, b = seed.get(name, 0.0), pick.get(name, 0.0)
    return a > 0 and b > 0 and max(a, b) / min(a, b) <= 1 + tolerance
