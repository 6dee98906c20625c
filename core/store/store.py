"""The store: everything YASR knows, behind small rooms. No SQL is written anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.store import engine as engines
from core.store import schema
from core.store.accounts import Accounts
from core.store.artists import Artists
from core.store.blends import Blends
from core.store.catalogue import Catalogue
from core.store.features import FeatureStore
from core.store.grants import Grants
from core.store.harvests import Harvests
from core.store.listeners import Listeners
from core.store.loved import Loved
from core.store.media import Media
from core.store.members import Members
from core.store.personal import Personal
from core.store.pictures import Pictures
from core.store.portraits import Portraits
from core.store.posts import Posts
from core.store.quotas import Quotas
from core.store.ratings import Ratings
from core.store.record import Records
from core.store.requests import Requests
from core.store.retention import Retention
from core.store.scores import Scores
from core.store.sequences import SequenceStore
from core.store.servers import Servers
from core.store.shortlists import Shortlists
from core.store.slates import Slates
from core.store.tastes import Tastes
from core.store.tokens import Tokens

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """``requests``, ``slates``, ``catalogue``, ``artists``, ``features`` … over one database."""

    def __init__(self, engine: AsyncEngine, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._clock = clock
        self.requests = Requests(engine, clock)
        self.slates = Slates(engine, clock)
        self.shortlists = Shortlists(engine, clock)
        self.catalogue = Catalogue(engine, clock)
        self.artists = Artists(engine, clock)
        self.harvests = Harvests(engine, clock)
        self.features = FeatureStore(engine, clock)
        self.sequences = SequenceStore(engine)
        self.listeners = Listeners(engine, clock)
        self.loved = Loved(engine)
        self.media = Media(engine)
        self.members = Members(engine)
        self.accounts = Accounts(engine, clock)
        self.grants = Grants(engine, clock)
        self.blends = Blends(engine, clock)
        self.pictures = Pictures(engine, clock)
        self.portraits = Portraits(engine)
        self.posts = Posts(engine)
        self.quotas = Quotas(engine)
        self.ratings = Ratings(engine)
        self.records = Records(engine)
        self.scores = Scores(engine)
        self.tastes = Tastes(engine)
        self.tokens = Tokens(engine, clock)
        self.servers = Servers(engine)
        self.personal = Personal(engine)
        self.retention = Retention(engine, clock)

    @classmethod
    async def open(cls, url: str, clock: Clock = utc_now) -> Self:
        """Connects and brings the schema up to date."""
        engine = engines.create(url)
        await engines.migrate(engine)
        return cls(engine, clock)

    async def close(self) -> None:
        """Waits for the transactions under way; later ones are refused."""
        await engines.close(self._engine)

    async def notice(self, key: str) -> dict[str, Any]:
        """What the house last said about ``key``; empty when it said nothing."""
        async with engines.reading(self._engine).connect() as connection:
            row = await connection.scalar(select(schema.notices.c.body).where(schema.notices.c.key == key))
        return dict(row or {})

    async def announce(self, key: str, **body: str | float) -> None:
        """Says something to everybody, in place of what was said before under ``key``."""
        values = {"key": key, "body": body, "updated_at": self._clock()}
        insert = engines.upsert(self._engine.dialect.name, schema.notices).values(values)
        async with self._engine.begin() as connection:
            await connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=values))
