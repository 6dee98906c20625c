"""Verdicts as what can be learned from: who rated what how, and how well it had fitted when it was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.store.engine import reading
from core.store.schema import barred, exposures, picks, recordings, requests, seeds, verdicts

#: What it says of a song, where its listener did not rate it, that they asked for more like it, or barred its artist.
MORE, NEVER = 8, 2


@dataclass(frozen=True, slots=True)
class Rating:
    """A verdict 0..10 on a recording, with how well it had fitted when it was shown, 0..1, and what alike listeners had
    thought of it, in points. ``fit`` is absent where it was not noted, or the pick is gone.
    """

    listener_id: int
    recording_id: int
    value: int
    fit: float | None
    opinion: float
    at: datetime


def _columns(listener: Any, recording: Any, value: Any, at: Any) -> tuple[ColumnElement[Any], ...]:
    opinion = func.coalesce(picks.c.opinion, 0.0)
    return (listener, recording, value, picks.c.fit, opinion, at)


_RATED = (
    select(*_columns(verdicts.c.listener_id, verdicts.c.recording_id, verdicts.c.value, verdicts.c.updated_at))
    .outerjoin(picks, picks.c.id == verdicts.c.pick_id)
    .order_by(verdicts.c.updated_at, verdicts.c.listener_id, verdicts.c.recording_id)
)
_UNRATED = ~exists().where(
    verdicts.c.listener_id == exposures.c.listener_id, verdicts.c.recording_id == exposures.c.recording_id
)
_SHOWN = and_(picks.c.request_id == exposures.c.request_id, picks.c.recording_id == exposures.c.recording_id)


def _wished(listener_id: int) -> Select[Any]:
    """Songs that were shown to the listener, who then asked with them."""
    mine = and_(exposures.c.recording_id == seeds.c.recording_id, exposures.c.listener_id == requests.c.listener_id)
    return (
        select(
            *_columns(exposures.c.listener_id, exposures.c.recording_id, literal(MORE), func.min(requests.c.created_at))
        )
        .join(seeds, seeds.c.request_id == requests.c.id)
        .join(exposures, mine)
        .join(picks, _SHOWN)
        .where(requests.c.listener_id == listener_id, requests.c.created_at >= exposures.c.at, _UNRATED)
        .group_by(exposures.c.listener_id, exposures.c.recording_id, picks.c.fit, picks.c.opinion)
    )


def _barred(listener_id: int) -> Select[Any]:
    """Songs that were shown to the listener, by artists they do not want to see again."""
    mine = and_(exposures.c.recording_id == recordings.c.id, exposures.c.listener_id == barred.c.listener_id)
    return (
        select(*_columns(exposures.c.listener_id, exposures.c.recording_id, literal(NEVER), barred.c.at))
        .join(recordings, recordings.c.artist_id == barred.c.artist_id)
        .join(exposures, mine)
        .join(picks, _SHOWN)
        .where(barred.c.listener_id == listener_id, _UNRATED)
    )


class Ratings:
    """Reads verdicts and exposures."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def all(self) -> list[Rating]:
        """Everybody's verdicts, the oldest first."""
        async with reading(self._engine).connect() as connection:
            return [Rating(*row) for row in await connection.execute(_RATED)]

    async def of(self, listener_id: int) -> list[Rating]:
        """One listener's, the oldest first: their verdicts, and what their other wishes say of songs without one."""
        queries = (_RATED.where(verdicts.c.listener_id == listener_id), _wished(listener_id), _barred(listener_id))
        found: dict[int, Rating] = {}
        async with reading(self._engine).connect() as connection:
            for query in queries:
                found |= {row[1]: Rating(*row) for row in await connection.execute(query)}
        return sorted(found.values(), key=lambda rating: (rating.at, rating.recording_id))

    async def showings(self) -> dict[int, int]:
        """How often each artist was shown to anybody, those never shown left out."""
        query = (
            select(recordings.c.artist_id, func.count().label("shown"))
            .join(exposures, exposures.c.recording_id == recordings.c.id)
            .group_by(recordings.c.artist_id)
        )
        async with reading(self._engine).connect() as connection:
            return {row.artist_id: row.shown for row in await connection.execute(query)}
