"""From evidence to one honest sentence. Nothing is said that the stored numbers do not show."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from math import log

from core.model import Arm
from core.said import Said, mark, said

#: Two tempi this near (as a ratio) are called the same.
SAME_TEMPO = 0.04
#: Brightness (Hz) and onset rate (1/s) this near (as a ratio) are called alike.
ALIKE = 0.12


#: The features by which a pick may differ from a song: for less of it, and for more.
_APART = {
    "tempo": (mark("slower"), mark("faster")),
    "brightness": (mark("darker"), mark("brighter")),
    "onset_rate": (mark("calmer"), mark("busier")),
}


def reason(arm: Arm, song: str, seed: Mapping[str, float], pick: Mapping[str, float]) -> Said:
    """One sentence: the nearest song of the listener's, and what the two share (or what sets them apart)."""
    if arm is Arm.WILDCARD:
        if apart := _apart(seed, pick):
            return said(
                "Far from your list on purpose; your nearest song is {song}, and this one is {different}.",
                song=song,
                different=apart,
            )
        return said("Far from your list on purpose; your nearest song is {song}.", song=song)
    if shared := _shared(seed, pick):
        return said("Sounds like your {song}: {shared}.", song=song, shared=shared)
    return said("Sounds like your {song}.", song=song)


def _shared(seed: Mapping[str, float], pick: Mapping[str, float]) -> Said | None:
    shared = []
    if _near(seed, pick, "tempo", SAME_TEMPO):
        shared.append(said("both around {bpm} BPM", bpm=round(pick["tempo"])))
    if _near(seed, pick, "brightness", ALIKE):
        shared.append(said("equally bright"))
    if _near(seed, pick, "onset_rate", ALIKE):
        shared.append(said("equally busy"))
    return reduce(lambda one, other: said("{one}, {other}", one=one, other=other), shared) if shared else None


def _apart(seed: Mapping[str, float], pick: Mapping[str, float]) -> Said | None:
    """The feature that differs most, by ratio; None when none differs much."""
    known = [name for name in _APART if seed.get(name, 0) > 0 and pick.get(name, 0) > 0]
    apart = {name: log(pick[name]) - log(seed[name]) for name in known}
    if not apart:
        return None
    name = max(apart, key=lambda name: abs(apart[name]))
    if _near(seed, pick, name, ALIKE):
        return None
    return Said(_APART[name][apart[name] > 0])


def _near(seed: Mapping[str, float], pick: Mapping[str, float], name: str, tolerance: float) -> bool:
    a, b = seed.get(name, 0.0), pick.get(name, 0.0)
    return a > 0 and b > 0 and max(a, b) / min(a, b) <= 1 + tolerance
