"""What is kept for a time only. README, "Private data", tells people the same times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import State
from core.store.grants import MINUTES
from core.store.schema import accounts, grants, listeners, pictures, posts, requests, tokens, verdicts

#: Deep links that nobody opened for so long, requests that came to nothing, messages that a reaction is found by, and
#: pictures, which are drawn again when they are wanted.
TOKENS, REFUSED, POSTS, PICTURES = timedelta(days=90), timedelta(days=30), timedelta(days=365), timedelta(days=7)
#: A month, as far as it matters here.
_MONTH = timedelta(days=30.44)


class Retention:
    """Erases what is past its time."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def sweep(self, idle_months: int) -> dict[str, int]:
        """How much was erased, by table. Listeners who did nothing for ``idle_months`` go with all that is theirs; with
        0 nobody does."""
        now = self._clock()
        over = requests.c.state.in_((State.REFUSED, State.CANCELLED))
        old = {
            grants: grants.c.at <= now - timedelta(minutes=MINUTES),
            tokens: tokens.c.at <= now - TOKENS,
            requests: and_(over, requests.c.created_at <= now - REFUSED),
            pictures: pictures.c.at <= now - PICTURES,
            posts: exists().where(requests.c.id == posts.c.request_id, requests.c.created_at <= now - POSTS),
        }
        if idle_months:
            old[listeners] = _idle_since(now - idle_months * _MONTH)
        async with self._engine.begin() as connection:
            # Those of before there were times begin today.
            await connection.execute(update(tokens).where(tokens.c.at.is_(None)).values(at=now))
            erased = {table.name: (await connection.execute(delete(table).where(rule))).rowcount
                      for table, rule in old.items()}  # fmt: skip
        return {name: count for name, count in erased.items() if count}


def _idle_since(moment: datetime) -> ColumnElement[bool]:
    """Listeners who were there before, and have neither asked nor rated nor linked anything since."""
    did = [(requests, requests.c.created_at), (verdicts, verdicts.c.updated_at), (accounts, accounts.c.at)]
    return and_(listeners.c.created_at <= moment, ~or_(*(_since(table, at > moment) for table, at in did)))


def _since(table: Table, recent: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(table.c.listener_id).where(table.c.listener_id == listeners.c.id, recent))
