"""Which recordings are offered already."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.store.engine import reading
from core.store.schema import members, tracks


class Members:
    """Reads the collections by recording, whichever service a song came from."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def among(self, recording_ids: Sequence[int], collections: Sequence[str]) -> set[int]:
        """Those of a few recordings that are candidates in one of the collections."""
        query = (
            select(tracks.c.recording_id)
            .join(members, members.c.track_id == tracks.c.id)
            .where(tracks.c.recording_id.in_(recording_ids), members.c.collection.in_(collections))
        )
        async with reading(self._engine).connect() as connection:
            return set(await connection.scalars(query))
