"""The migrations make the tables of the schema, from nothing and from every older revision."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text

from core.model import Preferences
from core.store import engine as engines
from core.store.schema import metadata
from core.store.store import Store


def upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(engines.__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def test_the_migrations_make_the_schema(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    await store.close()
    engine = create_engine(f"sqlite:///{tmp_path / 'yasr.db'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


async def test_a_store_of_the_first_version_keeps_what_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "yasr.db"
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        upgrade(connection, "0001")
        connection.execute(text("INSERT INTO listeners (front, handle, created_at) VALUES ('web', 'x', '2026-11-20')"))
    engine.dispose()
    store = await Store.open(f"sqlite+aiosqlite:///{file}")
    listener = await store.listeners.find("web", "x")
    assert listener == 1
    assert await store.listeners.preferences(listener) == Preferences()
    await store.listeners.prefer(listener, Preferences("tiny", 4))
    assert await store.listeners.preferences(listener) == Preferences("tiny", 4)
    await store.close()
