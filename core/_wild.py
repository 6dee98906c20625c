"""The wildcards: songs far from the taste on purpose, and now and then one that chance draws."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from core._field import Field, Rows, Taken, best

#: A wildcard must be music with at least this confidence: noise and test tones are unlike everything.
MUSIC = 0.5
#: Far is this share of the songs, with the lowest fit.
FAR = 0.25
#: Of no more far songs than these, drawn by chance, ...
ASKED = 2048
#: ... this share, which is expected to be liked best, is asked what it would teach. With made-up listeners wildcards
#: are then rated 3.35 instead of 2.46, and teach no less.
LIKED = 0.25
#: The share of a slate that chance draws from everything.
RANDOM = 0.1
#: Chance takes part where there are so many recordings for each pick: of a few songs it would take the best away.
SPARE = 10


def drawn(field: Field, rows: Rows, count: int, wildcards: int, chance: np.random.Generator) -> list[int]:
    """One pick in ten, drawn uniformly from the eligible ``rows``: a yardstick that favours no model.

    A coin decides over the rest that makes no whole pick. They take the places of wildcards, so there are no more of
    them than ``wildcards``, and none where songs are few. Where a slate has several, the later are without the artists
    of the earlier.
    """
    share = RANDOM * (count + wildcards)
    number = floor(share) + int(chance.random() < share - floor(share))
    enough = SPARE * (count + wildcards)
    number = min(number, wildcards)
    if not number or len(np.unique(field.recording_ids[rows[: 2 * enough]])) < enough:
        return []
    taken = Taken(field)
    found = []
    for row in chance.choice(len(rows), number, replace=False):
        for new in taken.new(rows[[row]]):
            taken.add(int(new))
            found.append(int(new))
    return found


def teachers(
    field: Field,
    rows: Rows,
    taken: Taken,
    count: int,
    chance: np.random.Generator,
    doubt: NDArray[np.floating] | None,
) -> list[int]:
    """Up to ``count`` of the eligible ``rows`` that are music and far, and whose ratings teach most about the taste.

    Far is the quarter with the lowest fit, and of it the quarter with the best scores: what may yet please. Of these
    the greedy D-optimal design is taken (Fedorov, "Theory of Optimal Experiments", 1972): repeatedly the song x with
    the greatest variance x' Σ x of the opinion expected, whereupon a rating of it, with noise of variance one, makes
    the ``doubt`` Σ (d, d) smaller by Σxx'Σ / (1 + x'Σx). Without ``doubt`` every direction is as unknown as any other.
    Songs that teach alike are taken from the farthest on.
    """
    music = rows[field.music[rows] >= MUSIC]
    dimensions = field.space.shape[1]
    variance = np.eye(dimensions) if doubt is None else np.array(doubt, np.float64)
    found: list[int] = []
    for artists in (True, False):
        left = music
        while len(left):
            far = _far(field, left, ceil(FAR * len(left)) if dimensions else count, count, chance)
            while len(found) < count and len(far := taken.new(far, artists=artists)):
                places = field.space[far].astype(np.float64)
                most = int(np.argmax(np.sum(places @ variance * places, axis=1)))
                taken.add(int(far[most]))
                found.append(int(far[most]))
                variance = _after(variance, places[most])
            if len(found) >= count:
                return found
            left = taken.new(left, artists=artists)
    return found


def _far(field: Field, rows: Rows, size: int, least: int, chance: np.random.Generator) -> Rows:
    """The best liked of the ``size`` rows of the lowest fit, not fewer than ``least``, farthest first."""
    far = rows[best(-field.fit[rows], size)]
    if len(far) > ASKED:
        far = far[np.sort(chance.choice(len(far), ASKED, replace=False))]
    far = far[best(field.scores[far], max(least, ceil(LIKED * len(far))))]
    return far[np.argsort(field.fit[far], kind="stable")]


def _after(variance: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """What variance is left when a song in this place has been rated, with noise of variance one."""
    told = variance @ place
    return variance - np.outer(told, told) / (1 + place @ told)
