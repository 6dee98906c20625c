"""What a test may let go wrong: refusals, lost connections, answers that take their time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.errors import Refused


class Trouble(Enum):
    """Faults of the network: the connection is closed before the request is read, or after it was obeyed, or the
    server says nothing until the client gives up."""

    CLOSED = auto()
    LOST = auto()
    SILENT = auto()


@dataclass(slots=True)
class _Fault:
    method: str | None
    chat: int | None
    what: Refused | Trouble
    times: int

    def concerns(self, call: Call) -> bool:
        """A fault of every method spares getUpdates."""
        methods = call.method == self.method if self.method else call.method != "getUpdates"
        return self.times > 0 and methods and self.chat in (None, call.get("chat_id"))


@dataclass(slots=True)
class Hold:
    """Requests that wait: ``with telegram.hold("sendMessage") as held`` lets them go at its end. Those that are
    ``done`` were obeyed: what waits is the answer.
    """

    method: str
    done: bool = False
    waiting: list[Call] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Lets all go that wait, and all that come."""
        self.gate.set()

    def __enter__(self) -> Hold:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Faults:
    """What is ordered to go wrong next."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._faults: list[_Fault] = []
        self._holds: list[Hold] = []

    def add(self, method: str | None, what: Refused | Trouble, times: int, chat: int | None = None) -> None:
        self._faults.append(_Fault(method, chat, what, times))

    def hold(self, method: str, *, done: bool = False) -> Hold:
        held = Hold(method, done)
        self._holds.append(held)
        return held

    async def pass_holds(self, call: Call, *, done: bool = False) -> None:
        for held in self._holds:
            if (held.method, held.done) == (call.method, done) and not held.gate.is_set():
                held.waiting.append(call)
                self._changed()
                await held.gate.wait()

    def next(self, call: Call) -> Trouble | None:
        """The trouble that this request meets; raises Refused when it is a refusal."""
        for fault in self._faults:
            if fault.concerns(call):
                fault.times -= 1
                if isinstance(fault.what, Refused):
                    raise fault.what
                return fault.what
        return None

    def release(self) -> None:
        """Lets go of everything."""
        for held in self._holds:
            held.release()
