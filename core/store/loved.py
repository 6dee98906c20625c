"""Which songs stand for a listener: those they asked with, and those they rated well."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, union_all
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Track
from core.store.engine import reading
from core.store.listeners import DISLIKED
from core.store.rows import track_of
from core.store.schema import requests, seeds, tracks, verdicts
from core.store.tastes import LOVED, OWN

_GIVEN = (
    select(seeds.c.recording_id, requests.c.created_at.label("at"))
    .join(requests, requests.c.id == seeds.c.request_id)
    .where(requests.c.source["kind"].as_string().in_(OWN))
)


class Loved:
    """Reads what listeners gave, and how they rated."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def tracks(self, listener_id: int, limit: int) -> dict[int, Track]:
        """At most ``limit`` songs that stand for the listener, by recording, the latest first.

        They are what the listener asked with and what they rated ``LOVED`` or better, without what they rated
        ``DISLIKED`` or worse.
        """
        mine = verdicts.c.listener_id == listener_id
        rated = select(verdicts.c.recording_id, verdicts.c.updated_at.label("at")).where(mine)
        stands = union_all(
            _GIVEN.where(requests.c.listener_id == listener_id), rated.where(verdicts.c.value >= LOVED)
        ).subquery()
        disliked = select(verdicts.c.recording_id).where(mine, verdicts.c.value <= DISLIKED)
        latest = (
            select(stands.c.recording_id, func.max(stands.c.at).label("at"), func.min(tracks.c.id).label("first"))
            .join(tracks, tracks.c.recording_id == stands.c.recording_id)
            .where(stands.c.recording_id.not_in(disliked))
            .group_by(stands.c.recording_id)
            .order_by(func.max(stands.c.at).desc(), stands.c.recording_id)
            .limit(limit)
            .subquery()
        )
        query = (
            select(tracks)
            .join(latest, tracks.c.id == latest.c.first)
            .order_by(latest.c.at.desc(), latest.c.recording_id)
        )
        async with reading(self._engine).connect() as connection:
            rows = (await connection.execute(query)).mappings()
            return {row["recording_id"]: track_of(dict(row)) for row in rows}

    async def given(self, listener_ids: Sequence[int]) -> list[int]:
        """Every recording that any of the listeners asked with."""
        query = select(_GIVEN.where(requests.c.listener_id.in_(listener_ids)).subquery().c.recording_id).distinct()
        async with reading(self._engine).connect() as connection:
            return list(await connection.scalars(query))
