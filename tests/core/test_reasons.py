"""Reasons say only what the stored numbers show."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from core.model import Arm
from core.reasons import ALIKE, SAME_TEMPO, reason

SEED = {"tempo": 120.0, "brightness": 1000.0, "onset_rate": 3.0}


def test_what_is_shared_is_said() -> None:
    assert str(reason(Arm.CLOSE, "A – B", SEED, SEED | {"tempo": 121.0})) == (
        "Sounds like your A – B: both around 121 BPM, equally bright, equally busy."
    )
    assert str(reason(Arm.CLOSE, "A – B", SEED, {})) == "Sounds like your A – B."


def test_a_wildcard_says_what_differs_most() -> None:
    far = SEED | {"tempo": 100.0, "brightness": 3000.0}
    brighter = str(reason(Arm.WILDCARD, "A – B", SEED, far))
    assert brighter.endswith("your nearest song is A – B, and this one is brighter.")
    assert str(reason(Arm.WILDCARD, "A – B", SEED, SEED)).endswith("your nearest song is A – B.")


numbers = st.fixed_dictionaries({name: st.floats(0, 5000) for name in SEED})


@given(numbers, numbers)
def test_every_claim_holds_when_it_is_recomputed(seed: Mapping[str, float], pick: Mapping[str, float]) -> None:
    said = str(reason(Arm.CLOSE, "x", seed, pick))

    def ratio(name: str) -> float:
        small, large = sorted((seed[name], pick[name]))
        return large / small if small > 0 else float("inf")

    assert ("BPM" in said) == (ratio("tempo") <= 1 + SAME_TEMPO)
    assert ("bright" in said) == (ratio("brightness") <= 1 + ALIKE)
    assert ("busy" in said) == (ratio("onset_rate") <= 1 + ALIKE)
    far = str(reason(Arm.WILDCARD, "x", seed, pick))
    for word, name, holds in (("faster", "tempo", 1), ("darker", "brightness", -1), ("busier", "onset_rate", 1)):
        if word in far:
            assert (pick[name] - seed[name]) * holds > 0
