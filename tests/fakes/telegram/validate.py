"""Judges requests, answers and updates by a machine-readable description of the Bot API, where there is one."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.telegram.call import File

SPECIFICATION = Path(__file__).parents[4] / "shared" / "specs" / "telegram-bot-api.json"

_ARRAY = "Array of "
_CONSTANT = re.compile(r'(?:always "(\w+)"|must be (\w+))$')  # 'Scope type, must be default'
_DISCRIMINATORS = ("type", "status", "source")


@cache
def _specification() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SPECIFICATION.read_text())
    return found


def _complaints(value: Any, kinds: list[str], where: str) -> list[str]:
    """Why ``value`` is none of the kinds; nothing when it is one of them. Several arrays are one of several kinds."""
    if isinstance(value, list) and all(kind.startswith(_ARRAY) for kind in kinds):
        inner = [kind.removeprefix(_ARRAY) for kind in kinds]
        return [wrong for at, one in enumerate(value) for wrong in _complaints(one, inner, f"{where}[{at}]")]
    tried = [_one(value, kind, where) for kind in kinds]
    return [] if [] in tried else min(tried, key=len)


def _one(value: Any, kind: str, where: str) -> list[str]:
    if kind.startswith(_ARRAY):
        return _complaints(value, [kind], where) if isinstance(value, list) else _wrong(value, kind, where)
    match kind:
        case "Integer":
            fits = isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        case "String":
            fits = isinstance(value, str)
        case "Boolean":
            fits = isinstance(value, bool)
        case "InputFile":
            fits = isinstance(value, File)
        case _:
            return _object(value, kind, where)
    return [] if fits else _wrong(value, kind, where)


def _object(value: Any, kind: str, where: str) -> list[str]:
    description = _specification()["types"][kind]
    if subtypes := description.get("subtypes"):
        return _complaints(value, subtypes, where)
    if not isinstance(value, dict):
        return _wrong(value, kind, where)
    return _fields(value, description.get("fields", []), f"{where}({kind})")


def _fields(value: dict[str, Any], fields: list[dict[str, Any]], where: str) -> list[str]:
    known = {field["name"]: field for field in fields}
    wrong = [f"{where}.{name}: unknown field" for name in sorted(value.keys() - known.keys())]
    for name, field in known.items():
        if name not in value:
            wrong += [f"{where}.{name}: missing"] * field["required"]
            continue
        wrong += _complaints(value[name], field["types"], f"{where}.{name}")
        constant = _CONSTANT.search(field["description"]) if name in _DISCRIMINATORS else None
        if constant and value[name] != (expected := constant[1] or constant[2]):
            wrong.append(f'{where}.{name}: "{value[name]}" is not "{expected}"')
    return wrong


def _wrong(value: Any, kind: str, where: str) -> list[str]:
    return [f"{where}: {str(value)[:100]!r} is not {kind}"]


class Validator:
    """Says what is wrong, as sentences; says nothing when there is no description."""

    def __init__(self) -> None:
        self.active = SPECIFICATION.is_file()

    def request(self, method: str, parameters: dict[str, Any]) -> list[str]:
        if not self.active:
            return []
        description = _specification()["methods"].get(method)
        if description is None:
            return [f"request {method}: not described"]
        return _fields(parameters, description.get("fields", []), f"request {method}")

    def answer(self, method: str, status: int, body: dict[str, Any]) -> list[str]:
        if not self.active or method not in _specification()["methods"]:
            return []
        if status == 200:
            return _complaints(body["result"], _specification()["methods"][method]["returns"], f"answer {method}")
        parameters = body.get("parameters", {})
        return _complaints(parameters, ["ResponseParameters"], f"answer {status} {method}.parameters")

    def update(self, update: dict[str, Any]) -> list[str]:
        return _complaints(update, ["Update"], "update") if self.active else []
