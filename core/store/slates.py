"""Slates and picks: what was answered, saved in the same transaction that makes the request ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.model import Arm, Audience, Evidence, Passage, Pick, Slate, State, Track, Verdict
from core.said import Said, dumps, loads
from core.store import schema, shortlists
from core.store.engine import reading, upsert
from core.store.rows import track_of
from core.store.shortlists import Shortlist

_EVIDENCE = TypeAdapter(Evidence)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pick before it has an id: ids of the store, and the words and evidence that go with it."""

    arm: Arm
    score: float
    recording_id: int
    track_id: int
    nearest_seed: str
    reason: Said
    audiences: tuple[Audience, ...] = ()
    label: Said | None = None
    passage: Passage | None = None
    seed_track_id: int | None = None
    model: str = ""
    fit: float | None = None
    opinion: float = 0.0
    swayed: float | None = None
    random: bool = False
    told: Evidence | None = None


class Slates:
    """Writes a slate once and reads it for ever."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def finish(
        self,
        request_id: str,
        worker: str,
        model: str,
        version: str,
        chosen: Sequence[Chosen],
        note: Sequence[Said],
        lists: Sequence[Shortlist] = (),
    ) -> bool:
        """Saves the slate, its exposures and shortlists, and makes the request ready, or does nothing at all.

        False when the request is no longer the worker's, or when another slate has meanwhile shown one of the
        recordings to the same listener.
        """
        table = schema.requests
        mine = and_(table.c.id == request_id, table.c.state == State.WORKING, table.c.worker == worker)
        ready = {"state": State.READY, "ready_at": self._clock(), "lease_until": None, "note": dumps(note)}
        async with self._engine.connect() as connection, connection.begin() as transaction:
            listener = await connection.scalar(update(table).where(mine).values(ready).returning(table.c.listener_id))
            if listener is None or not await self._expose(connection, listener, request_id, chosen):
                await transaction.rollback()
                return False
            await self._save(connection, request_id, model, version, chosen)
            await shortlists.keep(connection, request_id, lists)
        return True

    async def _expose(
        self, connection: AsyncConnection, listener: int, request_id: str, chosen: Sequence[Chosen]
    ) -> bool:
        if not chosen:
            return True
        rows = [
            {"listener_id": listener, "recording_id": pick.recording_id, "request_id": request_id, "at": self._clock()}
            for pick in chosen
        ]
        insert = upsert(connection.dialect.name, schema.exposures).values(rows).on_conflict_do_nothing()
        return len((await connection.execute(insert.returning(schema.exposures.c.recording_id))).all()) == len(rows)

    async def _save(
        self, connection: AsyncConnection, request_id: str, model: str, version: str, chosen: Sequence[Chosen]
    ) -> None:
        await connection.execute(
            schema.slates.insert().values(
                request_id=request_id, model=model, model_version=version, created_at=self._clock()
            )
        )
        rows = [
            {
                "request_id": request_id,
                "rank": rank,
                "arm": pick.arm,
                "score": pick.score,
                "recording_id": pick.recording_id,
                "track_id": pick.track_id,
                "nearest_seed": pick.nearest_seed,
                "reason": dumps(pick.reason),
                "label": dumps(pick.label or ()),
                "evidence": [[heard.meter, heard.count, heard.seen.isoformat()] for heard in pick.audiences],
                "seed_track_id": pick.seed_track_id,
                "passage": _json(pick.passage) if pick.passage else None,
                "model": pick.model or model,
                "fit": pick.fit,
                "opinion": pick.opinion,
                "swayed": pick.swayed,
                "random": pick.random,
                "told": _EVIDENCE.dump_python(pick.told, mode="json") if pick.told else None,
            }
            for rank, pick in enumerate(chosen, start=1)
        ]
        if rows:
            await connection.execute(schema.picks.insert(), rows)

    async def get(self, request_id: str) -> Slate | None:
        """The slate of a request with its picks in order, each with its listener's verdict."""
        async with reading(self._engine).connect() as connection:
            head = (
                await connection.execute(select(schema.slates).where(schema.slates.c.request_id == request_id))
            ).one_or_none()
            if head is None:
                return None
            rows = (await connection.execute(_PICKS.where(schema.picks.c.request_id == request_id))).mappings()
            picks = tuple(_pick(dict(row)) for row in rows)
        return Slate(request_id, head.model, head.model_version, picks, head.created_at)

    async def pick(self, listener_id: int | None, pick_id: int) -> Pick | None:
        """One pick, if it was shown to this listener; with None, whoever it was shown to."""
        mine = schema.picks.c.id == pick_id
        if listener_id is not None:
            mine = and_(mine, schema.requests.c.listener_id == listener_id)
        async with reading(self._engine).connect() as connection:
            row = (await connection.execute(_PICKS.where(mine))).mappings().one_or_none()
        return None if row is None else _pick(dict(row))

    async def owner(self, pick_id: int) -> int | None:
        """The listener to whom a pick was shown."""
        query = select(schema.requests.c.listener_id).join(
            schema.picks, schema.picks.c.request_id == schema.requests.c.id
        )
        async with reading(self._engine).connect() as connection:
            found: int | None = await connection.scalar(query.where(schema.picks.c.id == pick_id))
        return found

    async def shown(self, listener_id: int) -> list[int]:
        """Recordings this listener was shown at any time."""
        query = select(schema.exposures.c.recording_id).where(schema.exposures.c.listener_id == listener_id)
        async with reading(self._engine).connect() as connection:
            return list(await connection.scalars(query))

    async def count(self) -> int:
        async with reading(self._engine).connect() as connection:
            return await connection.scalar(select(func.count()).select_from(schema.slates)) or 0


