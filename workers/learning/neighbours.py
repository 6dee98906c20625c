"""What alike listeners think: nearest neighbours among listeners, by the ratings they share.

After Herlocker, Konstan, Borchers & Riedl, "An algorithmic framework for performing collaborative filtering" (SIGIR
1999): ratings less the listener's mean, Pearson's correlation on shared songs, and less trust where these are few. Here
the trust is statistical: a neighbour counts by the lower end of an interval of their correlation (Fisher 1921), so that
agreement that may be chance is none. Strangers who praise one song together share nothing with you and have no voice.

What is compared is best not the ratings but how they surprise, less what each listener's own ratings expect from how a
song sounds (:func:`workers.learning.surprise.expected`): agreement about the sound says nothing new, and would give the
songs everybody is shown to everybody again. With ten simulated listeners to a taste that adds 0.41 points instead of
0.32, and artists are repeated less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from core.model import Vector

#: Fewer shared songs tell nothing.
SHARED = 4
#: The lower end of the interval lies so many standard errors below the correlation.
CAUTION = 1.0
#: So many of the most alike are asked.
MOST = 40
#: An opinion is drawn to none as if one more listener, so alike, had none; and moves a rating at most so far.
SILENT, FARTHEST = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Everybody's ratings, (L, S): ``given`` marks them, ``centred`` has each less its listener's mean."""

    listeners: NDArray[np.int64]
    recordings: NDArray[np.int64]
    given: csr_array
    centred: csr_array

    @classmethod
    def of(
        cls,
        listeners: NDArray[np.int64],
        recordings: NDArray[np.int64],
        values: Vector,
        expected: Vector | None = None,
    ) -> Neighbours:
        """From R ratings, each of a listener and a recording (R,) with a value (R,); no pair comes twice.

        With ``expected`` (R,) only what a rating has more or less than that counts. Who always gives the same rating
        has only zeros: no correlation with anybody, and no voice.
        """
        who, rows = np.unique(listeners, return_inverse=True)
        songs, columns = np.unique(recordings, return_inverse=True)
        value = np.asarray(values, np.float64)
        counts = np.bincount(rows, minlength=len(who))

        def centred(column: NDArray[np.float64]) -> NDArray[np.float64]:
            away: NDArray[np.float64] = column - (np.bincount(rows, column, len(who)) / np.maximum(counts, 1))[rows]
            return away

        varied = np.bincount(rows, np.abs(centred(value)), len(who)) > 1e-9
        more = centred(value if expected is None else value - expected) * varied[rows]
        shape = (len(who), len(songs))
        return cls(
            who.astype(np.int64),
            songs.astype(np.int64),
            csr_array((np.ones(len(value)), (rows, columns)), shape),
            csr_array((more, (rows, columns)), shape),
        )

    def opinions(self, listener: int, recordings: NDArray[np.int64]) -> NDArray[np.float32]:
        """What those alike to this listener think of N recordings, in points above or below their own mean, (N,).

        0 where nobody alike rated it. Ratings are averaged by how alike their listeners are, and drawn to zero where
        few did.
        """
        nothing = np.zeros(len(recordings), np.float32)
        row = int(np.searchsorted(self.listeners, listener))
        if row == len(self.listeners) or self.listeners[row] != listener or not len(recordings):
            return nothing
        alike = self._alike(row)
        if not alike.any():
            return nothing
        opinion = (alike @ self.centred) / (alike @ self.given + SILENT)
        place = np.minimum(np.searchsorted(self.recordings, recordings), len(self.recordings) - 1)
        told = np.where(self.recordings[place] == recordings, opinion[place], 0)
        capped: NDArray[np.float32] = np.clip(told, -FARTHEST, FARTHEST).astype(np.float32)
        return capped

    def _alike(self, row: int) -> NDArray[np.float64]:
        """How alike each listener is to that in ``row``, 0..1, (L,); 0 for all but the ``MOST`` most alike."""
        mine, marks = self.centred[[row]].toarray()[0], self.given[[row]].toarray()[0]
        shared = self.given @ marks
        length = np.sqrt((self.centred**2 @ marks) * (self.given @ mine**2))
        cosine = np.clip((self.centred @ mine) / np.maximum(length, 1e-9), -0.999, 0.999)
        alike: NDArray[np.float64] = np.tanh(np.arctanh(cosine) - CAUTION / np.sqrt(np.maximum(shared - 3, 1)))
        alike[(shared < SHARED) | (alike < 0)] = 0
        alike[row] = 0
        if np.count_nonzero(alike) > MOST:
            alike[alike < np.partition(alike, -MOST)[-MOST]] = 0
        return alike
