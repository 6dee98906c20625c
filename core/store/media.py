"""Files that a platform keeps for us, so that a picture or a clip is uploaded once."""

from __future__ import annotations

import hashlib

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.store.engine import reading, upsert
from core.store.schema import media


class Media:
    """The platform's names of files by what they hold."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def get(self, front: str, what: str) -> str:
        """The platform's name of the file; empty where there is none yet."""
        query = select(media.c.file).where(_here(front, what))
        async with reading(self._engine).connect() as connection:
            return str(await connection.scalar(query) or "")

    async def keep(self, front: str, what: str, file: str) -> None:
        """Notes the name of a file that was uploaded; the last one counts."""
        values = {"front": front, "key": _key(what), "file": file}
        insert = upsert(self._engine.dialect.name, media).values(values)
        async with self._engine.begin() as connection:
            await connection.execute(insert.on_conflict_do_update(index_elements=["front", "key"], set_=values))

    async def drop(self, front: str, what: str) -> None:
        """Forgets a name that the platform no longer knows."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(media).where(_here(front, what)))


def _here(front: str, what: str) -> ColumnElement[bool]:
    return and_(media.c.front == front, media.c.key == _key(what))


def _key(what: str) -> str:
    return hashlib.sha256(what.encode()).hexdigest()
