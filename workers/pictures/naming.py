"""Names of pictures, as they are asked for."""

from __future__ import annotations

from collections.abc import Iterable

from core.errors import UnknownChoice
from core.said import said


def known(name: str, names: Iterable[str]) -> str:
    """``name``, if it is one of them; raises UnknownChoice, which is a BadInput."""
    if name not in (choices := tuple(names)):
        raise UnknownChoice(kind=said("picture"), value=name[:32], choices=", ".join(choices))
    return name
