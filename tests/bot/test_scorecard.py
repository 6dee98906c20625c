"""``yasr scorecard``: what it prints, over a real store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.scorecard_cli import command
from core import settings
from core.model import Arm, Candidate, Track
from core.scorecard import ARMS, SIZES
from core.store.store import Store
from tests.core.store.test_scores import FANS, Song, answered

app = typer.Typer()
app.command()(command)
Slates = Sequence[tuple[str, Sequence[Song]]]
RECORD: Slates = [
    (f"listener {number}", [Song(f"near {number}", 6 + number % 3), Song(f"far {number}", 4, Arm.WILDCARD)])
    for number in range(6)
]
DRAFT: Slates = [
    (f"listener {number}", [Song(f"a{number}", 9, model="dtw"), Song(f"b{number}", 5 + number % 2, model="nearest")])
    for number in range(8)
]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("YASR_STATE_DIR", str(tmp_path))
    settings.load.cache_clear()
    yield
    settings.load.cache_clear()


def fill(slates: Slates, at: datetime | None = None) -> None:
    async def filled() -> None:
        store = await Store.open(settings.load().store_url, *([lambda: at] if at else []))
        await store.catalogue.add([Candidate(Track("Song", ("Never shown",)), (FANS,))])
        await store.catalogue.add([Candidate(Song("near 0").track)])
        for handle, songs in slates:
            await answered(store, handle, songs)
        await store.close()

    asyncio.run(filled())


def yasr(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def document(*arguments: str) -> dict[str, Any]:
    found = json.loads(yasr("--json", *arguments))
    assert isinstance(found, dict)
    return found


def test_a_record_without_a_pick() -> None:
    assert yasr() == "Nothing was shown in this time, so there is nothing to score.\n"
    assert yasr("--compare") == "No slate has rated close picks of two models, so there is nothing to compare.\n"
    assert (document()["picks"], document()["gini"], document("--compare")) == (0, None, {"comparison": None})


def test_the_card_as_json() -> None:
    fill(RECORD)
    card = document()
    assert (card["picks"], card["slates"], card["listeners"], card["ratings"]) == (12, 6, 6, 12)
    close, wildcard, random = card["arms"]
    assert [arm["name"] for arm in card["arms"]] == list(ARMS)
    assert (close["mean"], close["ratings"], close["listeners"]) == (7, 6, 6)
    assert close["mean_interval"][0] < 7 < close["mean_interval"][1]
    assert close["liked"] == pytest.approx(1 / 3)
    assert (wildcard["mean"], wildcard["mean_interval"]) == (4, None)
    assert (random["picks"], random["mean"]) == (0, None)
    assert [group["name"] for group in card["audiences"]] == list(SIZES)
    assert [group["name"] for group in card["services"]] == ["deezer"]
    assert [group["name"] for group in card["requests"]] == ["link"]
    assert [group["name"] for group in card["models"]] == ["nearest"]
    assert (card["newcomers"], card["unknown"], card["coverage"], card["repeats"]) == (1, 0, 0.5, 0)
    assert card["lifts"] == {"fans on Deezer": {"picks": 12, "lift": 0}}
    assert card["seed"] == {"close": 5.66, "wildcard": 5.16}


def test_the_card_as_tables() -> None:
    fill(RECORD)
    said = yasr()
    assert "12 picks in 6 slates for 6 listeners; 12 are rated." in said
    assert "5.66 with similar songs and 5.16 with dissimilar ones" in said
    lines = {line.split()[1]: line for line in said.splitlines() if line.startswith("│")}
    assert "7.00 (" in lines["close"]
    assert "4.00 (one cannot tell)" in lines["wildcard"]
    assert lines["random"].split("│")[5].strip() == "–"
    assert "100.0%" in lines["by"] or "0.0%" in lines["by"]
    assert "Close picks by model" in said


def test_the_operator_sees_what_few_have_rated() -> None:
    fill(RECORD[:1])
    assert "6.00 (one cannot tell)" in yasr()
    assert document()["arms"][0]["mean"] == 6


def test_the_last_days() -> None:
    fill(RECORD[:4], datetime.now(UTC) - timedelta(days=3))
    fill(RECORD[4:])
    assert [document("--days", days)["slates"] for days in ("1", "2", "4")] == [2, 2, 6]
    assert CliRunner().invoke(app, ["--days", "0"]).exit_code == 2


def test_two_models_are_compared() -> None:
    fill(DRAFT)
    found = document("--compare")["comparison"]
    assert (found["first"], found["second"], found["slates"], found["listeners"]) == ("dtw", "nearest", 8, 8)
    assert (found["wins"], found["losses"], found["ties"], found["ahead"]) == (8, 0, 0, 3.5)
    assert found["chance"] == pytest.approx(2 / 2**8)
    assert found["verdict"] == "dtw is liked better than nearest"
    said = yasr("--compare")
    assert "dtw against nearest" in said
    assert "8, 0, 0" in said
    assert "+3.50 (+3" in said
    assert said.endswith("So: dtw is liked better than nearest.\n")


def test_too_few_to_compare() -> None:
    fill(DRAFT[:4])
    assert yasr("--compare").endswith("So: too few ratings to tell the two apart (5 listeners are the least).\n")
