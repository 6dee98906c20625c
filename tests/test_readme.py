"""The README says what is true: its settings, commands, paths, links and JSON are held against the program."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.__main__ import app
from bot.fronts.terminal import as_json
from core import settings
from core.model import Arm, Pick, Slate, Track
from core.said import said
from core.store.personal import _mine
from core.store.schema import metadata

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """What stands under ``heading``, up to the next one of its level."""
    return README.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def code() -> list[str]:
    """Fenced blocks and inline code."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", README, re.M | re.S)
    return blocks + re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", README, flags=re.M | re.S))


def commands_of(group: Any, before: str = "") -> set[str]:
    """Every command of a command line, sub-commands as "group command"."""
    names: set[str] = set()
    for name, command in group.commands.items():
        names |= commands_of(command, f"{name} ") if hasattr(command, "commands") else {before + name}
    return names


def named_commands() -> set[str]:
    """Every "yasr X" in code, with a second word where X is a group."""
    groups = {name for name, command in typer.main.get_command(app).commands.items() if hasattr(command, "commands")}  # type: ignore[attr-defined]
    said = re.findall(r"(?<![\w./-])yasr ([a-z]+)(?: ([a-z]+))?", "\n".join(code()))
    return {f"{first} {second}".strip() if first in groups else first for first, second in said}


def map_paths() -> list[str]:
    return [span for span in re.findall(r"`([^`]+)`", section("The map of the house")) if "/" in span]


def links() -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", README)


def test_the_settings_table_is_that_of_the_settings() -> None:
    shown = README.split("<!-- settings -->\n")[1].split("\n<!-- /settings -->")[0]
    assert shown == settings.table()


def test_the_commands_it_names_are_those_there_are() -> None:
    assert named_commands() == commands_of(typer.main.get_command(app))


@pytest.mark.parametrize("path", map_paths())
def test_the_map_leads_somewhere(path: str) -> None:
    place = ROOT / path
    assert place.is_dir() if path.endswith("/") else place.is_file()


def test_every_package_is_on_the_map() -> None:
    tops = {path.split("/")[0] for path in map_paths()}
    assert tops == {place.parent.name for place in ROOT.glob("*/__init__.py")}


@pytest.mark.parametrize("link", [link for link in links() if not link.startswith(("https://", "#"))])
def test_links_into_the_repository_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("link", [link for link in links() if link.startswith("#")])
def test_links_into_the_page_lead_to_a_heading(link: str) -> None:
    headings = re.findall(r"^#+ (.+)$", README, re.M)
    assert link[1:] in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_out_are_safe() -> None:
    assert not [link for link in links() if link.startswith("http:")]


def keys_of(value: Any) -> Any:
    """The shape of a JSON value: its keys, nested, without what depends on the song."""
    if isinstance(value, dict):
        return {name: keys_of(inner) for name, inner in value.items() if name != "links"}
    return [keys_of(inner) for inner in value] if isinstance(value, list) else None


def test_the_json_has_the_shape_of_the_programs() -> None:
    track = Track("Linen Weather", ("Zephrine Volt",), "demo", "demo:050", path=Path("demo/demo-050.mp3"))
    pick = Pick(1, 1, Arm.CLOSE, 0.9154, 1, track, "Somebody – Something", said("It sounds alike."))
    slate = Slate("0" * 32, "nearest", "1", (pick,), datetime(2026, 11, 22, tzinfo=UTC))
    shown = re.search(r"<!-- json -->\n```json\n(.*?)```", README, re.S)
    assert shown is not None
    document = json.loads(shown[1])
    assert keys_of(document) == keys_of(json.loads(as_json(slate, "", Path("/state"))))
    assert Path(document["picks"][0]["track"]["file"]).is_absolute()


def test_a_machine_of_ours_is_not_named() -> None:
    for name in ("README.md", "CHANGELOG.md", "Dockerfile"):
        assert not re.search(r"/root/|/Users/", (ROOT / name).read_text(encoding="utf-8")), name


def test_every_table_about_a_person_is_in_the_table_of_private_data() -> None:
    personal = {table.name for table in metadata.sorted_tables if _mine(table, 1) is not None}
    rows = [line.split("|") for line in section("Private data").splitlines() if line.startswith("| ")]
    assert {name for row in rows for name in re.findall(r"`([a-z_]+)`", row[2])} == personal
