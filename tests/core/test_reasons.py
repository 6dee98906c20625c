"""Reasons say only what the stored numbers show: every sentence is read back and held against its evidence."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from math import exp, inf, isfinite, log, nan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from core.model import Arm, Compared, Evidence
from core.reasons import Claims, claims, comparable, reason, shown
from core.said import Said, dumps, loads, said

STORED = TypeAdapter(Evidence)
#: By name: the words for less, the same and more; how near is alike and how far is apart; what the feature can be.
WORDS = {
    "tempo": ("slower", "both around {bpm} BPM", "faster", log(1.04), log(1.08), 20, 500),
    "brightness": ("darker", "equally bright", "brighter", log(1.12), log(1.12), 1, 50_000),
    "onset_rate": ("calmer", "equally busy", "busier", log(1.12), log(1.12), 0.01, 100),
    "loudness": ("quieter", "equally loud", "louder", 1.0, 2.0, -70, 10),
    "danceability": ("less danceable", "equally danceable", "more danceable", 0.05, 0.1, 0.001, 1),
    "energy": ("less energetic", "equally energetic", "more energetic", 0.05, 0.1, 0, 1),
    "valence": ("sadder", "alike in mood", "happier", 0.05, 0.1, 0, 1),
    "acousticness": ("less acoustic", "equally acoustic", "more acoustic", 0.05, 0.1, 0, 1),
    "instrumentalness": ("more vocal", "", "more instrumental", 0.05, 0.5, 0, 1),
    "speechiness": ("less spoken", "", "more spoken", 0.05, 0.25, 0, 1),
    "key": ("", "in the same key", "", 0.0, inf, 1, 24),
}
RATIOS = ("tempo", "brightness", "onset_rate")
#: About what a catalogue has.
SPREADS = {"tempo": 0.16, "brightness": 0.3, "onset_rate": 0.3, "loudness": 2.4, "key": 6.0}
MINE = {"tempo": 120.0, "brightness": 1000.0, "onset_rate": 3.0}


def told(theirs: Mapping[str, float], mine: Mapping[str, float] = MINE, song: str = "A – B") -> Evidence:
    return Evidence((song,), {name: Compared(mine[name], theirs[name], SPREADS.get(name, 0.2)) for name in theirs})


def above(name: str, compared: Compared) -> float | None:
    """By how much the pick has more, by the plainest formula; None where the numbers cannot be."""
    least, most = WORDS[name][5:]
    if not (least <= compared.mine <= most and least <= compared.theirs <= most and 0 < compared.spread < inf):
        return None
    return log(compared.theirs) - log(compared.mine) if name in RATIOS else compared.theirs - compared.mine


def recomputed(arm: Arm, evidence: Evidence, random: bool) -> Claims:
    """What may be claimed, one feature after the other."""
    song = evidence.songs[0] if evidence.songs else ""
    if random:
        return Claims(None, song)
    agree: list[tuple[float, str]] = []
    differs, most, more = None, 1.0, False
    for name, (less_word, same_word, _, alike, apart, _, _) in WORDS.items():
        compared = evidence.features.get(name)
        by = None if compared is None else above(name, compared)
        if compared is None or by is None or not song:
            continue
        if same_word and abs(by) / compared.spread < 0.35 and abs(by) <= alike:
            agree.append((abs(by) / compared.spread, name))
        octave = name == "tempo" and abs(abs(by) - log(2)) <= log(1.04)
        if less_word and not octave and abs(by) / max(compared.spread, apart) > most:
            differs, most, more = name, abs(by) / max(compared.spread, apart), by > 0
    if arm is Arm.WILDCARD:
        return Claims(arm, song, differs=differs, more=more)
    nearest = tuple(name for _, name in sorted(agree, key=lambda found: found[0])[:2])
    tempo = evidence.features.get("tempo")
    bpm = round(exp((log(tempo.mine) + log(tempo.theirs)) / 2)) if tempo and "tempo" in nearest else None
    return Claims(arm, song, nearest, bpm, differs, more)


def _possible(name: str) -> st.SearchStrategy[Compared]:
    """Two values of a feature as they are, near each other as often as far."""
    least, most = WORDS[name][5:]
    value = st.floats(least, most) if name != "key" else st.integers(1, 24).map(float)
    near = st.tuples(value, st.floats(0.8, 1.25)).map(lambda pair: (pair[0], pair[0] * pair[1]))
    return st.builds(
        lambda pair, spread: Compared(pair[0], min(max(pair[1], least), most), spread),
        near | st.tuples(value, value) if name != "key" else st.tuples(value, value),
        st.floats(0.01, 0.5) if name not in ("loudness", "key") else st.floats(0.5, 8.0),
    )


_wild = st.floats() | st.sampled_from([nan, inf, -inf, 0.0, -0.0, -1.0, 5e-324, 1e308, 1.0, 120.0])
_songs = st.lists(st.text(max_size=8) | st.just("A {song} – {0} %s"), max_size=3).map(tuple)
plain = st.builds(Evidence, _songs, st.fixed_dictionaries({}, optional={name: _possible(name) for name in WORDS}))
odd = st.builds(
    Evidence,
    _songs,
    st.dictionaries(st.sampled_from([*WORDS, "liveness", "held"]), st.builds(Compared, _wild, _wild, _wild)),
)
arms = st.sampled_from(Arm)


@given(arms, plain | odd, st.booleans())
def test_every_claim_holds_when_it_is_recomputed(arm: Arm, evidence: Evidence, random: bool) -> None:
    expected = recomputed(arm, evidence, random)
    sentence = reason(arm, evidence, random=random)
    assert claims(sentence) == expected == shown(arm, evidence, random=random)


@given(arms, plain | odd, st.booleans())
def test_what_is_stored_claims_the_same(arm: Arm, evidence: Evidence, random: bool) -> None:
    document = json.loads(json.dumps(STORED.dump_python(evidence, mode="json"), sort_keys=True))
    sentence = reason(arm, evidence, random=random)
    again = reason(arm, STORED.validate_python(document), random=random)
    (kept,) = loads(dumps(sentence))
    assert kept == again == sentence


@given(arms, plain, st.booleans())
def test_nothing_is_claimed_that_is_not_in_the_evidence(arm: Arm, evidence: Evidence, random: bool) -> None:
    read = claims(reason(arm, evidence, random=random))
    of_one_song = Evidence(evidence.songs[:1], evidence.features)
    assert read == claims(reason(arm, of_one_song, random=random))
    assert read is not None
    assert {*read.agree, *filter(None, [read.differs])} <= set(evidence.features)
    assert len(read.agree) <= 2
    if read.differs:
        compared = evidence.features[read.differs]
        assert (compared.theirs > compared.mine) if read.more else (compared.theirs < compared.mine)
    if read.bpm is not None:
        tempi = evidence.features["tempo"]
        assert read.bpm == pytest.approx(tempi.mine, rel=0.02, abs=0.5)
        assert read.bpm == pytest.approx(tempi.theirs, rel=0.02, abs=0.5)


@given(arms, odd)
def test_numbers_that_cannot_be_are_never_a_claim(arm: Arm, evidence: Evidence) -> None:
    read = claims(reason(arm, evidence))
    assert read is not None
    for name in [*read.agree, *filter(None, [read.differs])]:
        compared = evidence.features[name]
        assert all(map(isfinite, (compared.mine, compared.theirs, compared.spread)))
        assert compared.spread > 0
        assert name == "loudness" or min(compared.mine, compared.theirs) >= 0
        assert name not in (*RATIOS, "danceability", "key") or min(compared.mine, compared.theirs) > 0


@given(arms, plain | odd, st.booleans())
def test_a_sentence_is_filled_in_and_short(arm: Arm, evidence: Evidence, random: bool) -> None:
    assume(evidence.songs and evidence.songs[0])
    sentence = reason(arm, evidence, random=random)
    words, title = str(sentence), evidence.songs[0]
    assert title in words
    around = words.replace(title, "Title")
    assert not set("{}") & set(around)
    assert len(around.split()) <= 20
    assert _filled(sentence)


def _filled(sentence: Said) -> bool:
    names = {name for _, name, _, _ in string.Formatter().parse(sentence.text) if name is not None}
    return names == set(sentence.args) and all(_filled(arg) for arg in sentence.args.values() if isinstance(arg, Said))


def test_what_two_songs_share_is_said_and_what_sets_them_apart() -> None:
    for theirs, words in [
        (MINE | {"tempo": 121.0, "onset_rate": 3.9}, "Sounds like your A – B: equally bright, both around 120 BPM."),
        (
            MINE | {"tempo": 96.0, "onset_rate": 3.1},
            "Sounds like your A – B: equally bright, equally busy, but slower.",
        ),
        ({"brightness": 1700.0, "tempo": 130.0}, "Sounds like your A – B, but brighter."),
        ({"tempo": 127.0}, "Sounds like your A – B."),  # 0.35 spreads are nearer, but that is no longer the same tempo
        ({}, "Sounds like your A – B."),
    ]:
        assert str(reason(Arm.CLOSE, told(theirs))) == words


@pytest.mark.parametrize("name", WORDS)
def test_every_feature_has_its_words(name: str) -> None:
    less, same, more = WORDS[name][:3]
    low, high = {"loudness": (-30.0, -5.0), "key": (3.0, 15.0)}.get(
        name, (30.0, 100.0) if name in RATIOS else (0.1, 0.9)
    )
    for mine, theirs, word in ((low, high, more), (high, low, less), (high, high, same)):
        words = str(reason(Arm.CLOSE, told({name: theirs}, {name: mine})))
        joint = ": " if word == same else ", but "
        ending = joint + word.replace("{bpm}", "100") if word else ""
        assert words == f"Sounds like your A – B{ending}."


def test_a_wildcard_says_what_differs_most() -> None:
    far = MINE | {"tempo": 100.0, "brightness": 3000.0}
    words = "Far from your list on purpose; your nearest song is A – B"
    assert str(reason(Arm.WILDCARD, told(far))) == f"{words}, and this one is brighter."
    assert str(reason(Arm.WILDCARD, told(MINE))) == f"{words}."


def test_chance_is_said_whatever_the_arm_and_the_numbers() -> None:
    words = "Chance chose this one, to see how well the others are chosen; your nearest song is A – B."
    assert {str(reason(arm, told(theirs), random=True)) for arm in Arm for theirs in (MINE, {})} == {words}


def test_without_a_song_nothing_is_compared() -> None:
    nothing = Evidence((), told(MINE).features)
    assert str(reason(Arm.CLOSE, nothing)) == "Close to your list."
    assert str(reason(Arm.WILDCARD, nothing)) == "Far from your list on purpose."
    chance = reason(Arm.CLOSE, nothing, random=True)
    assert str(chance) == "Chance chose this one, to see how well the others are chosen."


@pytest.mark.parametrize(
    ("theirs", "spread", "ending"),
    [
        (0.534, 0.1, ": alike in mood"), (0.536, 0.1, ""),  # a third of a narrow spread
        (0.549, 0.4, ": alike in mood"), (0.551, 0.4, ""),  # of a wide one only what is heard as alike
        (0.69, 0.2, ""), (0.71, 0.2, ", but happier"), (0.29, 0.2, ", but sadder"), (0.31, 0.2, ""),
        (0.59, 0.01, ""), (0.61, 0.01, ", but happier"),
    ],
)  # fmt: skip
def test_where_the_same_ends_and_more_begins(theirs: float, spread: float, ending: str) -> None:
    found = Evidence(("A – B",), {"valence": Compared(0.5, theirs, spread)})
    assert str(reason(Arm.CLOSE, found)) == f"Sounds like your A – B{ending}."


def test_half_the_tempo_may_be_the_same_one_counted_slower() -> None:
    for theirs, words in ((60.0, "."), (241.0, "."), (70.0, ", but slower."), (200.0, ", but faster.")):
        assert str(reason(Arm.CLOSE, told({"tempo": theirs}))) == f"Sounds like your A – B{words}"


def test_what_the_catalogue_hardly_varies_in_must_still_be_heard() -> None:
    """Most songs have next to no speech: many spreads apart, two of them sound the same in it."""
    for theirs, ending in ((0.2, "."), (0.4, ", but more spoken.")):
        found = Evidence(("A – B",), {"speechiness": Compared(0.03, theirs, 0.01)})
        assert str(reason(Arm.CLOSE, found)) == f"Sounds like your A – B{ending}"


def test_only_sentences_of_reasons_are_read() -> None:
    assert claims(Said("Because.")) is None
    assert claims(said("Sounds like your {song}: {shared}.", song="A", shared=said("equally odd"))) is None
    assert claims(said("Sounds like your {song}, but {different}.", song="A", different=said("odd"))) is None
    old = said("{one}, {other}", one=said("{one}, {other}", one=said("both around {bpm} BPM", bpm=121),
               other=said("equally bright")), other=said("equally busy"))  # fmt: skip
    stored = said("Sounds like your {song}: {shared}.", song="A", shared=old)
    assert claims(stored) == Claims(Arm.CLOSE, "A", ("tempo", "brightness", "onset_rate"), 121)


def test_what_can_be_compared() -> None:
    named = {"tempo": 120.0, "key": 9.0, "mode": 0.0, "music": 1.0, "loudness": nan, "valence": 1.5, "onset_rate": 0.0}
    assert comparable(named) == {"tempo": 120.0, "key": 10.0}
    assert comparable({"key": 9.0, "mode": 1.0}) == {"key": 22.0}
    untold = [{"key": 9.0}, {"key": -1.0, "mode": 1.0}, {"mode": 1.0}, {"key": nan, "mode": 1.0}, {}]
    assert [comparable(song) for song in untold] == [{}] * 5
