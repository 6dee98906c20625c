"""Sums of the scorecard: inequality, and how sure means and shares of ratings are when a few people give many."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]
Numbers = NDArray[np.float64]

RESAMPLES = 2000
#: The means of fewer listeners are too few for resamples to tell how far they scatter.
SEVERAL = 5
#: So many weights are drawn at a time, to spare memory.
_AT_ONCE = 4_000_000
#: Smaller variances are rounding errors.
_ROUNDING = 1e-12
#: The normal distribution's 97.5th percentile.
_Z = 1.959963984540054
#: Student's, with one degree of freedom and with two; the series below is for more.
_FEWEST = (12.706204736, 4.302652730)


def gini(counts: NDArray[np.int64]) -> float:
    """How unequal counts (N,) are: 0 where all are the same, 1 - 1/N where one has all (Gini 1912)."""
    if not counts.sum():
        return 0.0
    ascending = np.sort(counts).astype(np.float64)
    place = np.arange(1, len(counts) + 1)
    return float((2 * place - len(counts) - 1) @ ascending / (len(counts) * ascending.sum()))


def least_gini(total: int, size: int) -> float:
    """The Gini coefficient of ``total`` things shared out among ``size`` as evenly as can be."""
    more = total % size
    return more * (size - more) / (size * total) if total else 0.0


def sign_test(wins: int, losses: int) -> float:
    """How probable a split at least so uneven is among equals, 0..1: the exact two-sided sign test, ties left out.

    The oldest test there is (Arbuthnot 1710).
    """
    number, few = wins + losses, min(wins, losses)
    place = np.arange(1, few + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log(number - place + 1) - np.log(place))]) - number * math.log(2)
    return min(1.0, 2 * float(np.exp(logs).sum()))


def wilson(share: float, size: float, z: float = _Z) -> Interval:
    """95 % interval of a share 0..1 of ``size`` things (Wilson 1927)."""
    middle = share + z * z / (2 * size)
    half = z * math.sqrt(share * (1 - share) / size + (z / (2 * size)) ** 2)
    scale = 1 + z * z / size
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def student(freedom: int) -> float:
    """The 97.5th percentile of Student's distribution, to four digits (Abramowitz & Stegun 1964, 26.7.5)."""
    if freedom <= len(_FEWEST):
        return _FEWEST[freedom - 1]
    z, z3, z5, z7, z9 = (_Z**power for power in (1, 3, 5, 7, 9))
    return (
        z
        + (z3 + z) / (4 * freedom)
        + (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom**2)
        + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom**3)
        + (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / (92160 * freedom**4)
    )


def shares(hits: Numbers, counts: Numbers) -> list[Interval | None]:
    """95 % intervals of the shares of G groups, from what L listeners did: ``hits`` and ``counts``, each (L, G).

    Wilson's, for as many independent ratings as are worth these: who rates much rates by one taste (Korn & Graubard
    1998). Where all ratings agree, a listener counts as one. None for a group of fewer than two listeners.
    """
    found: list[Interval | None] = []
    for hit, count in zip(hits.T, counts.T, strict=True):
        people, total = int((count > 0).sum()), float(count.sum())
        if people < 2:
            found.append(None)
            continue
        share, variance = float(hit.sum()) / total, _variance(hit, count)
        worth = share * (1 - share) / variance if variance else total if 0 < share < 1 else people
        found.append(wilson(share, min(total, worth) * (_Z / student(people - 1)) ** 2))
    return found


def means(sums: Numbers, counts: Numbers, seed: int = 0) -> list[Interval | None]:
    """95 % intervals of the means of G groups, from what L listeners gave: ``sums`` and ``counts``, each (L, G).

    Listeners are resampled, not ratings, by weights that are never zero (the Bayesian bootstrap, Rubin 1981), the same
    for all groups. Percentiles are taken farther out where listeners are few, as Student's distribution is wider than
    the normal one (Hesterberg 2015, "What Teachers Should Know About the Bootstrap"); fewer than SEVERAL have Student's
    own. None for fewer than two listeners, and where they do not differ: nothing tells how others would.
    """
    numbers = [int(number) for number in (counts > 0).sum(axis=0)]
    drawn = _resampled(sums, counts, np.random.default_rng(seed)) if max(numbers, default=0) >= SEVERAL else None
    found: list[Interval | None] = []
    for group, (number, given, count) in enumerate(zip(numbers, sums.T, counts.T, strict=True)):
        variance = _variance(given, count) if number > 1 else 0.0
        if not variance:
            found.append(None)
        elif drawn is None or number < SEVERAL:
            mean, half = float(given.sum() / count.sum()), student(number - 1) * math.sqrt(variance)
            found.append((mean - half, mean + half))
        else:
            # Rubin's weights have the variance of L + 1 listeners, where L - 1 is what an unbiased one has.
            far = student(number - 1) * math.sqrt((number + 1) / (number - 1))
            tail = math.erfc(far / math.sqrt(2)) / 2
            low, high = np.quantile(drawn[:, group], (tail, 1 - tail))
            found.append((float(low), float(high)))
    return found


def _variance(sums: Numbers, counts: Numbers) -> float:
    """Of a mean, from what each of L listeners gave, (L,): listeners are independent, their ratings are not (linearised
    as that of a ratio, Cochran 1977, 6.4).
    """
    people, total = int((counts > 0).sum()), counts.sum()
    apart = sums - sums.sum() / total * counts
    variance = float(apart @ apart) * people / (people - 1) / float(total) ** 2
    return variance if variance > _ROUNDING else 0.0


def _resampled(sums: Numbers, counts: Numbers, chance: np.random.Generator) -> Numbers:
    """The groups' means, (RESAMPLES, G); NaN where nobody rated."""
    both = np.hstack([sums, counts])
    rows = max(1, _AT_ONCE // len(both))
    parts = [
        chance.standard_exponential((min(rows, RESAMPLES - start), len(both))) @ both
        for start in range(0, RESAMPLES, rows)
    ]
    top, bottom = np.hsplit(np.vstack(parts), 2)
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
