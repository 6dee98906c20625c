"""Two models in one slate, and what is kept of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import ValidationError

from core.model import Options, Pick, Playlist, Source, SourceKind, Vector
from core.scorecard import compare
from core.settings import Settings, Worker
from tests.workers.rounds import MIDDLE, close, rounds
from tests.workers.test_recommend import ask, slate
from workers.house import House
from workers.models import all_models


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    """Where `nearest` competes with `timbre`."""
    contested = settings.model_copy(update={"worker": settings.worker.model_copy(update={"rival": "nearest"})})
    async with House(contested) as house:
        yield house


async def test_two_models_share_the_close_picks_and_ratings_decide(house: House, places: dict[int, Vector]) -> None:
    shown = [picks for number in range(6) for picks in await rounds(house, f"{number}", _as_proposed, 2)]
    teams = [sum(pick.model == "nearest" for pick in close(picks)) for picks in shown]
    assert set(teams) == {2, 3}, "of five each has two or three"
    # Only close picks are contested.
    assert {pick.model for picks in shown for pick in picks if pick not in close(picks)} == {"timbre"}
    assert all(0 <= pick.score <= 10 and pick.fit is not None for picks in shown for pick in picks)
    found = compare(await house.store.scores.shown())
    assert found is not None
    assert {found.first, found.second} == {"nearest", "timbre"}
    assert (found.slates, found.listeners) == (12, 6)
    assert str(found.verdict) == "nearest is liked better than timbre"


def _as_proposed(pick: Pick) -> int:
    return (9 if pick.model == "nearest" else 3) - pick.recording_id % 2


async def test_whoever_asks_for_a_model_gets_it_alone(house: House, places: dict[int, Vector]) -> None:
    source = Source(SourceKind.PLAYLIST, playlist=Playlist("Mine", (MIDDLE,), "file"))
    asked = await ask(house, source, Options(model="timbre"))
    assert {pick.model for pick in (await slate(house, asked)).picks} == {"timbre"}


def test_every_model_may_be_a_rival() -> None:
    for name in all_models():
        assert Worker(rival=name).rival == name  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        Worker(rival="best")  # type: ignore[arg-type]
