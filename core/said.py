"""A sentence before it is in anybody's language: the core and the workers say it, a front end puts it into words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

#: What goes into a sentence: names as they are; numbers, days and other sentences in the listener's language.
Arg: TypeAlias = "str | int | float | date | Said"


@dataclass(frozen=True, slots=True)
class Said:
    """An English template, the key of the catalogue of translations, and what goes into its braces.

    ``many`` is the template for a ``count`` other than one, where the count matters.
    """

    text: str
    args: Mapping[str, Arg] = field(default_factory=dict)
    many: str = ""

    def __str__(self) -> str:
        """The sentence in English."""
        template = self.many if self.many and self.args["count"] != 1 else self.text
        # Without arguments it is no template: it may be a sentence of a time when only English was stored.
        return template.format_map({name: _english(arg) for name, arg in self.args.items()}) if self.args else template


def said(text: str, /, **args: Arg) -> Said:
    """A sentence: ``said("Read {read} of {total} songs.", read=3, total=5)``."""
    return Said(text, args)


def counted(one: str, many: str, /, *, count: int, **args: Arg) -> Said:
    """A sentence that depends on a number: ``counted("{count} song", "{count} songs", count=5)``."""
    return Said(one, {"count": count, **args}, many)


def mark(text: str) -> str:
    """Marks a template that is put into words elsewhere, for the catalogue to find it."""
    return text


def marks(one: str, many: str) -> tuple[str, str]:
    """Likewise for the two templates of a sentence that depends on a ``count``."""
    return one, many


def dumps(what: Said | Sequence[Said]) -> str:
    """As JSON, for the store; the empty string for no sentence."""
    parts = (what,) if isinstance(what, Said) else what
    return json.dumps([_packed(part) for part in parts], ensure_ascii=False) if parts else ""


def loads(stored: str) -> tuple[Said, ...]:
    """What :func:`dumps` wrote; any other text is one sentence as it is."""
    if not stored.startswith('[{"said":'):
        return (Said(stored),) if stored else ()
    return tuple(_unpacked(part) for part in json.loads(stored))


def pack(args: Mapping[str, Arg]) -> dict[str, Any]:
    """Arguments as JSON values."""
    return {name: _packed(arg) for name, arg in args.items()}


def unpack(args: Mapping[str, Any]) -> dict[str, Arg]:
    """What :func:`pack` made."""
    return {name: _unpacked(arg) for name, arg in args.items()}


def _packed(arg: Arg) -> Any:
    if isinstance(arg, Said):
        return {"said": arg.text, "args": pack(arg.args), **({"many": arg.many} if arg.many else {})}
    if isinstance(arg, date):
        return {"day": arg.isoformat()}
    return arg


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict) and "said" in value:
        text, args, many = value["said"], unpack(value["args"]), value.get("many", "")
        return Said(text, args, many)
    if isinstance(value, dict) and "day" in value:
        text = value["day"]
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    return value


def _english(arg: Arg) -> str:
    if isinstance(arg, date):
        return f"{arg.day} {arg:%b}"
    return f"{arg:,}" if isinstance(arg, int) else str(arg)
