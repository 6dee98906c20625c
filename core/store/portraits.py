"""What a listener's page shows of them: their songs and their picks, with vectors and audiences; what they rated."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Arm, Audience, Vector
from core.store.engine import reading
from core.store.features import vector_of
from core.store.schema import audiences, features, picks, recordings, requests, seeds, slates, tracks, verdicts
from core.store.tastes import OWN, newest

#: Songs of a kind, the latest; more are no map but a cloud.
MOST = 300
#: Of the latest answers.
SLATES = 10


@dataclass(frozen=True, slots=True)
class Placed:
    """A song with its ``vector``, and ``arm``: None of a song that the listener gave."""

    title: str
    artist_id: int
    arm: Arm | None
    vector: Vector


@dataclass(frozen=True, slots=True)
class Swayed:
    """A pick: what was ``expected`` of it (0..10), how many points of that the listener's own ratings had added
    (``swayed``, None where that was not noted), and how it was ``rated`` in the end."""

    request_id: str
    asked: str
    at: datetime
    pick_id: int
    title: str
    arm: Arm
    expected: float
    swayed: float | None
    rated: int | None


class Portraits:
    """Reads what one extractor heard; of each recording the newest hearing."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def songs(self, listener_id: int, extractor: str = "timbre") -> list[Placed]:
        """The listener's latest songs, then their latest picks; each once."""
        given = (
            select(seeds.c.recording_id, func.max(requests.c.created_at).label("at"))
            .join(requests, requests.c.id == seeds.c.request_id)
            .where(requests.c.listener_id == listener_id, requests.c.source["kind"].as_string().in_(OWN))
            .group_by(seeds.c.recording_id)
        )
        shown = (
            select(
                picks.c.recording_id, func.max(requests.c.created_at).label("at"), func.min(picks.c.arm).label("arm")
            )
            .join(requests, requests.c.id == picks.c.request_id)
            .where(requests.c.listener_id == listener_id)
            .group_by(picks.c.recording_id)
        )
        mine = await self._placed(given, extractor)
        return mine + await self._placed(shown, extractor)

    async def _placed(self, which: Select[Any], extractor: str) -> list[Placed]:
        chosen = which.subquery()
        name = select(func.min(tracks.c.id)).where(tracks.c.recording_id == chosen.c.recording_id)
        query = (
            select(chosen, tracks.c.title, tracks.c.artists, recordings.c.artist_id, features.c.vector)
            .join(recordings, recordings.c.id == chosen.c.recording_id)
            .join(tracks, tracks.c.id == name.correlate(chosen).scalar_subquery())
            .join(features, features.c.recording_id == chosen.c.recording_id)
            .where(newest(extractor))
            .order_by(chosen.c.at.desc(), chosen.c.recording_id)
            .limit(MOST)
        )
        async with reading(self._engine).connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            Placed(
                f"{', '.join(row['artists'])} – {row['title']}",
                row["artist_id"],
                Arm(row["arm"]) if "arm" in row else None,
                vector_of(row["vector"]),
            )
            for row in rows
        ]

    async def audiences(self, artist_ids: Collection[int]) -> dict[int, tuple[Audience, ...]]:
        """All that was counted, by artist; () of those of whom nothing was."""
        found: dict[int, tuple[Audience, ...]] = dict.fromkeys(artist_ids, ())
        query = select(audiences.c.artist_id, audiences.c.meter, audiences.c.count, audiences.c.seen).where(
            audiences.c.artist_id.in_(found)
        )
        async with reading(self._engine).connect() as connection:
            for artist, meter, count, seen in await connection.execute(query):
                found[artist] += (Audience(meter, count, seen),)
        return found

    async def swayed(self, listener_id: int) -> list[Swayed]:
        """The picks of the latest answers, the newest answer first."""
        mine = requests.c.listener_id == listener_id
        latest = (
            select(slates.c.request_id)
            .join(requests, requests.c.id == slates.c.request_id)
            .where(mine)
            .order_by(slates.c.created_at.desc())
            .limit(SLATES)
        )
        query = (
            select(picks, requests.c.title.label("asked"), slates.c.created_at, tracks.c.title, tracks.c.artists,
                   verdicts.c.value)
            .join(requests, requests.c.id == picks.c.request_id)
            .join(slates, slates.c.request_id == picks.c.request_id)
            .join(tracks, tracks.c.id == picks.c.track_id)
            .outerjoin(verdicts, (verdicts.c.recording_id == picks.c.recording_id)
                       & (verdicts.c.listener_id == requests.c.listener_id))
            .where(picks.c.request_id.in_(latest))
            .order_by(slates.c.created_at.desc(), picks.c.rank)
        )  # fmt: skip
        async with reading(self._engine).connect() as connection:
            rows = (await connection.execute(query)).all()
        return [
            Swayed(row.request_id, row.asked, row.created_at, row.id, f"{', '.join(row.artists)} – {row.title}",
                   Arm(row.arm), row.score, row.swayed, row.value)
            for row in rows
        ]  # fmt: skip

    async def rated(self, listener_id: int) -> list[tuple[Arm, int]]:
        """Every rating of the listener's that a pick was shown for, the oldest first."""
        query = (
            select(picks.c.arm, verdicts.c.value)
            .join(picks, picks.c.id == verdicts.c.pick_id)
            .where(verdicts.c.listener_id == listener_id)
            .order_by(verdicts.c.updated_at, verdicts.c.recording_id)
        )
        async with reading(self._engine).connect() as connection:
            return [(Arm(row.arm), row.value) for row in await connection.execute(query)]
