"""Everything the store holds about one listener: to show, to hand over, to erase. Found by reflection over the tables,
so that a table that is added later is not forgotten.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.store.engine import reading
from core.store.schema import blends, listeners, metadata, requests, slates

#: How a table without a listener belongs to one: through the request, or the blend, that it refers to.
_PARENTS = {requests.name: requests, slates.name: requests, blends.name: blends}


class Personal:
    """A listener's rows in all tables."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def export(self, listener_id: int) -> dict[str, list[dict[str, Any]]]:
        """Every row about the listener, by table."""
        found: dict[str, list[dict[str, Any]]] = {}
        async with reading(self._engine).connect() as connection:
            for table in metadata.sorted_tables:
                if (mine := _mine(table, listener_id)) is not None:
                    rows = (await connection.execute(select(table).where(mine))).mappings()
                    found[table.name] = [dict(row) for row in rows]
        return found

    async def forget(self, listener_id: int) -> None:
        """Erases the listener; what refers to them goes with them."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(listeners).where(listeners.c.id == listener_id))


def _mine(table: Table, listener_id: int) -> ColumnElement[bool] | None:
    """Which rows of a table are about the listener; None for a table that is about nobody."""
    if table is listeners:
        return listeners.c.id == listener_id
    if "listener_id" in table.c:
        return table.c.listener_id == listener_id
    for key in table.foreign_keys:
        parent = _PARENTS.get(key.column.table.name)
        if parent is not None:
            owner = select(parent.c.id).where(parent.c.id == key.parent, parent.c.listener_id == listener_id)
            return exists(owner)
    return None
