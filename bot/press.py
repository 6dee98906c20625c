"""The ids of buttons and menus: all that a press must know, so that it still works after a restart or a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

#: Every id of ours, old or new.
TEMPLATE = r"yasr:.*"


class Verb(StrEnum):
    """What a press asks for. The words are in messages that are already sent: they may be added to, not changed."""

    RATE = "rate"
    EXACT = "exact"
    MORE = "more"
    CANCEL = "cancel"
    LIKE = "like"
    NEVER = "never"
    LESSER = "lesser"
    WHERE = "where"
    APPEAL = "appeal"
    JOIN = "join"
    LEAVE = "leave"
    START = "start"
    HEAR = "hear"
    PASTE = "paste"
    FORGET = "forget"
    SHOW = "show"
    SAMPLE = "sample"
    ENTER = "enter"
    PLAY = "play"
    EXPORT = "export"
    SET = "set"
    HOUSE = "house"
    PAGE = "page"
    WHY = "why"


_ID = re.compile(rf"yasr:({'|'.join(Verb)}):([A-Za-z0-9_-]{{1,40}})(?::([A-Za-z0-9_-]{{1,40}}))?")


@dataclass(frozen=True, slots=True)
class Press:
    """``what`` names a request, pick, blend or message; ``value`` what is chosen of it."""

    verb: Verb
    what: str
    value: str = ""

    def __str__(self) -> str:
        return ":".join(filter(None, ("yasr", self.verb, self.what, self.value)))

    @classmethod
    def parse(cls, custom_id: str) -> Press | None:
        """What an id means; None for one that is not ours, or no longer."""
        found = _ID.fullmatch(custom_id)
        return cls(Verb(found[1]), found[2], found[3] or "") if found else None
