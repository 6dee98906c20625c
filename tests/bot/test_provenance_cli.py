"""``yasr provenance``: what it says and decides, over a real store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.provenance_cli import app
from core import settings
from core.errors import BadInput
from core.model import Audience, Career
from core.store.artists import Known
from core.store.store import Store

DAY = date(2026, 11, 20)
FLOOD = Known(
    (Audience("fans on Deezer", 7, DAY),), (Career("deezer", DAY, date(2025, 2, 1), 420, 400, 800, ("pop",)),)
)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("YASR_STATE_DIR", str(tmp_path))
    settings.load.cache_clear()

    async def fill() -> None:
        store = await Store.open(settings.load().store_url)
        await store.artists.save({"Flood": FLOOD, "Person": Known()})
        await store.close()

    asyncio.run(fill())
    yield
    settings.load.cache_clear()


def yasr(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_explain_says_everything_that_is_known() -> None:
    said = yasr("explain", "flood")
    assert said.startswith("flood is a suspect (score 1.00; 1.00 and more is one).")
    assert "400 releases within a year (Deezer, 20 Nov 2026)" in said
    assert "7 fans on Deezer, 20 Nov" in said
    assert "first release 2025-02-01, 420 releases, 400 of them within a year, 800 songs, marked “pop”" in said
    assert "nothing was ruled" in said
    assert yasr("explain", "Person").startswith("Person is not a suspect (score 0.00;")


def test_explain_as_json() -> None:
    document = json.loads(yasr("explain", "Flood", "--json"))
    assert (document["suspect"], document["score"], document["ruling"]) == (True, 1.0, None)
    assert document["careers"][0]["first_release"] == "2025-02-01"


def test_an_appeal_is_one_command_and_waits_for_the_operator() -> None:
    yasr("appeal", "Flood", "--note", "I record every day")
    assert "appealed on" in yasr("explain", "Flood")
    assert "Flood is a suspect" in yasr("explain", "Flood").replace("flood", "Flood")
    assert "not decided yet: I record every day" in yasr("list")
    yasr("allow", "FLOOD")
    assert "is not a suspect" in yasr("explain", "Flood")
    (ruling,) = json.loads(yasr("list", "--json"))
    assert (ruling["name"], ruling["kind"]) == ("FLOOD", "allow")
    yasr("block", "Flood")
    yasr("appeal", "Flood")
    assert "is a suspect" in yasr("explain", "Flood"), "an appeal undoes no decision"
    first, second = json.loads(yasr("list", "--json"))
    assert (first["kind"], second["kind"]) == ("appealed", "block"), "open appeals first"
    yasr("forget", "Flood")
    assert yasr("list") == "Nothing was decided, and nobody appealed.\n"


@pytest.mark.parametrize("command", ["explain", "appeal", "forget"])
def test_an_artist_nobody_has_met(command: str) -> None:
    with pytest.raises(BadInput, match="called “Nobody”"):
        yasr(command, "Nobody")
