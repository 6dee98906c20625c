"""What was heard: vectors by recording, extractor and version, and the rows from which snapshots are built."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import YasrError
from core.model import Features, Vector
from core.store import schema
from core.store.engine import reading, upsert

_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One heard candidate. ``feature_id`` and ``member_id`` only grow: they mark what a snapshot has seen."""

    member_id: int
    feature_id: int
    track_id: int
    recording_id: int
    artist_id: int
    release_date: date | None
    music: float
    vector: bytes


class FeatureStore:
    """Keeps vectors as little-endian float16: three digits, which is more than a descriptor has."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def save(self, recording_id: int, heard: Features) -> Features:
        """Keeps what was heard, in place of an older hearing by the same extractor and version, and returns it as kept.

        Compared as it was, a song would have another rank the first time than ever after.
        """
        kept = await self.save_many({recording_id: heard})
        return kept[recording_id]

    async def save_many(self, heard: Mapping[int, Features]) -> dict[int, Features]:
        """The same for many, by recording."""
        rows = [
            {
                "recording_id": recording_id,
                "extractor": features.extractor,
                "version": features.version,
                "vector": blob_of(features.vector),
                "music": features.named.get("music", 1.0),
                "named": dict(features.named),
                "confidence": dict(features.confidence),
                "error": "",
                "created_at": self._clock(),
            }
            for recording_id, features in heard.items()
        ]
        await self._write(rows)
        return {number: replace(each, vector=vector_of(blob_of(each.vector))) for number, each in heard.items()}

    async def save_failure(self, recording_id: int, extractor: str, version: str, error: YasrError) -> None:
        """Remembers that nothing could be heard, so that it is not tried for ever."""
        row = {"recording_id": recording_id, "extractor": extractor, "version": version, "vector": None, "music": 0.0,
               "named": {}, "confidence": {}, "error": error.code, "created_at": self._clock()}  # fmt: skip
        await self._write([row])

    async def _write(self, rows: Sequence[dict[str, object]]) -> None:
        if not rows:
            return
        table = schema.features
        insert = upsert(self._engine.dialect.name, table)
        newer = {
            name: insert.excluded[name] for name in ("vector", "music", "named", "confidence", "error", "created_at")
        }
        keys = ["recording_id", "extractor", "version"]
        async with self._engine.begin() as connection:
            await connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=newer), rows)

    async def of(self, recording_ids: Sequence[int], extractor: str, version: str) -> dict[int, Features]:
        """The features of those recordings that were heard."""
        table = schema.features
        mine = (table.c.extractor == extractor) & (table.c.version == version) & table.c.vector.is_not(None)
        found: dict[int, Features] = {}
        async with reading(self._engine).connect() as connection:
            for start in range(0, len(recording_ids), _CHUNK):
                some = recording_ids[start : start + _CHUNK]
                for row in await connection.execute(select(table).where(mine, table.c.recording_id.in_(some))):
                    found[row.recording_id] = Features(
                        extractor, version, vector_of(row.vector), row.named, row.confidence
                    )
        return found

    async def failed(self, recording_ids: Sequence[int], extractor: str, version: str) -> set[int]:
        """Those recordings in which nothing could be heard."""
        table = schema.features
        query = select(table.c.recording_id).where(
            table.c.extractor == extractor, table.c.version == version, table.c.vector.is_(None),
            table.c.recording_id.in_(recording_ids),
        )  # fmt: skip
        async with reading(self._engine).connect() as connection:
            return set(await connection.scalars(query))

    async def coverage(self, collections: Sequence[str], extractor: str) -> dict[str, int]:
        """How many candidates of the collections each version of the extractor has dealt with."""
        heard, member, track = schema.features, schema.members, schema.tracks
        query = (
            select(heard.c.version, func.count().label("songs"))
            .join_from(member, track, track.c.id == member.c.track_id)
            .join(heard, heard.c.recording_id == track.c.recording_id)
            .where(member.c.collection.in_(collections), heard.c.extractor == extractor)
            .group_by(heard.c.version)
        )
        async with reading(self._engine).connect() as connection:
            return {row.version: row.songs for row in await connection.execute(query)}

    async def candidates(
        self, collection: str, extractor: str, version: str, after_member: int, after_feature: int
    ) -> list[CandidateRow]:
        """Heard candidates of a collection that came after the two marks."""
        heard, member, track, song = schema.features, schema.members, schema.tracks, schema.recordings
        query = (
            select(member.c.id, heard.c.id, track.c.id, song.c.id, song.c.artist_id, track.c.release_date,
                   heard.c.music, heard.c.vector)
            .join_from(member, track, track.c.id == member.c.track_id)
            .join(song, song.c.id == track.c.recording_id)
            .join(heard, heard.c.recording_id == song.c.id)
            .where(member.c.collection == collection, heard.c.extractor == extractor, heard.c.version == version,
                   heard.c.vector.is_not(None), (member.c.id > after_member) | (heard.c.id > after_feature))
            .order_by(member.c.id)
        )  # fmt: skip
        async with reading(self._engine).connect() as connection:
            return [CandidateRow(*row) for row in await connection.execute(query)]


def blob_of(vector: Vector) -> bytes:
    """A vector as it is stored."""
    return vector.astype("<f2").tobytes()


def vector_of(blob: bytes) -> Vector:
    """A stored vector again, shape (D,), float32."""
    return np.frombuffer(blob, dtype="<f2").astype(np.float32)
