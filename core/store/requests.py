"""The life of a request in the store: asked → working → ready → delivered, or refused or cancelled.

A worker holds a request by a lease that it renews while it works. A request whose lease ran out is given to another
worker, so that a lost queue or a killed process loses nothing; ``MAX_ATTEMPTS`` keeps one that kills its workers from
going round for ever.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import YasrError
from core.model import Address, Options, Progress, Request, Source, State
from core.said import Said, dumps, loads, pack, unpack
from core.store.engine import reading, upsert
from core.store.schema import requests as table

MAX_ATTEMPTS = 5
#: How often a request waits because a service asks for it, and the longest such wait in hours.
MAX_WAITS, MAX_WAIT_H = 3, 26
_OPEN = (State.ASKED, State.WORKING)
_SOURCE = TypeAdapter(Source)
_OPTIONS = TypeAdapter(Options)


class Requests:
    """Reads and moves requests; every move is one conditional UPDATE, so that two workers cannot both make it."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def ask(self, listener_id: int, address: Address, source: Source, options: Options, title: str) -> Request:
        """Writes down a new wish; the one that is there already if the same message or press asked for it."""
        values: dict[str, Any] = {
            "id": uuid.uuid4().hex,
            "listener_id": listener_id,
            "front": address.front,
            "place": address.place,
            "server": address.server,
            "origin": address.origin or None,
            "source": _row_of(source),
            "options": _OPTIONS.dump_python(options, mode="json"),
            "title": title,
            "state": State.ASKED,
            "created_at": self._clock(),
            "nudged_at": self._clock(),
        }
        insert = upsert(self._engine.dialect.name, table).values(values)
        unless = insert.on_conflict_do_nothing(index_elements=["front", "origin"]).returning(table)
        async with self._engine.begin() as connection:
            row = (await connection.execute(unless)).one_or_none()
            if row is None:
                row = (await connection.execute(select(table).where(_asked(address)))).one()
        return _request(row)

    async def asked(self, address: Address) -> Request | None:
        """What the address's origin asked for before."""
        rows = await self._select(select(table).where(_asked(address))) if address.origin else []
        return rows[0] if rows else None

    async def get(self, request_id: str) -> Request | None:
        rows = await self._select(select(table).where(table.c.id == request_id))
        return rows[0] if rows else None

    async def of(self, listener_id: int, limit: int) -> list[Request]:
        """The listener's latest requests, oldest first."""
        query = select(table).where(table.c.listener_id == listener_id).order_by(table.c.created_at.desc())
        return (await self._select(query.limit(limit)))[::-1]

    async def entitle(self, request_id: str, title: str) -> None:
        """Calls the request by its playlist's name, once that is read."""
        await self._move(table.c.id == request_id, title=title)

    async def claim(self, request_id: str, worker: str, lease_s: float) -> Request | None:
        """Takes the request for ``worker``; None when another holds it or it is over."""
        free = and_(table.c.id == request_id, table.c.state.in_(_OPEN), self._unheld(), self._due())
        values: dict[str, Any] = {
            "state": State.WORKING,
            "worker": worker,
            "not_before": None,
            "error": "",
            "error_args": {},
            "lease_until": self._clock() + timedelta(seconds=lease_s),
            "attempts": table.c.attempts + 1,
        }
        async with self._engine.begin() as connection:
            row = (await connection.execute(update(table).where(free).values(values).returning(table))).one_or_none()
        return None if row is None else _request(row)

    async def renew(self, request_id: str, worker: str, lease_s: float, progress: Progress) -> bool:
        """Renews the lease and writes the progress; False when the request is no longer the worker's."""
        return await self._move(
            self._held(request_id, worker),
            lease_until=self._clock() + timedelta(seconds=lease_s),
            stage=progress.stage,
            done=progress.done,
            total=progress.total,
            note=dumps(progress.note),
        )

    async def release(self, request_id: str, worker: str) -> bool:
        """Gives an unfinished request back, so that another worker may take it at once."""
        return await self._move(self._held(request_id, worker), state=State.ASKED, worker=None, lease_until=None,
                                nudged_at=None, attempts=table.c.attempts - 1)  # fmt: skip

    async def postpone(self, request_id: str, worker: str, error: YasrError, seconds: float, note: Said) -> bool:
        """Saves the request for later, because a service asks for so much time; False when it waited often enough.

        Also False for a wait over ``MAX_WAIT_H`` hours, and when the request is no longer the worker's. ``error`` is
        what it is refused with where nobody waits.
        """
        if seconds > MAX_WAIT_H * 3600:
            return False
        patient = and_(self._held(request_id, worker), table.c.postponed < MAX_WAITS)
        return await self._move(patient, state=State.ASKED, worker=None, lease_until=None, nudged_at=None,
                                not_before=self._clock() + timedelta(seconds=seconds),
                                stage="waiting", done=0, total=0, note=dumps(note),
                                error=error.code, error_args=pack(error.args_),
                                attempts=table.c.attempts - 1, postponed=table.c.postponed + 1)  # fmt: skip

    async def refuse(self, request_id: str, worker: str, error: YasrError) -> bool:
        """Ends the request with an honest sentence."""
        return await self._move(self._held(request_id, worker), **self._refusal(error))

    async def cancel(self, request_id: str) -> bool:
        """Ends the request because its listener wishes so."""
        return await self._move(and_(table.c.id == request_id, table.c.state.in_(_OPEN)), state=State.CANCELLED)

    async def lost(self, patience_s: float) -> list[str]:
        """Requests that nobody works on: to be put back into the queue. Those tried too often are refused instead."""
        now = self._clock()
        stale = or_(table.c.nudged_at.is_(None), table.c.nudged_at <= now - timedelta(seconds=patience_s))
        lost = and_(table.c.state.in_(_OPEN), self._unheld(), self._due(), stale)
        async with reading(self._engine).connect() as connection:
            if await connection.scalar(select(table.c.id).where(lost).limit(1)) is None:
                return []  # nearly always: so a look costs no write lock
        async with self._engine.begin() as connection:
            tired = and_(lost, table.c.attempts >= MAX_ATTEMPTS)
            await connection.execute(update(table).where(tired).values(self._refusal(YasrError())))
            rows = await connection.execute(update(table).where(lost).values(nudged_at=now).returning(table.c.id))
            return [row.id for row in rows]

    async def undelivered(self, front: str) -> list[Request]:
        """Answers and refusals that ``front`` has not posted yet, oldest first."""
        waiting = and_(table.c.front == front, table.c.delivered_at.is_(None))
        over = table.c.state.in_((State.READY, State.REFUSED))
        return await self._select(select(table).where(waiting, over).order_by(table.c.created_at).limit(100))

    async def delivered(self, request_id: str, receipt: str) -> None:
        """Notes that the answer was posted."""
        async with self._engine.begin() as connection:
            waiting = and_(table.c.id == request_id, table.c.delivered_at.is_(None))
            await connection.execute(update(table).where(waiting).values(delivered_at=self._clock(), receipt=receipt))
            ready = and_(table.c.id == request_id, table.c.state == State.READY)
            await connection.execute(update(table).where(ready).values(state=State.DELIVERED))

    async def waiting(self, before: datetime) -> int:
        """How many unfinished requests were asked before ``before``: the place in the queue."""
        ahead = and_(table.c.state.in_(_OPEN), self._due(), table.c.created_at < before)
        async with reading(self._engine).connect() as connection:
            return await connection.scalar(select(func.count()).select_from(table).where(ahead)) or 0

    def _refusal(self, error: YasrError) -> dict[str, Any]:
        return {"state": State.REFUSED, "error": error.code, "error_args": pack(error.args_), "ready_at": self._clock()}

    def _held(self, request_id: str, worker: str) -> ColumnElement[bool]:
        return and_(table.c.id == request_id, table.c.state == State.WORKING, table.c.worker == worker)

    def _unheld(self) -> ColumnElement[bool]:
        return or_(table.c.lease_until.is_(None), table.c.lease_until <= self._clock())

    def _due(self) -> ColumnElement[bool]:
        return or_(table.c.not_before.is_(None), table.c.not_before <= self._clock())

    async def _move(self, condition: ColumnElement[bool], **values: Any) -> bool:
        async with self._engine.begin() as connection:
            return (await connection.execute(update(table).where(condition).values(values))).rowcount == 1

    async def _select(self, query: Select[Any]) -> list[Request]:
        async with reading(self._engine).connect() as connection:
            return [_request(row) for row in await connection.execute(query)]


