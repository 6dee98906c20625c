"""What the terminal prints of an answer, as JSON and as a table."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.fronts.terminal import as_json, print_table
from core.model import Arm, Passage, Pick, Slate, Track
from core.said import said

PASSAGE = Passage(Track("[red]Moonlit[/red] Harbor", ("Ada",)), (3.0, 18.0), (12.5, 27.0), 0.9926, ((3.0, 12.5),))
PICK = Pick(1, 1, Arm.CLOSE, 0.5, 1, Track("Song", ("Nova Pine",)), "Ada – Moonlit Harbor", said("Because."))


def slate(pick: Pick) -> Slate:
    return Slate("r", "warp", "1", (pick,), datetime(2026, 11, 20, tzinfo=UTC))


def in_json(pick: Pick) -> Any:
    return json.loads(as_json(slate(pick), "", Path("/state")))["picks"][0]["passage"]


def test_a_passage_as_json() -> None:
    assert in_json(PICK) is None
    expected = {"mine": [3.0, 18.0], "theirs": [12.5, 27.0], "closer": 0.9926}
    assert in_json(replace(PICK, passage=PASSAGE)) == expected


def test_a_passage_in_the_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    print_table(slate(PICK), "")
    assert "In the clips" not in capsys.readouterr().out
    print_table(slate(replace(PICK, passage=PASSAGE)), "")
    printed = capsys.readouterr().out
    assert "0:03–0:18 of your [red]Moonlit[/red] Harbor: closer than 99.2 % of the catalogue." in printed
