"""Opening the database: pragmas, transactions that never deadlock, migrations at start."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, NoReturn, cast

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Insert, QueuePool, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

#: SQLite has one writer and answers a read in a millisecond. Connections beyond the pool would be opened, prepared and
#: closed anew for every query of a crowd: 200 questions at once took half as much processor time again.
_POOL = {"pool_size": 4, "max_overflow": 0}
_PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=FULL")
#: The execution option of connections that only read.
_READS = "reads"
#: How long what is under way may take to end when the store is closed, and between two looks (seconds).
_LAST_S, _LOOK_S = 15.0, 0.01


def create(url: str) -> AsyncEngine:
    """An engine for ``url``; SQLite gets write-ahead logging and transactions that take the write lock at once."""
    # What is stored is somebody's: an error tells the statement alone.
    engine = create_async_engine(url, hide_parameters=True, **(_POOL if url.startswith("sqlite") else {}))
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def reading(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for reads, which take no lock."""
    if engine.dialect.name == "sqlite":  # its driver begins nothing by itself: there is no level to set and set back
        return engine.execution_options(**{_READS: True})
    return engine.execution_options(isolation_level="AUTOCOMMIT")


async def close(engine: AsyncEngine) -> None:
    """Waits for the transactions under way, then closes. Whoever comes later is refused: a connection that they opened
    would be closed by nobody."""
    event.listen(engine.sync_engine, "do_connect", _refuse)
    pool = cast(QueuePool, engine.pool)
    try:
        async with asyncio.timeout(_LAST_S):
            while pool.checkedout():
                await asyncio.sleep(_LOOK_S)
    finally:
        await engine.dispose()


def _refuse(*_: object) -> NoReturn:
    raise RuntimeError("the store is closed")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later fails with "database is locked" whatever the timeout.
    if _READS not in connection.get_execution_options():
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def upsert(dialect: str, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, for the database in use."""
    insert: Insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert


async def migrate(engine: AsyncEngine) -> None:
    """Brings the schema to the newest revision; processes that start together do it one after the other."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(738172)")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    head = ScriptDirectory.from_config(config).get_current_head()
    if MigrationContext.configure(connection).get_current_revision() != head:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
