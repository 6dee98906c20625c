"""Thin tasks: what arq calls. All state is in the store, so any of them may run twice."""

from __future__ import annotations

from typing import Any

import structlog

from workers.house import House
from workers.serve import serve

log = structlog.get_logger()


async def recommend(ctx: dict[str, Any], request_id: str) -> None:
    """Answers one request."""
    house: House = ctx["house"]
    await serve(house, request_id)


async def stock(ctx: dict[str, Any]) -> None:
    """Keeps the catalogue filled: demo songs first, so that there is something to offer, then the harvest."""
    house: House = ctx["house"]
    await house.prepare()
