"""Everything the store holds about one listener: to show, to hand over, to erase. Found by reflection over the tables,
so that a table that is added later is not forgotten.
"""

from __future__ import annotations

import base64
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.model import SourceKind
from core.store.engine import reading, upsert
from core.store.schema import blends, farewells, listeners, metadata, picks, requests, slates, verdicts

#: Fewer ratings than these are not kept of one who leaves: theirs could be told from those of the others.
FEWEST_KEPT = 5
#: What is sealed is no use to anybody but us.
_SEALED = "(sealed)"

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
                    found[table.name] = [{name: _told(name, value) for name, value in row.items()} for row in rows]
        return found

    async def folders(self, listener_id: int) -> list[str]:
        """Where files that the listener sent may still be."""
        sent = requests.c.source["kind"].as_string() == SourceKind.FOLDER
        query = select(requests.c.source["value"].as_string()).where(requests.c.listener_id == listener_id, sent)
        async with reading(self._engine).connect() as connection:
            return [str(folder) for folder in await connection.scalars(query)]

    async def forget(self, listener_id: int, *, keep_counts: bool = False) -> None:
        """Erases the listener; what refers to them goes with them.

        ``keep_counts``: how often they gave which rating to close songs and to wildcards is added to the counts of all
        who left, unless they gave too few to be lost among them.
        """
        async with self._engine.begin() as connection:
            if keep_counts:
                await self._keep_counts(connection, listener_id)
            await connection.execute(delete(listeners).where(listeners.c.id == listener_id))

    async def _keep_counts(self, connection: AsyncConnection, listener_id: int) -> None:
        rated = (
            select(picks.c.arm, verdicts.c.value, func.count().label("count"))
            .join(picks, picks.c.id == verdicts.c.pick_id)
            .where(verdicts.c.listener_id == listener_id)
            .group_by(picks.c.arm, verdicts.c.value)
        )
        rows = [dict(row) for row in (await connection.execute(rated)).mappings()]
        if sum(row["count"] for row in rows) < FEWEST_KEPT:
            return
        insert = upsert(self._engine.dialect.name, farewells)
        more = {"count": farewells.c.count + insert.excluded.count}
        await connection.execute(insert.on_conflict_do_update(index_elements=["arm", "value"], set_=more), rows)


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


def _told(name: str, value: Any) -> Any:
    """A value as a person can take it away."""
    if name == "sealed" and value:
        return _SEALED
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
