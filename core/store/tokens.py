"""Short names for what people gave, where a platform has room for no more (a deep link, a button)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from core.store.engine import reading, upsert
from core.store.schema import tokens

_BYTES = 12


class Tokens:
    """The same words have the same token, so that asking again keeps nothing twice."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def keep(self, words: str) -> str:
        """The token of some words: 16 letters, digits, ``-`` or ``_``."""
        token = base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest()[:_BYTES]).decode()
        now = {"at": self._clock()}
        insert = upsert(self._engine.dialect.name, tokens).values(token=token, words=words, **now)
        async with self._engine.begin() as connection:
            await connection.execute(insert.on_conflict_do_update(index_elements=["token"], set_=now))
        return token

    async def words(self, token: str) -> str:
        """What a token stands for; empty for one that is not known."""
        async with reading(self._engine).connect() as connection:
            words = await connection.scalar(select(tokens.c.words).where(tokens.c.token == token))
        if words is None:
            return ""
        async with self._engine.begin() as connection:  # it is in use, and kept longer
            await connection.execute(update(tokens).where(tokens.c.token == token).values(at=self._clock()))
        return str(words)
