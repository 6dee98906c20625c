"""Passes: addresses of a listener's own pages. Whoever has one looks, and rates, as that listener.

A pass is made of what it opens and a mark that only this installation can make (HMAC, RFC 2104, 128 bits), so nothing
is kept, nothing can be guessed, and it works after a restart. It ends when what it opens is erased.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from core.errors import NotYours

_MARK = 16
_LISTENER = 8


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass opens: the pages of a listener, and of one request of theirs where ``request_id`` is not empty."""

    listener: int
    request_id: str = ""


class Passes:
    """``key`` is the installation's secret; ``public_url`` is where people reach the page, or empty."""

    def __init__(self, key: bytes, public_url: str) -> None:
        self._key = hmac.digest(key, b"passes", hashlib.sha256)
        self._url = public_url.rstrip("/")

    def token(self, opens: Pass) -> str:
        """The pass as a part of an address: letters, digits, ``-`` and ``_``."""
        told = opens.listener.to_bytes(_LISTENER, "big") + bytes.fromhex(opens.request_id)
        return base64.urlsafe_b64encode(told + self._mark(told)).decode().rstrip("=")

    def read(self, token: str) -> Pass:
        """What a token opens. Raises NotYours for one that was not made here."""
        try:
            given = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise NotYours() from None
        told = given[:-_MARK]
        opens = Pass(int.from_bytes(told[:_LISTENER], "big"), told[_LISTENER:].hex())
        if len(told) < _LISTENER or not hmac.compare_digest(self.token(opens).encode(), token.encode()):
            raise NotYours()
        return opens

    def slate(self, listener: int, request_id: str) -> str:
        """The path of a request's page."""
        return f"/s/{self.token(Pass(listener, request_id))}"

    def taste(self, listener: int) -> str:
        """The path of the listener's page of their taste."""
        return f"/me/{self.token(Pass(listener))}"

    def link(self, path: str) -> str:
        """The whole address of a path, for a chat; empty where people cannot reach the page."""
        return self._url and f"{self._url}{path}"

    def _mark(self, told: bytes) -> bytes:
        return hmac.digest(self._key, told, hashlib.sha256)[:_MARK]
