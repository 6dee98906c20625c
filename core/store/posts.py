"""Which message of a chat shows what, so that a reaction finds its pick and a restart its progress message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Post, PostKind
from core.store.engine import reading, upsert
from core.store.schema import posts, requests


class Posts:
    """Messages by front end and place."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, front: str, post: Post) -> None:
        """Notes a message; noting it again changes nothing."""
        values = {
            "front": front,
            "place": post.place,
            "message": post.message,
            "request_id": post.request_id,
            "pick_id": post.pick_id,
            "kind": post.kind,
        }
        insert = upsert(self._engine.dialect.name, posts).values(values).on_conflict_do_nothing()
        async with self._engine.begin() as connection:
            await connection.execute(insert)

    async def at(self, front: str, place: str, message: str) -> Post | None:
        """What a message shows, if it is one of ours."""
        here = and_(posts.c.front == front, posts.c.place == place, posts.c.message == message)
        return next(iter(await self._select(here)), None)

    async def within(self, front: str, server: str, message: str) -> Post | None:
        """The same where the place within the server is not known; numbers are unique in all of it."""
        inside = or_(posts.c.place == server, posts.c.place.startswith(f"{server}/", autoescape=True))
        found = await self._select(and_(posts.c.front == front, posts.c.message == message, inside))
        return next(iter(found), None)

    async def unshown(self, front: str, states: Sequence[str]) -> list[str]:
        """Requests in one of ``states`` that no message shows."""
        shown = exists().where(posts.c.request_id == requests.c.id)
        query = select(requests.c.id).where(requests.c.front == front, requests.c.state.in_(states), ~shown)
        async with reading(self._engine).connect() as connection:
            return list(await connection.scalars(query))

    async def of(self, request_id: str) -> list[Post]:
        """Every message that shows the request."""
        return await self._select(posts.c.request_id == request_id)

    async def under_way(self, front: str, states: Sequence[str]) -> list[Post]:
        """The progress messages of requests in one of ``states``."""
        return await self._select(
            and_(posts.c.front == front, posts.c.kind == PostKind.JOB, requests.c.state.in_(states))
        )

    async def drop(self, front: str, place: str, message: str) -> None:
        """Forgets a message that is no longer there."""
        here = and_(posts.c.front == front, posts.c.place == place, posts.c.message == message)
        async with self._engine.begin() as connection:
            await connection.execute(delete(posts).where(here))

    async def _select(self, where: ColumnElement[bool]) -> list[Post]:
        query = select(posts).join(requests, requests.c.id == posts.c.request_id).where(where)
        async with reading(self._engine).connect() as connection:
            return [_post(row) for row in await connection.execute(query)]


def _post(row: Row[Any]) -> Post:
    return Post(row.place, row.message, row.request_id, PostKind(row.kind), row.pick_id)
