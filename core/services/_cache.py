"""Answers kept in memory, so that a service is not asked again for what it said is still true (RFC 9111)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from multidict import CIMultiDict

_LONGEST_S = 3600


@dataclass(frozen=True, slots=True)
class Entry:
    """One body; it needs no question before ``fresh_until`` (of the cache's clock)."""

    body: bytes
    etag: str
    modified: str
    fresh_until: float

    @property
    def question(self) -> dict[str, str]:
        """The headers that ask whether it is still the same."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in asked.items() if value}


class Cache:
    """The latest used ``entries`` answers of together at most ``size`` bytes, by address.

    Obeyed are ETag, Last-Modified and of Cache-Control no-store, no-cache and max-age, the latter up to an hour.
    It belongs to one client, so that what one account may see is never shown to another.
    """

    def __init__(self, entries: int = 500, size: int = 16 * 2**20, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = entries
        self._size = size
        self._clock = clock
        self._kept: OrderedDict[str, Entry] = OrderedDict()
        self._used = 0

    def get(self, address: str) -> Entry | None:
        """The answer, fresh or not."""
        if address in self._kept:
            self._kept.move_to_end(address)
        return self._kept.get(address)

    def is_fresh(self, entry: Entry) -> bool:
        """Whether it can be used without asking."""
        return self._clock() < entry.fresh_until

    def keep(self, address: str, body: bytes, headers: Mapping[str, str]) -> None:
        """A new answer, if its headers allow to use it again."""
        self._drop(address)
        told = _directives(headers)
        entry = Entry(body, headers.get("ETag", ""), headers.get("Last-Modified", ""), self._fresh_until(headers))
        usable = entry.question or self.is_fresh(entry)
        if "no-store" in told or not usable or len(body) > self._size:
            return
        self._kept[address] = entry
        self._used += len(body)
        while len(self._kept) > self._most or self._used > self._size:
            self._drop(next(iter(self._kept)))

    def renew(self, address: str, entry: Entry, headers: Mapping[str, str]) -> None:
        """The service said (304) that ``entry`` is still true; what it did not repeat stays as it was."""
        merged = CIMultiDict({"ETag": entry.etag, "Last-Modified": entry.modified})
        merged.update(headers)
        self.keep(address, entry.body, merged)

    def _drop(self, address: str) -> None:
        if entry := self._kept.pop(address, None):
            self._used -= len(entry.body)

    def _fresh_until(self, headers: Mapping[str, str]) -> float:
        told = _directives(headers)
        if "no-cache" in told:
            return self._clock()
        return self._clock() + min(_LONGEST_S, _seconds(told.get("max-age")) - _seconds(headers.get("Age")))


def _directives(headers: Mapping[str, str]) -> dict[str, str]:
    """{"max-age": "60", "public": ""} of a Cache-Control header."""
    parts = (part.strip().partition("=") for part in headers.get("Cache-Control", "").split(","))
    return {name.strip().lower(): value.strip(' "') for name, _, value in parts}


def _seconds(value: str | None) -> int:
    return int(value[:12]) if value and value.isdecimal() else 0
