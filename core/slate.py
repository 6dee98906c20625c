"""From ranked candidates to the few that are shown: close picks, then wildcards, one per artist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model import Arm

#: A wildcard must be music with at least this confidence: noise and test tones are unlike everything.
MUSIC = 0.5


@dataclass(frozen=True, slots=True)
class Field:
    """All candidates of one ranking, as columns of length N."""

    scores: NDArray[np.float32]
    recording_ids: NDArray[np.int64]
    artist_ids: NDArray[np.int64]
    music: NDArray[np.float32]

    def open_to(self, recordings: Iterable[int], artists: Iterable[int]) -> NDArray[np.bool_]:
        """Which candidates may be shown: neither the recording nor the artist is barred; shape (N,)."""
        barred = np.isin(self.recording_ids, list(recordings)) | np.isin(self.artist_ids, list(artists))
        return ~barred


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of the field, and why it was taken."""

    row: int
    arm: Arm


def choose(field: Field, eligible: NDArray[np.bool_], count: int, wildcards: int) -> list[Choice]:
    """The ``count`` best scored and the ``wildcards`` worst scored that are still music.

    Every artist appears once. Only where there are fewer artists than picks do artists come again, with another
    recording. Equal scores are broken by row, so that the same field gives the same slate.
    """
    order = np.argsort(-field.scores, kind="stable")
    order = order[eligible[order]]
    taken = _Taken(field)
    close = taken.draw(order, count)
    far = taken.draw(order[::-1][field.music[order[::-1]] >= MUSIC], wildcards)
    return [Choice(row, Arm.CLOSE) for row in close] + [Choice(row, Arm.WILDCARD) for row in far]


class _Taken:
    """Remembers which artists and recordings the slate has."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._artists: set[int] = set()
        self._recordings: set[int] = set()

    def draw(self, order: NDArray[np.intp], count: int) -> list[int]:
        rows = self._pass(order, count, new_artists=True)
        rows += self._pass(order, count - len(rows), new_artists=False)
        return rows

    def _pass(self, order: NDArray[np.intp], count: int, *, new_artists: bool) -> list[int]:
        rows: list[int] = []
        for row in order:
            if len(rows) == count:
                break
            artist, song = int(self._field.artist_ids[row]), int(self._field.recording_ids[row])
            if song in self._recordings or (new_artists and artist in self._artists):
                continue
            self._artists.add(artist)
            self._recordings.add(song)
            rows.append(int(row))
        return rows
