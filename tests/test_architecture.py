"""The law of the house, and that breaking it is noticed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*_LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which violations can be planted."""
    folder = tmp_path_factory.mktemp("house")
    for name in ("bot", "core", "workers"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_law_is_kept(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("place", "line", "contract"),
    [
        ("core/slate.py", "import bot.cards", "bot → core ← workers BROKEN"),
        ("core/reasons.py", "import torch", "bot → core ← workers BROKEN"),
        ("bot/commands.py", "import workers.models", "the bot never listens and never ranks BROKEN"),
        ("bot/drawing.py", "import av", "the bot never listens and never ranks BROKEN"),
        ("workers/serve.py", "import bot.cards", "the workers never speak with people BROKEN"),
        ("bot/fronts/terminal.py", "import bot.fronts.web", "front ends are strangers to each other BROKEN"),
    ],
)
def test_a_planted_violation_is_noticed(house: Path, place: str, line: str, contract: str) -> None:
    file = house / place
    text = file.read_text()
    file.write_text(f"{text}\n{line}\n")
    try:
        result = lint(house)
    finally:
        file.write_text(text)
    assert result.returncode == 1
    assert contract in result.stdout


def test_no_sql_outside_the_store() -> None:
    """Only core/store and the tests know the tables."""
    offenders = [
        file
        for name in ("bot", "core", "workers")
        for file in (ROOT / name).rglob("*.py")
        if "core/store" not in file.as_posix() and "sqlalchemy" in file.read_text()
    ]
    assert offenders == []
