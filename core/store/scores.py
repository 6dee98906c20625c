"""What a scorecard is made of: every pick that was shown, what its listener thought of it, and who could be shown."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Arm, Audience, Vector
from core.store.engine import reading
from core.store.features import vector_of
from core.store.schema import (
    audiences,
    farewells,
    features,
    members,
    picks,
    recordings,
    requests,
    slates,
    tracks,
    verdicts,
)

#: After so many rows others have their turn: a bot that reads a million must still answer.
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Shown:
    """One pick, as it was shown to the listener who asked, and their rating 0..10 if they gave one.

    ``service`` is where the song comes from, ``asked`` the kind of the request's source, ``audiences`` what was known
    of the artist at the time. ``again``: the listener had been shown the recording before.
    """

    request_id: str
    listener_id: int
    at: datetime
    rank: int
    arm: Arm
    random: bool
    model: str
    fit: float | None
    recording_id: int
    artist_id: int
    service: str
    asked: str
    audiences: tuple[Audience, ...] = ()
    value: int | None = None
    again: bool = False


_TURNS = (
    select(
        picks.c.id,
        func.row_number()
        .over(partition_by=(requests.c.listener_id, picks.c.recording_id), order_by=(slates.c.created_at, picks.c.id))
        .label("turn"),
    )
    .join(slates, slates.c.request_id == picks.c.request_id)
    .join(requests, requests.c.id == picks.c.request_id)
    .subquery()
)


def _query(since: datetime | None) -> Select[Any]:
    """In the order of the fields. A request's source, which may hold a long list, is read once for all its picks."""
    answers = select(
        slates.c.request_id,
        slates.c.created_at,
        slates.c.model,
        requests.c.listener_id,
        requests.c.source["kind"].as_string().label("asked"),
    ).join(requests, requests.c.id == slates.c.request_id)
    answer = (
        (answers if since is None else answers.where(slates.c.created_at >= since)).cte().prefix_with("MATERIALIZED")
    )
    return (
        select(
            picks.c.request_id,
            answer.c.listener_id,
            answer.c.created_at,
            picks.c.rank,
            picks.c.arm,
            picks.c.random,
            func.coalesce(func.nullif(picks.c.model, ""), answer.c.model),
            picks.c.fit,
            picks.c.recording_id,
            recordings.c.artist_id,
            tracks.c.source,
            answer.c.asked,
            picks.c.evidence,
            verdicts.c.value,
            _TURNS.c.turn > 1,
        )
        .join(answer, answer.c.request_id == picks.c.request_id)
        .join(recordings, recordings.c.id == picks.c.recording_id)
        .join(tracks, tracks.c.id == picks.c.track_id)
        .join(_TURNS, _TURNS.c.id == picks.c.id)
        .outerjoin(
            verdicts,
            and_(verdicts.c.listener_id == answer.c.listener_id, verdicts.c.recording_id == picks.c.recording_id),
        )
        .order_by(picks.c.id)
    )


class Scores:
    """Reads the whole record. What others in a shared place thought of a pick that was chosen for one is left out."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def farewells(self) -> dict[tuple[str, int], int]:
        """How often those who left had given which rating, by arm and rating."""
        query = select(farewells.c.arm, farewells.c.value, farewells.c.count)
        async with reading(self._engine).connect() as connection:
            return {(arm, value): count for arm, value, count in await connection.execute(query)}

    async def shown(self, since: datetime | None = None) -> list[Shown]:
        """Every pick shown since then, or ever, the oldest first."""
        met: dict[tuple[str, int, str], Audience] = {}
        found: list[Shown] = []
        async with reading(self._engine).connect() as connection:
            rows = await connection.execute(_query(since))
            for part in rows.partitions(_AT_ONCE):
                found += [
                    Shown(request, listener, at, rank, Arm(arm), random, model, fit, recording, artist, service, asked,
                          _audiences(evidence, met), value, bool(again))
                    for request, listener, at, rank, arm, random, model, fit, recording, artist, service, asked,
                        evidence, value, again in part
                ]  # fmt: skip
                await asyncio.sleep(0)
        return found

    async def catalogue(self) -> dict[int, tuple[Audience, ...]]:
        """Every artist with a candidate, whatever its collection, and what is known of their audiences; by their id."""
        candidates = (
            select(recordings.c.artist_id)
            .join(tracks, tracks.c.recording_id == recordings.c.id)
            .join(members, members.c.track_id == tracks.c.id)
            .distinct()
            .subquery()
        )
        query = select(candidates.c.artist_id, audiences.c.meter, audiences.c.count, audiences.c.seen).outerjoin(
            audiences, audiences.c.artist_id == candidates.c.artist_id
        )
        found: dict[int, tuple[Audience, ...]] = {}
        async with reading(self._engine).connect() as connection:
            for artist, meter, count, seen in await connection.execute(query):
                heard = () if meter is None else (Audience(meter, count, seen),)
                found[artist] = (*found.get(artist, ()), *heard)
        return found

    async def vectors(self, recordings: Collection[int], extractor: str = "timbre") -> dict[int, Vector]:
        """What was heard in the recordings, (D,), by the version of the extractor that heard most of them."""
        ids = sorted(recordings)
        found: defaultdict[str, dict[int, Vector]] = defaultdict(dict)
        async with reading(self._engine).connect() as connection:
            for start in range(0, len(ids), _AT_ONCE):
                query = select(features.c.recording_id, features.c.version, features.c.vector).where(
                    features.c.recording_id.in_(ids[start : start + _AT_ONCE]),
                    features.c.extractor == extractor,
                    features.c.vector.is_not(None),
                )
                for recording, version, vector in await connection.execute(query):
                    found[version][recording] = vector_of(vector)
        return max(found.values(), key=len, default={})


def _audiences(
    stored: Sequence[tuple[str, int, str]], met: dict[tuple[str, int, str], Audience]
) -> tuple[Audience, ...]:
    """As it was saved; the same evidence, which many picks share, is kept once."""
    found = []
    for meter, count, seen in stored:
        key = (meter, count, seen)
        if key not in met:
            met[key] = Audience(meter, count, date.fromisoformat(seen))
        found.append(met[key])
    return tuple(found)
