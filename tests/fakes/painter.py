"""A worker that draws charts as soon as they are ordered, with the real brush."""

from __future__ import annotations

from core.orders import Sheet
from core.store.store import Store
from workers.easel import charts


async def paint(store: Store, key: str) -> None:
    """Draws what is due."""
    order = await store.pictures.due(key)
    assert isinstance(order, Sheet)
    await store.pictures.keep(key, charts(order).png)
