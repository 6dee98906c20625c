"""What a slate is chosen from, and what it has taken so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]

#: So many values tell roughly how all are spread.
SAMPLE = 4096


@dataclass(frozen=True, slots=True)
class Field:
    """All candidates of one ranking, as columns of length N.

    ``scores``: the rating expected, as drawn for this slate; higher is better. ``fit``: the share of the candidates
    that the model places below, 0..1. ``music``: how sure we are that it is music, 0..1. ``space``: where the songs
    lie, (N, d), unit variance in every dimension; d may be 0. ``shown``: how often the song's artist was shown to
    anybody. No column has NaN.
    """

    scores: NDArray[np.float32]
    fit: NDArray[np.float32]
    recording_ids: NDArray[np.int64]
    artist_ids: NDArray[np.int64]
    music: NDArray[np.float32]
    space: NDArray[np.float32]
    shown: NDArray[np.int64]

    def open_to(self, recordings: Iterable[int], artists: Iterable[int]) -> NDArray[np.bool_]:
        """Which candidates may be shown: neither the recording nor the artist is barred; shape (N,)."""
        barred = np.isin(self.recording_ids, list(recordings)) | np.isin(self.artist_ids, list(artists))
        return ~barred


class Taken:
    """The rows, artists and recordings that the slate has."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self.artists: set[int] = set()
        self.recordings: set[int] = set()

    def add(self, row: int) -> None:
        self.artists.add(int(self._field.artist_ids[row]))
        self.recordings.add(int(self._field.recording_ids[row]))

    def fresh(self, rows: Rows, *, artists: bool = True) -> NDArray[np.bool_]:
        """Of which rows the slate has not the recording, nor, unless ``artists`` is false, the artist."""
        fresh = _without(self._field.recording_ids[rows], self.recordings)
        if artists:
            fresh &= _without(self._field.artist_ids[rows], self.artists)
        return fresh

    def new(self, rows: Rows, *, artists: bool = True) -> Rows:
        """The rows that are fresh, in their order."""
        return rows[self.fresh(rows, artists=artists)]


def best(values: NDArray[np.floating], size: int) -> Rows:
    """Where the ``size`` highest values are, ascending; of equal ones the first. Takes time linear in the length.

    As in SELECT (Floyd & Rivest, CACM 18, 1975) a sample tells first roughly where the lowest of them is, so that most
    values cost one comparison.
    """
    if size >= len(values):
        return np.arange(len(values))
    if size <= 0:
        return np.empty(0, np.intp)
    sample = values[:: len(values) // SAMPLE + 1]
    rough = np.quantile(sample, max(0.0, 0.99 - 1.1 * size / len(values)), method="lower")
    worth = np.flatnonzero(values >= rough)
    if len(worth) < size:
        worth = np.arange(len(values))
    kept = values[worth]
    threshold = np.partition(kept, len(kept) - size)[len(kept) - size]
    keep = kept > threshold
    keep[np.flatnonzero(kept == threshold)[: size - np.count_nonzero(keep)]] = True
    found: Rows = worth[keep]
    return found


def _without(ids: NDArray[np.int64], few: set[int]) -> NDArray[np.bool_]:
    """As np.isin, inverted: a slate has so few that comparing with each is faster than sorting a million."""
    fresh = np.ones(len(ids), bool)
    for one in few:
        fresh &= ids != one
    return fresh
