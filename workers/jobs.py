"""Thin tasks: what arq calls. All state is in the store, so any of them may run twice."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import structlog

from core import queue
from workers.house import House
from workers.serve import serve

log = structlog.get_logger()
#: Sources are harvested one after the other, so many seconds apart.
_STAGGER_S = 20


async def recommend(ctx: dict[str, Any], request_id: str) -> None:
    """Answers one request."""
    house: House = ctx["house"]
    if await serve(house, request_id):
        await ctx["redis"].enqueue_job(queue.EXPLORE, request_id, _queue_name=queue.BACKGROUND)


async def paint(ctx: dict[str, Any], key: str) -> None:
    """Draws a picture that was ordered."""
    house: House = ctx["house"]
    await _logged(queue.PAINT, house.paint(key))


async def explore(ctx: dict[str, Any], request_id: str) -> None:
    """Adds little-known artists related to those of an answered request, so that the next slate fits better."""
    house: House = ctx["house"]
    if house.settings.catalogue.harvest:
        await _logged(queue.EXPLORE, house.explore(request_id))
        await _then_hear(ctx)


async def stock(ctx: dict[str, Any]) -> None:
    """Keeps the catalogue in order: demo songs first, so that something can be offered, then the due harvests."""
    house: House = ctx["house"]
    await _logged("stock", house.prepare())
    if house.settings.catalogue.harvest:
        for place, source in enumerate(house.harvest.names):
            await ctx["redis"].enqueue_job(
                queue.HARVEST, source, _job_id=f"{queue.HARVEST}:{source}", _queue_name=queue.BACKGROUND,
                _defer_by=place * _STAGGER_S,
            )  # fmt: skip
    await _then_hear(ctx)


async def harvest(ctx: dict[str, Any], source: str) -> None:
    """Harvests one source if that is due; one that was interrupted is due."""
    house: House = ctx["house"]
    await _logged(queue.HARVEST, house.harvest.source(source, if_due=True))
    await _then_hear(ctx)


async def hear(ctx: dict[str, Any]) -> None:
    """Listens to songs that are new in the catalogue."""
    house: House = ctx["house"]
    await _logged(queue.HEAR, house.hear())


async def _then_hear(ctx: dict[str, Any]) -> None:
    await ctx["redis"].enqueue_job(queue.HEAR, _job_id=queue.HEAR, _queue_name=queue.BACKGROUND)


async def _logged(name: str, work: Awaitable[object]) -> None:
    """The edge of a background job: what breaks is logged, and the next round tries again."""
    try:
        await work
    except Exception:
        log.exception("a background job failed", job=name)
