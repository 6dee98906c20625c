"""Short names for what people gave, where a platform has room for no more (a deep link, a button)."""

from __future__ import annotations

import base64
import hashlib

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.store.engine import reading, upsert
from core.store.schema import tokens

_BYTES = 12


class Tokens:
    """The same words have the same token, so that asking again keeps nothing twice."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, words: str) -> str:
        """The token of some words: 16 letters, digits, ``-`` or ``_``."""
        token = base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest()[:_BYTES]).decode()
        insert = upsert(self._engine.dialect.name, tokens).values(token=token, words=words).on_conflict_do_nothing()
        async with self._engine.begin() as connection:
            await connection.execute(insert)
        return token

    async def words(self, token: str) -> str:
        """What a token stands for; empty for one that is not known."""
        async with reading(self._engine).connect() as connection:
            return str(await connection.scalar(select(tokens.c.words).where(tokens.c.token == token)) or "")
