"""ReccoBeats's rows are joined by their address; faults and recordings are tested with those of every service."""

from __future__ import annotations

from typing import Any

import numpy as np
from aiohttp import web

from core.services.reccobeats import ReccoBeats, http_for
from core.settings import ReccoBeats as Settings
from tests.core.services.cases.reccobeats import FEATURES
from tests.core.services.conftest import FAST
from tests.fakes.replay import Replay


def identity(number: int) -> str:
    return f"{number:022d}"


def row(number: int, **changed: object) -> dict[str, Any]:
    return {"href": f"https://open.spotify.com/track/{identity(number)}", **FEATURES, "tempo": 60 + number, **changed}


async def test_many_songs_in_any_order_some_of_them_unknown() -> None:
    async with Replay() as replay:

        def answer(request: web.Request) -> object:
            asked = request.query["ids"].split(",")
            assert len(asked) <= 40
            rows = [row(number) for number in range(90) if identity(number) in asked and number % 3]
            return {"content": [*reversed(rows), row(1000), row(4, tempo=None), {"href": None}, None, 7]}

        replay.answer("/v1/audio-features", answer)
        settings = Settings(base_url=replay.base_url, enabled=True)
        service = ReccoBeats(settings, http_for(settings, FAST))
        found = await service.features_of([identity(number) for number in range(90)])
        await service.close()
    assert set(found) == {identity(number) for number in range(90) if number % 3}
    assert {name: features.named["tempo"] for name, features in found.items()} == {
        identity(number): 60 + number for number in range(90) if number % 3
    }
    first = found[identity(1)]
    assert (first.extractor, first.version, first.vector.shape, first.vector.dtype) == (
        "reccobeats",
        "1",
        (13,),
        np.float32,
    )
    assert len(replay.seen) == 3
