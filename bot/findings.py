"""What ``yasr doctor`` finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a part is."""

    WORKS = "works"
    OFF = "off"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part, how it is, a few words on that, and what it is used for."""

    part: str
    health: Health
    words: str
    uses: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        return self.health is Health.FAILS
