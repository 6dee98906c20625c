"""What "new and little-known" means, with dated evidence; unknown is its own answer, never zero.

Counts of different services cannot be compared: a thousand listeners are few on Last.fm and many on ListenBrainz.
So each count becomes a percentile, the share of artists with a smaller one, and an artist's largest one decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import UnknownChoice
from core.model import Audience
from core.said import Said, counted, marks, said
from core.settings import Catalogue, Reach

#: The percentiles of a scale's three counts.
_STEPS = (50.0, 90.0, 98.0)
#: No artist is larger than this many times the last count of a scale.
_LARGEST = 100
#: The largest percentile that each reach lets through.
MOST: dict[Reach, float] = {"tiny": 50.0, "small": 90.0, "medium": 98.0, "any": 100.0}

#: Who follows an artist, as the names of meters begin ("fans on Deezer"), in a sentence.
_METERS = {
    "fans": marks("{count} fan on {service}, {day}", "{count} fans on {service}, {day}"),
    "followers": marks("{count} follower on {service}, {day}", "{count} followers on {service}, {day}"),
    "listeners": marks("{count} listener on {service}, {day}", "{count} listeners on {service}, {day}"),
    "monthly listeners": marks(
        "{count} monthly listener on {service}, {day}", "{count} monthly listeners on {service}, {day}"
    ),
}


class Standing(StrEnum):
    """Where an artist and a release stand."""

    NEWCOMER = "newcomer"
    KNOWN = "known"
    VETERAN = "veteran"
    OLD = "old"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A standing and the sentence that proves it ("412 fans on Deezer, 20 Nov")."""

    standing: Standing
    evidence: Said


def judge(
    audiences: Iterable[Audience],
    released: date | None,
    first_release: date | None,
    today: date,
    limits: Catalogue,
    reach: Reach,
) -> Judgement:
    """Whether this is new music by a little-known artist.

    One meter beyond ``reach`` makes an artist known, whatever the others say; one whose first release lies more than
    ``limits.artist_years`` back is a veteran. A release is new for ``limits.weeks`` weeks, its last day included.
    Without any meter, or without a release date, the answer is UNKNOWN.
    """
    latest = _latest(audiences)
    proof = evidence(latest, first_release)
    place = percentile(latest, limits.scales)
    if place is not None and place > MOST[reach]:
        return Judgement(Standing.KNOWN, proof)
    if limits.artist_years and first_release and (today - first_release).days > 365.25 * limits.artist_years:
        return Judgement(Standing.VETERAN, proof)
    if released is not None and today - released > timedelta(weeks=limits.weeks):
        return Judgement(Standing.OLD, said("released {day} {year}", day=released, year=str(released.year)))
    if place is None:
        return Judgement(Standing.UNKNOWN, proof)
    if released is None:
        return Judgement(Standing.UNKNOWN, said("{evidence}; release date unknown", evidence=proof))
    return Judgement(Standing.NEWCOMER, proof)


def reach_of(word: str) -> Reach:
    """ "tiny", "small", "medium" or "any"; raises UnknownChoice for another word."""
    for reach in MOST:
        if word == reach:
            return reach
    raise UnknownChoice(kind=said("audience"), value=word, choices=", ".join(MOST))


def percentile(audiences: Iterable[Audience], scales: Mapping[str, tuple[int, int, int]]) -> float | None:
    """The largest percentile (0..100) over the meters that have a scale; None when there is none: unknown."""
    places = [
        float(percentiles(one.count, scales[one.meter])) for one in _latest(audiences) if one.meter in scales
    ]  # fmt: skip
    return max(places, default=None)


def percentiles(counts: ArrayLike, scale: tuple[int, int, int]) -> NDArray[np.float64]:
    """The percentile of each count, any shape, on a logarithmic scale between the steps: audiences are log-normal."""
    marks = np.log1p([0, *scale, _LARGEST * scale[-1]])
    return np.interp(np.log1p(counts), marks, [0.0, *_STEPS, 100.0])


def evidence(audiences: Iterable[Audience], first_release: date | None = None) -> Said:
    """What is known, the newest count of each meter: "412 fans on Deezer, 20 Nov · first release 2025"."""
    known = [_counted(audience) for audience in _latest(audiences)] or [said("audience unknown")]
    if first_release:
        known.append(said("first release {year}", year=str(first_release.year)))
    return reduce(lambda one, other: said("{one} · {other}", one=one, other=other), known)


def _latest(audiences: Iterable[Audience]) -> list[Audience]:
    newest: dict[str, Audience] = {}
    for audience in audiences:
        if audience.meter not in newest or newest[audience.meter].seen < audience.seen:
            newest[audience.meter] = audience
    return list(newest.values())


def _counted(audience: Audience) -> Said:
    count, day = audience.count, audience.seen
    who, _, service = audience.meter.partition(" on ")
    if service and who in _METERS:
        one, many = _METERS[who]
        return counted(one, many, count=count, service=service, day=day)
    noun, _, place = audience.meter.partition(" ")  # one that only the operator knows, in the operator's words
    noun = noun.removesuffix("s") if count == 1 else noun
    return said("{count} {meter}, {day}", count=count, meter=f"{noun} {place}".rstrip(), day=day)
