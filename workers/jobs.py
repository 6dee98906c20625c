"""Thin tasks: what arq calls. All state is in the store, so any of them may run twice."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import structlog

from core import queue
from workers.house import House
from workers.serve import serve

log = structlog.get_logger()


async def recommend(ctx: dict[str, Any], request_id: str) -> None:
    """Answers one request."""
    house: House = ctx["house"]
    if await serve(house, request_id):
        await ctx["redis"].enqueue_job(queue.EXPLORE, request_id, _queue_name=queue.BACKGROUND)


async def explore(ctx: dict[str, Any], request_id: str) -> None:
    """Harvests little-known artists related to those of an answered request, so that the next slate fits better."""
    house: House = ctx["house"]
    if house.settings.catalogue.harvest:
        await _logged("explore", house.harvest.explore(request_id))


async def stock(ctx: dict[str, Any]) -> None:
    """Keeps the catalogue filled: demo songs first, so that there is something to offer, then the harvest."""
    house: House = ctx["house"]
    await _logged("stock", house.prepare())


async def _logged(name: str, work: Awaitable[None]) -> None:
    """The edge of a background job: what breaks is logged, and the next round tries again."""
    try:
        await work
    except Exception:
        log.exception("a background job failed", job=name)
