from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Track
from core.recording import best, key, main_artist, plain_title, same

PAIRS = Path(__file__).with_name("recording_pairs.csv")


def track(line: str, isrc: str = "") -> Track:
    artist, title = line.split(" – ", 1)
    return Track(title, (artist,), isrc=isrc)


def pairs(same: str) -> list[tuple[Track, Track]]:
    """Songs as services write them: the pairs that are one recording ("yes"), or are not ("no")."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["same"] == same]
    return [(_side(row, ""), _side(row, "other_")) for row in rows]


def _side(row: dict[str, str], which: str) -> Track:
    return Track(row[f"{which}title"], tuple(row[f"{which}artists"].split("; ")), isrc=row[f"{which}isrc"])


ONE, TWO = pairs("yes"), pairs("no")


def figures(what: str, agree: Callable[[Track, Track], bool]) -> tuple[float, float]:
    """Precision and recall of ``agree`` over the table; also printed, with every pair it gets wrong."""
    hits = [pair for pair in ONE if agree(*pair)]
    alarms = [pair for pair in TWO if agree(*pair)]
    precision, recall = len(hits) / (len(hits) + len(alarms)), len(hits) / len(ONE)
    print(f"{what}, {len(ONE)} + {len(TWO)} pairs: precision {precision:.3f}, recall {recall:.3f}")  # noqa: T201 -- the measure
    for one, other in [pair for pair in ONE if pair not in hits] + alarms:
        print("wrong:", one, "|", other)  # noqa: T201 -- likewise
    return precision, recall


def test_the_table_is_large_and_says_nothing_twice() -> None:
    said = [frozenset({one, other}) for one, other in ONE + TWO]
    assert len(ONE) >= 160
    assert len(TWO) >= 100
    assert len(set(said)) == len(said)


def test_precision_and_recall() -> None:
    """Hard pairs stay in, also those we get wrong."""
    precision, recall = figures("same", same)
    assert precision >= 0.98
    assert recall >= 0.9


def test_precision_and_recall_of_keys() -> None:
    """What is never shown twice is looked up by ISRC and key alone, which forgive no spelling mistakes."""
    precision, recall = figures("key", lambda one, other: key(one) == key(other) or "" != one.isrc == other.isrc)
    assert precision >= 0.98
    assert recall >= 0.85


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The Beatles – Here Comes The Sun - Remastered 2009", "beatles|herecomesthesun"),
        ("Beyoncé feat. JAY-Z – Crazy In Love (Live)", "beyonce|crazyinlove"),
        ("宇多田ヒカル – First Love", "宇多田ヒカル|firstlove"),
        ("XXXTENTACION – ???", "xxxtentacion|???"),
        ("Live – (Live)", "live|live"),
        ("Moby – Porcelain (Arty Remix)", "moby|porcelainartyremix"),
        ("Tove Lo – Moments - Live - Seeb Remix", "tovelo|momentsseebremix"),
        ("Two Can – Holding On To You feat. Savoi - Halogen Remix", "twocan|holdingontoyouhalogenremix"),
        ("Marc Bolan – A Day Laye - BBC Live - Top Gear 17/11/69", "marcbolan|adaylaye"),
        ("Pink Floyd – Wish You Were Here - 2011 - Remaster", "pinkfloyd|wishyouwerehere"),
        ("Louis Futon – Louis Futon - David Blaine (Official Video)", "louisfuton|davidblaine"),
        ("Black Sabbath – Black Sabbath - 2009 Remaster", "blacksabbath|blacksabbath"),
        ("Pearl Jam – Alive - 2004 Remix", "pearljam|alive"),
        ("Los del Río – Macarena (Bayside Boys Mix)", "losdelrio|macarenabaysideboysmix"),
    ],
)
def test_key(line: str, expected: str) -> None:
    assert key(track(line)) == expected


def test_equal_isrc_is_enough_and_an_empty_one_is_nothing() -> None:
    assert same(track("Drake – One Dance", "USCM51600028"), track("Drizzy – 1 Dance", "us-cm5-16-00028"))
    assert not same(track("Drake – One Dance"), track("Drizzy – 1 Dance"))


def test_plain_names() -> None:
    assert plain_title("Titanium (feat. Sia) - Radio Edit") == "Titanium"
    assert plain_title("(I Can't Get No) Satisfaction - Mono Version") == "(I Can't Get No) Satisfaction"
    assert plain_title("(Live)") == "(Live)"
    assert main_artist(track("Nick Cave & The Bad Seeds – Red Right Hand")) == "Nick Cave"
    assert main_artist(track("+44 – When Your Heart Stops Beating")) == "+44"


def test_the_same_title_needs_one_artist_in_common() -> None:
    duet = Track("You're The One That I Want", ("Olivia Newton-John", "John Travolta"))
    assert same(duet, Track("You're the One That I Want", ("John Travolta", "Olivia Newton-John")))
    assert same(duet, Track("You're the One That I Want (Live)", ("John Travolta",)))
    assert not same(duet, Track("You're the One That I Want", ("Angus & Julia Stone",)))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Tove Lo – Habits (Stay High)", "Tove Lo – Habits", True),
        ("Metallica – Nothing Else Matters", "Metallica – Nothing Else Maters", True),
        ("Kanye West – All Of The Lights (Interlude)", "Kanye West – All Of The Lights", False),
        ("Girl Talk – Play Your Part (Pt. 1)", "Girl Talk – Play Your Part", False),
        ("The Black Keys – Too Afraid To Love", "The Black Keys – Too Afraid to Love You", False),
    ],
)
def test_a_subtitle_may_be_left_away_and_a_word_may_not(one: str, other: str, expected: bool) -> None:
    assert same(track(one), track(other)) is expected


def test_best_is_as_long_and_says_the_same() -> None:
    wanted = Track("Clocks", ("Coldplay",), duration_s=307)
    edit = Track("Clocks - Radio Edit", ("Coldplay",), duration_s=250)
    live = Track("Clocks (Live)", ("Coldplay",), duration_s=309)
    plain = Track("CLOCKS", ("Coldplay",), duration_s=310)
    other = Track("Yellow", ("Coldplay",), duration_s=307)
    assert best(wanted, [other, edit]) is None
    assert best(wanted, [edit, live]) is live
    assert best(wanted, [live, plain]) is plain
    assert best(Track("Clocks", ("Coldplay",)), [edit, live]) is edit


names = st.text(min_size=1).filter(str.strip)


@given(names, names)
def test_every_track_has_a_key_and_is_the_same_as_itself(artist: str, title: str) -> None:
    one = Track(title, (artist,))
    head, tail = key(one).split("|", 1) if "|" not in artist + title else ("x", "x")
    assert head and tail
    assert same(one, Track(title, (artist,)))


@given(
    st.text("aé?÷ 7ж봄が", min_size=1).filter(str.strip),
    st.sampled_from(["(Live)", "[Remastered 2011]", "- Radio Edit"]),
)
def test_a_version_mark_changes_no_key(title: str, mark: str) -> None:
    assert key(Track(f"{title} {mark}", ("Nova Pine",))) == key(Track(title, ("Nova Pine",)))


@given(names, names, names, names)
def test_same_is_symmetric(a: str, b: str, c: str, d: str) -> None:
    one, other = Track(a, (b,)), Track(c, (d,))
    assert same(one, other) == same(other, one)
