"""What "new and little-known" means, with dated evidence; unknown is its own answer, never zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.model import Audience
from core.settings import Catalogue


class Standing(StrEnum):
    """Where an artist and a release stand."""

    NEWCOMER = "newcomer"
    KNOWN = "known"
    OLD = "old"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A standing and the sentence that proves it ("412 fans on Deezer, 20 Nov")."""

    standing: Standing
    evidence: str


def judge(audiences: Iterable[Audience], release_date: date | None, today: date, limits: Catalogue) -> Judgement:
    """Whether this is new music by a little-known artist.

    One meter over ``limits.max_fans`` makes an artist known, whatever the others say. Without any meter, or without a
    release date, the answer is UNKNOWN. A release is new for ``limits.weeks`` weeks, its last day included.
    """
    latest = _latest(audiences)
    proof = evidence(latest)
    if any(audience.count > limits.max_fans for audience in latest):
        return Judgement(Standing.KNOWN, proof)
    if release_date is not None and today - release_date > timedelta(weeks=limits.weeks):
        return Judgement(Standing.OLD, f"released {_day(release_date)} {release_date.year}")
    if not latest:
        return Judgement(Standing.UNKNOWN, proof)
    if release_date is None:
        return Judgement(Standing.UNKNOWN, f"{proof}; release date unknown")
    return Judgement(Standing.NEWCOMER, proof)


def evidence(audiences: Iterable[Audience]) -> str:
    """The audiences as they stand on a card, the newest of each meter: "412 fans on Deezer, 20 Nov"."""
    return " · ".join(_counted(audience) for audience in _latest(audiences)) or "audience unknown"


def _latest(audiences: Iterable[Audience]) -> list[Audience]:
    newest: dict[str, Audience] = {}
    for audience in audiences:
        if audience.meter not in newest or newest[audience.meter].seen < audience.seen:
            newest[audience.meter] = audience
    return list(newest.values())


def _counted(audience: Audience) -> str:
    noun, _, place = audience.meter.partition(" ")
    noun = noun.removesuffix("s") if audience.count == 1 else noun
    return f"{audience.count:,} {noun} {place}".rstrip() + f", {_day(audience.seen)}"


def _day(day: date) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day.day} {months[day.month - 1]}"
