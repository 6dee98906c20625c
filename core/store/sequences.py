"""Songs as they go on: their frames, by recording and version."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import FrameSequence
from core.store import schema
from core.store.engine import reading, upsert

_CHUNK = 1_000
_NUMBER = "<i2"


@dataclass(frozen=True, slots=True)
class SequenceRow:
    """One song as it is stored; ``id`` marks how far a reader has come, ``frames`` are little-endian int16."""

    id: int
    recording_id: int
    start_s: float
    frames: bytes


class SequenceStore:
    """Keeps what was heard once; frames of one version never change."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def save_many(self, heard: Mapping[int, FrameSequence]) -> None:
        """Keeps the sequences, by recording; those that are there already stay."""
        rows = [
            {
                "recording_id": number,
                "version": each.version,
                "frames": each.frames.astype(_NUMBER).tobytes(),
                "start_s": each.start_s,
            }
            for number, each in heard.items()
        ]
        if rows:
            insert = upsert(self._engine.dialect.name, schema.sequences).on_conflict_do_nothing()
            async with self._engine.begin() as connection:
                await connection.execute(insert, rows)

    async def missing(self, recording_ids: Sequence[int], version: str) -> set[int]:
        """Those recordings of which there is none."""
        table = schema.sequences
        found: set[int] = set()
        async with reading(self._engine).connect() as connection:
            for start in range(0, len(recording_ids), _CHUNK):
                some = recording_ids[start : start + _CHUNK]
                query = select(table.c.recording_id).where(table.c.version == version, table.c.recording_id.in_(some))
                found.update(await connection.scalars(query))
        return set(recording_ids) - found

    async def after(self, mark: int, version: str) -> AsyncIterator[list[SequenceRow]]:
        """All that came after the row ``mark``, in order, some at a time."""
        table = schema.sequences
        columns = (table.c.id, table.c.recording_id, table.c.start_s, table.c.frames)
        while True:
            query = select(*columns).where(table.c.version == version, table.c.id > mark).order_by(table.c.id)
            async with reading(self._engine).connect() as connection:
                rows = [SequenceRow(*row) for row in await connection.execute(query.limit(_CHUNK))]
            if not rows:
                return
            yield rows
            mark = rows[-1].id


def frames_of(blob: bytes, dims: int) -> NDArray[np.int16]:
    """Stored frames again, (T, D)."""
    frames: NDArray[np.int16] = np.frombuffer(blob, _NUMBER).astype(np.int16, copy=False).reshape(-1, dims)
    return frames
