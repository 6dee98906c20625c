"""Listeners and their verdicts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select, union, update
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Preferences, Verdict
from core.store.engine import reading, upsert
from core.store.schema import barred, listeners, recordings, verdicts

#: A rating of at most this means "not this artist again".
DISLIKED = 2
_PREFERENCES = TypeAdapter(Preferences)


class Listeners:
    """Who asks, and how they rate."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def find(self, front: str, handle: str) -> int:
        """The listener's id, made on first sight."""
        return (await self.meet(front, handle, Preferences()))[0]

    async def meet(self, front: str, handle: str, first: Preferences) -> tuple[int, Preferences]:
        """The listener's id and what they have set; ``first`` is set for one who is made now, on first sight."""
        known = await self.glance(front, handle)
        if known[0]:
            return known
        kept = _PREFERENCES.dump_python(first, mode="json")
        values = {"front": front, "handle": handle, "created_at": self._clock(), "preferences": kept}
        insert = upsert(self._engine.dialect.name, listeners).values(values).on_conflict_do_nothing()
        async with self._engine.begin() as connection:
            await connection.execute(insert)
        return await self.glance(front, handle)

    async def glance(self, front: str, handle: str) -> tuple[int, Preferences]:
        """The same without making anybody; (0, defaults) for one who was never met."""
        here = (listeners.c.front == front) & (listeners.c.handle == handle)
        query = select(listeners.c.id, listeners.c.preferences).where(here)
        async with reading(self._engine).connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return (int(row.id), _PREFERENCES.validate_python(row.preferences)) if row else (0, Preferences())

    async def known(self, listener_id: int) -> tuple[str, Preferences]:
        """The front end's name for the listener, and what they have set; an empty name for one who was erased."""
        query = select(listeners.c.handle, listeners.c.preferences).where(listeners.c.id == listener_id)
        async with reading(self._engine).connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return (row.handle, _PREFERENCES.validate_python(row.preferences)) if row else ("", Preferences())

    async def preferences(self, listener_id: int) -> Preferences:
        """What the listener has set; the defaults for one who has set nothing."""
        async with reading(self._engine).connect() as connection:
            kept = await connection.scalar(select(listeners.c.preferences).where(listeners.c.id == listener_id))
        return _PREFERENCES.validate_python(kept or {})

    async def prefer(self, listener_id: int, preferences: Preferences) -> None:
        """Keeps what the listener has set, in place of what was set before."""
        values = {"preferences": _PREFERENCES.dump_python(preferences, mode="json")}
        async with self._engine.begin() as connection:
            await connection.execute(update(listeners).where(listeners.c.id == listener_id).values(values))

    async def left(self, listener_id: int, *, gone: bool = True) -> None:
        """Notes that the listener cannot be reached any more, or again."""
        values = {"left_at": self._clock() if gone else None}
        async with self._engine.begin() as connection:
            await connection.execute(update(listeners).where(listeners.c.id == listener_id).values(values))

    async def here(self, listener_id: int) -> bool:
        """Whether the listener can be reached, as far as is known."""
        query = select(listeners.c.left_at).where(listeners.c.id == listener_id)
        async with reading(self._engine).connect() as connection:
            return await connection.scalar(query) is None

    async def rate(self, verdict: Verdict, pick_id: int | None) -> None:
        """Keeps the verdict; the last one on a recording wins. ``pick_id`` is None for a song that was no pick."""
        values = {
            "listener_id": verdict.listener_id,
            "recording_id": verdict.recording_id,
            "pick_id": pick_id,
            "value": verdict.value,
            "emoji": verdict.emoji,
            "updated_at": self._clock(),
        }
        insert = upsert(self._engine.dialect.name, verdicts).values(values)
        async with self._engine.begin() as connection:
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["listener_id", "recording_id"], set_=values)
            )

    async def withdraw(self, listener_id: int, recording_id: int) -> None:
        """Forgets the verdict."""
        mine = (verdicts.c.listener_id == listener_id) & (verdicts.c.recording_id == recording_id)
        async with self._engine.begin() as connection:
            await connection.execute(delete(verdicts).where(mine))

    async def verdicts(self, listener_id: int) -> list[Verdict]:
        """Everything the listener has rated, by recording."""
        query = select(verdicts).where(verdicts.c.listener_id == listener_id).order_by(verdicts.c.recording_id)
        async with reading(self._engine).connect() as connection:
            rows = await connection.execute(query)
            return [Verdict(row.listener_id, row.recording_id, row.value, row.emoji) for row in rows]

    async def bar(self, listener_id: int, recording_id: int) -> None:
        """The recording's artist is not shown to the listener again."""
        artist = select(recordings.c.artist_id).where(recordings.c.id == recording_id).scalar_subquery()
        values = {"listener_id": listener_id, "artist_id": artist, "at": self._clock()}
        insert = upsert(self._engine.dialect.name, barred).values(values).on_conflict_do_nothing()
        async with self._engine.begin() as connection:
            await connection.execute(insert)

    async def disliked_artists(self, listener_id: int) -> list[int]:
        """Artists whom the listener barred, or of whom they rated a song at most ``DISLIKED``."""
        rated = (
            select(recordings.c.artist_id)
            .join(verdicts, verdicts.c.recording_id == recordings.c.id)
            .where(verdicts.c.listener_id == listener_id, verdicts.c.value <= DISLIKED)
        )
        query = union(rated, select(barred.c.artist_id).where(barred.c.listener_id == listener_id))
        async with reading(self._engine).connect() as connection:
            return list(await connection.scalars(query))
