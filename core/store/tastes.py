"""What is known of a listener's taste: the named features of the songs that stand for them, and of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, exists, func, select, union
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import SourceKind
from core.store.engine import reading
from core.store.listeners import DISLIKED
from core.store.schema import features, members, requests, seeds, tracks, verdicts

#: A rating of at least this means that the song stands for the listener.
LOVED = 7
#: Requests whose songs are the listener's own; those of the sample and of a blend are (also) somebody else's.
OWN = (SourceKind.LINK, SourceKind.PLAYLIST, SourceKind.FOLDER, SourceKind.ACCOUNT)


class Tastes:
    """Reads what one extractor heard; of each recording the newest hearing, whatever its version."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def loved(self, listener_id: int, extractor: str = "timbre") -> list[Mapping[str, float]]:
        """The songs that stand for the listener: what they asked with and what they rated ``LOVED`` or better.

        Without those they rated ``DISLIKED`` or worse; each recording once.
        """
        asked = (
            select(seeds.c.recording_id)
            .join(requests, requests.c.id == seeds.c.request_id)
            .where(requests.c.listener_id == listener_id, requests.c.source["kind"].as_string().in_(OWN))
        )
        rated = select(verdicts.c.recording_id).where(verdicts.c.listener_id == listener_id)
        query = (
            select(features.c.named)
            .where(
                features.c.recording_id.in_(union(asked, rated.where(verdicts.c.value >= LOVED))),
                features.c.recording_id.not_in(rated.where(verdicts.c.value <= DISLIKED)),
                newest(extractor),
            )
            .order_by(features.c.recording_id)
        )
        return await self._named(query)

    async def catalogue(self, extractor: str = "timbre", limit: int = 5000) -> list[Mapping[str, float]]:
        """The candidates that came last, newest first; each recording once."""
        joined = (
            select(tracks.c.recording_id, func.max(members.c.id).label("latest"))
            .join(members, members.c.track_id == tracks.c.id)
            .group_by(tracks.c.recording_id)
            .subquery()
        )
        query = (
            select(features.c.named)
            .join(joined, joined.c.recording_id == features.c.recording_id)
            .where(newest(extractor))
            .order_by(joined.c.latest.desc())
            .limit(limit)
        )
        return await self._named(query)

    async def _named(self, query: Select[Mapping[str, float]]) -> list[Mapping[str, float]]:
        async with reading(self._engine).connect() as connection:
            return list(await connection.scalars(query))


def newest(extractor: str) -> ColumnElement[bool]:
    """Rows of the extractor in which something was heard, and after which nothing newer was."""
    newer = features.alias("newer")
    again = exists().where(
        newer.c.recording_id == features.c.recording_id,
        newer.c.extractor == extractor,
        newer.c.vector.is_not(None),
        newer.c.id > features.c.id,
    )
    return (features.c.extractor == extractor) & features.c.vector.is_not(None) & ~again
