"""Reading the fields of somebody else's JSON: whatever is not what it should be counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from email.utils import parsedate_tz
from typing import Any

Row = Mapping[str, Any]

_MOST = 10**18  # no count of anything here, and more than a store's integers hold


def mapping(value: object) -> Row:
    """An object, empty for anything else."""
    return value if isinstance(value, Mapping) else {}


def listed(value: object) -> list[object]:
    """A list, empty for anything else."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """A name or number as text that any store takes (no NUL, no half of a surrogate pair), "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).encode("utf-8", "ignore").decode().replace("\0", "").strip()


def web_link(value: object) -> str:
    """An https address, "" for anything else."""
    link = text(value)
    return link if link.startswith("https://") else ""


def whole(value: object) -> int | None:
    """A count, also when it is written as text; None when it is absent or no count at all."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 18:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST else None


def seconds(value: object) -> float | None:
    """A duration in seconds, None when it is unknown; services write 0 for that."""
    return float(length) if (length := whole(value)) else None


def day(value: object) -> date | None:
    """The day of "2023-05-05", of "2023-05-05T10:10:02Z" or of "Fri May 05 2023 10:10:02 GMT-0700"."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value.strip()[:10])
    except ValueError:
        pass
    parts = parsedate_tz(value)
    try:
        return date(*parts[:3]) if parts else None
    except ValueError:
        return None