_seed = schema.tracks.alias("seed")
_PICKS = (
    select(
        schema.picks,
        schema.requests.c.listener_id,
        schema.verdicts.c.value,
        schema.verdicts.c.emoji,
        *(column.label(f"t_{column.name}") for column in schema.tracks.c),
        *(column.label(f"s_{column.name}") for column in _seed.c),
    )
    .join(schema.requests, schema.requests.c.id == schema.picks.c.request_id)
    .join(schema.tracks, schema.tracks.c.id == schema.picks.c.track_id)
    .outerjoin(_seed, _seed.c.id == schema.picks.c.seed_track_id)
    .outerjoin(
        schema.verdicts,
        and_(
            schema.verdicts.c.listener_id == schema.requests.c.listener_id,
            schema.verdicts.c.recording_id == schema.picks.c.recording_id,
        ),
    )
    .order_by(schema.picks.c.rank)
)


def _pick(row: dict[str, Any]) -> Pick:
    verdict = None
    if row["value"] is not None:
        verdict = Verdict(row["listener_id"], row["recording_id"], row["value"], row["emoji"])
    return Pick(
        id=row["id"],
        rank=row["rank"],
        arm=Arm(row["arm"]),
        score=row["score"],
        recording_id=row["recording_id"],
        track=track_of(_named("t_", row)),
        nearest_seed=row["nearest_seed"],
        reason=loads(row["reason"])[0],
        label=next(iter(loads(row["label"])), None),
        audiences=tuple(Audience(meter, count, date.fromisoformat(seen)) for meter, count, seen in row["evidence"]),
        verdict=verdict,
        passage=_passage(track_of(_named("s_", row)), row["passage"]) if row["passage"] and row["s_id"] else None,
        model=row["model"],
        fit=row["fit"],
        swayed=row["swayed"],
        random=row["random"],
        told=_EVIDENCE.validate_python(row["told"]) if row["told"] else None,
        track_id=row["track_id"],
        seed_track_id=row["seed_track_id"],
    )


def _named(prefix: str, row: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(prefix): row[name] for name in row if name.startswith(prefix)}


def _json(passage: Passage) -> dict[str, Any]:
    """As it is stored: the seed is a row of its own."""
    return {"mine": passage.mine, "theirs": passage.theirs, "closer": passage.closer, "path": passage.path}


def _passage(seed: Track, stored: dict[str, Any]) -> Passage:
    (begin, end), (first, last) = stored["mine"], stored["theirs"]
    path = tuple((here, there) for here, there in stored["path"])
    return Passage(seed, (begin, end), (first, last), stored["closer"], path)
