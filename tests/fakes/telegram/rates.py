"""How fast the bot speaks, and the limits it should keep.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: 30 messages a second to all chats
together, one a second in a chat, 20 a minute in a group. An edit counts as a message, except for the second between two
messages; each message of an album counts, except for that second. Telegram itself is less strict for a short while.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.errors import retry_after

A_SECOND, A_MINUTE = 1, 60
MOST_A_SECOND, MOST_A_MINUTE_IN_A_GROUP = 30, 20
_SILENT = ("sendChatAction",)


@dataclass(frozen=True, slots=True)
class Peaks:
    """The most messages in any second and in any minute."""

    second: int
    minute: int


@dataclass(frozen=True, slots=True)
class _Spoken:
    chat: int | str
    moment: float
    messages: int
    edit: bool


class Rates:
    """Counts messages; ``moment`` tells the time in seconds."""

    def __init__(self, moment: Callable[[], float]) -> None:
        self._moment = moment
        self._spoken: list[_Spoken] = []

    def note(self, call: Call, *, enforced: bool) -> None:
        """Remembers a request; raises Refused instead when the limits are enforced and it would break one."""
        edit = call.method.startswith("editMessage")
        if call.method in _SILENT or not (edit or call.method.startswith("send")) or "chat_id" not in call.parameters:
            return
        messages = len(call.get("media")) if call.method == "sendMediaGroup" else 1
        new = _Spoken(call.get("chat_id"), self._moment(), messages, edit)
        if enforced and (wait := self._wait(new)) > 0:
            raise retry_after(wait)
        self._spoken.append(new)

    def peaks(self) -> dict[int | str | None, Peaks]:
        """By chat; under None all chats together."""
        groups: dict[int | str | None, list[_Spoken]] = {None: self._spoken}
        for one in self._spoken:
            groups.setdefault(one.chat, []).append(one)
        return {chat: Peaks(_peak(them, A_SECOND), _peak(them, A_MINUTE)) for chat, them in groups.items()}

    def _wait(self, new: _Spoken) -> int:
        here = [one for one in self._spoken if one.chat == new.chat]
        waits = [_until_room(self._spoken, new, A_SECOND, MOST_A_SECOND)]
        if isinstance(new.chat, str) or new.chat < 0:
            waits.append(_until_room(here, new, A_MINUTE, MOST_A_MINUTE_IN_A_GROUP))
        elif not new.edit:
            last = max((one.moment for one in here if not one.edit), default=-math.inf)
            waits.append(last + A_SECOND - new.moment)
        return math.ceil(max(waits))


def _until_room(spoken: list[_Spoken], new: _Spoken, seconds: float, most: int) -> float:
    """How long ``new`` must wait until the window before it has room."""
    recent = [one for one in spoken if one.moment > new.moment - seconds]
    if sum(one.messages for one in recent) + new.messages <= most:
        return 0.0
    return recent[0].moment + seconds - new.moment if recent else seconds


def _peak(spoken: list[_Spoken], seconds: float) -> int:
    most = total = first = 0
    for one in spoken:
        total += one.messages
        while spoken[first].moment <= one.moment - seconds:
            total -= spoken[first].messages
            first += 1
        most = max(most, total)
    return most
