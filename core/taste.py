"""A listener's taste as numbers, and how much two of them overlap."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

#: What a taste is told by: named features (see :class:`core.model.Features`), in the order in which they are shown.
TRAITS = ("tempo", "loudness", "brightness", "onset_rate", "danceability", "loudness_range")
#: Fewer songs are no taste.
FEWEST = 3

Named = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Trait:
    """One feature of a taste: the median ``value`` in the feature's unit, and its ``place`` in the catalogue.

    ``place`` is the share 0..1 of the catalogue's songs that are below, those that are equal counting half.
    """

    name: str
    value: float
    place: float


@dataclass(frozen=True, slots=True)
class Taste:
    """The traits of the ``songs`` songs that stand for a listener."""

    songs: int
    traits: tuple[Trait, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two tastes share of one trait, 0..1, and the median of each."""

    name: str
    share: float
    mine: float
    theirs: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much two tastes overlap, 0..1: the mean of all traits, with the one they share most and least."""

    share: float
    most: Overlap
    least: Overlap


def taste_of(loved: Sequence[Named], catalogue: Sequence[Named]) -> Taste | None:
    """The taste that the named features of ``loved`` songs tell, held against the catalogue's.

    None below ``FEWEST`` songs: too few to say. In an empty catalogue every value has the place in the middle.
    """
    if len(loved) < FEWEST:
        return None
    traits = []
    for name in TRAITS:
        if not (values := _values(loved, name)):
            continue
        value = median(values)
        traits.append(Trait(name, value, _place(value, _values(catalogue, name))))
    return Taste(len(loved), tuple(traits))


def alike(mine: Sequence[Named], theirs: Sequence[Named]) -> Comparison:
    """How much the tastes overlap that the named features of two lists of songs, neither empty, tell."""
    known = {name: (_values(mine, name), _values(theirs, name)) for name in TRAITS}
    overlaps = [_overlap(name, *values) for name, values in known.items() if all(values)]
    most = max(overlaps, key=lambda overlap: overlap.share)
    least = min(reversed(overlaps), key=lambda overlap: overlap.share)  # another one, even where all share the same
    return Comparison(fmean(overlap.share for overlap in overlaps), most, least)


def _values(songs: Sequence[Named], name: str) -> list[float]:
    """Of the songs of which it could be told."""
    return sorted(song[name] for song in songs if name in song)


def _place(value: float, ordered: Sequence[float]) -> float:
    """The mid-rank of ``value`` in ascending values, as a share 0..1."""
    if not ordered:
        return 0.5
    return (bisect_left(ordered, value) + bisect_right(ordered, value)) / (2 * len(ordered))


def _overlap(name: str, mine: Sequence[float], theirs: Sequence[float]) -> Overlap:
    """One minus the Kolmogorov–Smirnov distance: the largest gap between the two cumulative distributions."""
    gaps = (abs(bisect_right(mine, at) / len(mine) - bisect_right(theirs, at) / len(theirs)) for at in {*mine, *theirs})
    return Overlap(name, 1 - max(gaps), median(mine), median(theirs))
