"""Alembic's entry: runs inside the connection that core.store.engine holds."""

from alembic import context

from core.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
