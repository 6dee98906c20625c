"""The heard catalogue in memory: one matrix per collection, grown as the store grows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from core.store.features import CandidateRow, FeatureStore, vector_of

_FOR_EVER = date.max.toordinal()
#: The collections whose songs grow old and whose artists are judged; what somebody put there by hand stays.
JUDGED = frozenset({"main"})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """N heard candidates as columns; ``vectors`` is (N, D), ``released`` the day's ordinal (unknown is far ahead).

    ``judged`` says for which of them age and audience matter.
    """

    track_ids: NDArray[np.int64]
    recording_ids: NDArray[np.int64]
    artist_ids: NDArray[np.int64]
    released: NDArray[np.int64]
    judged: NDArray[np.bool_]
    music: NDArray[np.float32]
    vectors: Vector
    member_mark: int = 0
    feature_mark: int = 0

    def __len__(self) -> int:
        return len(self.track_ids)

    @classmethod
    def empty(cls, dims: int = 0) -> Snapshot:
        none = np.empty(0, np.int64)
        return cls(none, none, none, none, np.empty(0, bool), np.empty(0, np.float32), np.empty((0, dims), np.float32))

    @classmethod
    def of(cls, rows: Sequence[CandidateRow], *, judged: bool) -> Snapshot:
        """The rows as columns."""
        return cls(
            track_ids=np.array([row.track_id for row in rows], np.int64),
            recording_ids=np.array([row.recording_id for row in rows], np.int64),
            artist_ids=np.array([row.artist_id for row in rows], np.int64),
            released=np.array(
                [row.release_date.toordinal() if row.release_date else _FOR_EVER for row in rows], np.int64
            ),
            judged=np.full(len(rows), judged),
            music=np.array([row.music for row in rows], np.float32),
            vectors=vector_of(b"".join(row.vector for row in rows)).reshape(len(rows), -1),
            member_mark=max(row.member_id for row in rows),
            feature_mark=max(row.feature_id for row in rows),
        )

    def grown(self, rows: Sequence[CandidateRow], *, judged: bool) -> Snapshot:
        """With the rows added."""
        return self.plus(Snapshot.of(rows, judged=judged))

    def plus(self, other: Snapshot) -> Snapshot:
        """Both together, the first version of a recording winning."""
        if not len(self):
            return other
        if not len(other):
            return self
        fresh = ~np.isin(other.recording_ids, self.recording_ids)
        return Snapshot(
            track_ids=np.concatenate([self.track_ids, other.track_ids[fresh]]),
            recording_ids=np.concatenate([self.recording_ids, other.recording_ids[fresh]]),
            artist_ids=np.concatenate([self.artist_ids, other.artist_ids[fresh]]),
            released=np.concatenate([self.released, other.released[fresh]]),
            judged=np.concatenate([self.judged, other.judged[fresh]]),
            music=np.concatenate([self.music, other.music[fresh]]),
            vectors=np.concatenate([self.vectors, other.vectors[fresh]]),
            member_mark=max(self.member_mark, other.member_mark),
            feature_mark=max(self.feature_mark, other.feature_mark),
        )


class Snapshots:
    """The current snapshot of each collection, brought up to date by reading only what is new."""

    def __init__(self, features: FeatureStore, extractor: str, version: str) -> None:
        self._features = features
        self._extractor = extractor
        self._version = version
        self._held: dict[str, Snapshot] = {}
        self._lock = asyncio.Lock()

    async def current(self, collections: Sequence[str]) -> Snapshot:
        """All heard candidates of the collections."""
        async with self._lock:
            whole = Snapshot.empty()
            for name in collections:
                held = self._held.get(name, Snapshot.empty())
                rows = await self._features.candidates(
                    name, self._extractor, self._version, held.member_mark, held.feature_mark
                )
                if rows:
                    held = await asyncio.to_thread(held.grown, rows, judged=name in JUDGED)
                    self._held[name] = held
                whole = whole.plus(held)
            return whole