def _row_of(source: Source) -> dict[str, Any]:
    """A source as JSON values, the notes of its playlist each as text."""
    row: dict[str, Any] = _SOURCE.dump_python(source, mode="json")
    if source.playlist is not None:
        row["playlist"]["notes"] = [dumps(note) for note in source.playlist.notes]
    return row


def _source_of(row: Mapping[str, Any]) -> Source:
    """What :func:`_row_of` made."""
    playlist = row.get("playlist")
    if playlist is None:
        return _SOURCE.validate_python(row)
    notes = [said for text in playlist["notes"] for said in loads(text)]
    return _SOURCE.validate_python({**row, "playlist": {**playlist, "notes": notes}})


def _asked(address: Address) -> ColumnElement[bool]:
    return and_(table.c.front == address.front, table.c.origin == address.origin)


def _request(row: Row[Any]) -> Request:
    return Request(
        id=row.id,
        listener_id=row.listener_id,
        address=Address(row.front, row.place, row.origin or ""),
        source=_source_of(row.source),
        options=_OPTIONS.validate_python(row.options),
        state=State(row.state),
        progress=Progress(row.stage, row.done, row.total, loads(row.note)),
        title=row.title,
        created_at=row.created_at,
        error=row.error,
        error_args=unpack(row.error_args),
        receipt=row.receipt,
        not_before=row.not_before,
    )
