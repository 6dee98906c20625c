"""The catalogue's spread of what is named, and what of two songs goes into the evidence of a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import e, exp, inf, log, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from core.model import Arm, Compared, Evidence, Features, Vector
from core.moods import SURE
from core.reasons import claims, reason
from workers.spreads import FEWEST, evidence, spreads

_VECTOR: Vector = np.zeros(1, np.float32)
SPREADS = {"tempo": 0.16, "brightness": 0.3, "key": 6.0}


def heard(named: Mapping[str, float], confidence: Mapping[str, float] | None = None) -> Features:
    return Features("test", "1", _VECTOR, named, confidence or {})


def test_the_spread_is_the_median_distance_from_the_median() -> None:
    valences = [0.1, 0.2, 0.4, 0.6, 0.9]  # about 0.4: 0.3, 0.2, 0, 0.2, 0.5
    assert spreads([{"valence": value} for value in valences * 10]) == {"valence": pytest.approx(0.2)}


def test_what_is_compared_by_ratio_spreads_by_ratio() -> None:
    tempi = [30 * e, 30 * e**1.5, 30 * e**2]
    assert spreads([{"tempo": tempo} for tempo in tempi * 17]) == {"tempo": pytest.approx(0.5)}


@given(st.floats(-2, 2), st.integers(0, 2**32 - 1))
def test_a_spread_does_not_hang_on_the_unit_of_what_is_compared_by_ratio(factor: float, seed: int) -> None:
    rates = np.random.default_rng(seed).uniform(0.5, 8.0, FEWEST).tolist()
    plain = spreads([{"onset_rate": rate} for rate in rates])
    assert spreads([{"onset_rate": rate * exp(factor)} for rate in rates]) == pytest.approx(plain)


def test_of_normally_distributed_values_it_is_two_thirds_of_the_standard_deviation() -> None:
    tempi = 120 * np.exp(0.25 * np.random.default_rng(7).standard_normal(4000))
    assert spreads([{"tempo": tempo} for tempo in tempi.tolist()])["tempo"] == pytest.approx(0.6745 * 0.25, rel=0.05)


def test_what_hardly_varies_or_is_told_of_few_has_no_spread() -> None:
    songs = [{"energy": 0.5, "valence": place / FEWEST} for place in range(FEWEST)]
    assert set(spreads(songs)) == {"valence"}
    assert spreads(songs[1:]) == {}
    assert spreads([]) == {}


def test_what_was_never_told_does_not_count() -> None:
    songs = [{"tempo": 60.0 + place, "loudness": value, "held": place / 100, "music": place / 100}
             for place, value in enumerate([nan, inf, -inf, -100.0] * 20)]  # fmt: skip
    assert set(spreads(songs)) == {"tempo"}
    with_nonsense = [*songs, *({"tempo": wrong} for wrong in (nan, inf, 0.0, -120.0))]
    assert spreads(with_nonsense) == spreads(songs)


def test_evidence_holds_what_is_told_of_both_and_varies() -> None:
    mine = heard({"tempo": 120.0, "brightness": 1000.0, "loudness": -9.0, "onset_rate": 3.0, "music": 1.0})
    theirs = heard({"tempo": 122.0, "loudness": -9.0, "onset_rate": nan, "music": 1.0})
    found = evidence(["A – B", "C – D"], mine, theirs, SPREADS)
    assert found == Evidence(("A – B", "C – D"), {"tempo": Compared(120.0, 122.0, 0.16)})


def test_what_is_not_surely_heard_of_both_is_no_evidence() -> None:
    named = {"tempo": 120.0, "key": 0.0, "mode": 1.0}
    sure = heard(named, {"tempo": 0.9, "key": 0.9, "mode": 0.9})
    unsure = heard(named, {"tempo": SURE["tempo"] - 0.01, "key": 0.1, "mode": SURE["mode"] - 0.01})
    assert set(evidence(["A"], sure, sure, SPREADS).features) == {"tempo", "key"}
    assert evidence(["A"], sure, unsure, SPREADS).features == {}
    assert evidence(["A"], unsure, sure, SPREADS).features == {}


_value = st.floats() | st.floats(0, 1) | st.floats(20, 500)
_named = st.dictionaries(st.sampled_from(["tempo", "loudness", "valence", "key", "mode", "energy", "music"]), _value)


@given(_named, _named, st.sampled_from(Arm))
def test_evidence_is_stored_whole_and_says_the_same(mine: dict[str, float], theirs: dict[str, float], arm: Arm) -> None:
    """Databases take no NaN: a document is strict JSON."""
    catalogue = {"tempo": 0.16, "loudness": 2.4, "valence": 0.2, "energy": 0.2, "key": 6.0}
    found = evidence(["A – B"], heard(mine), heard(theirs), catalogue)
    stored = TypeAdapter(Evidence)
    document = json.dumps(stored.dump_python(found, mode="json"), allow_nan=False)
    again = stored.validate_python(json.loads(document))
    assert again == found
    read = claims(reason(arm, again))
    assert read is not None
    assert {*read.agree, *filter(None, [read.differs])} <= set(found.features) <= set(mine) & set(theirs)


def test_from_a_catalogue_to_a_sentence() -> None:
    catalogue = [{"tempo": 120 * exp((place - 50) / 100), "brightness": 500.0 + 20 * place} for place in range(101)]
    found = spreads(catalogue)
    assert found["tempo"] == pytest.approx(0.25)
    assert found["brightness"] == pytest.approx(log(1500 / 1000), rel=0.2)
    told = evidence(["A – B"], heard(catalogue[20]), heard(catalogue[21] | {"tempo": 150.0}), found)
    assert str(reason(Arm.CLOSE, told)) == "Sounds like your A – B: equally bright, but faster."
