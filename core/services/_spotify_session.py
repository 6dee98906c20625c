"""What spotipy may do on the network: one plain request, bounded in time and size, that is never redirected."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping

import requests

_CHUNK = 2**16


class Refusal(Exception):
    """An answer that is no success: its status, headers and text."""

    def __init__(self, status: int, headers: Mapping[str, str], text: str) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.text = text


class TooLarge(Exception):
    """An answer of more bytes than are taken."""


class Session(requests.Session):
    """A session of requests; spotipy's own would sleep for as long as Spotify says, which may be a day.

    Raises Refusal, TooLarge, and what requests and urllib3 raise. The environment's proxies and passwords are not used.
    """

    def __init__(self, timeout_s: float, max_bytes: int) -> None:
        super().__init__()
        self.trust_env = False
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes

    def request(self, method: str, url: str, **given: object) -> requests.Response:  # type: ignore[override] # all that spotipy gives
        end = time.monotonic() + self._timeout_s
        wanted = {**given, "timeout": self._timeout_s, "stream": True, "allow_redirects": False}
        with super().request(method, url, **wanted) as answer:  # type: ignore[arg-type] # as above
            body = self._bounded(answer, end)
        answer.raw = io.BytesIO(body)  # from here on it is read as if it came from there
        if answer.status_code >= 300:
            raise Refusal(answer.status_code, answer.headers, body.decode("utf-8", "replace"))
        return answer

    def _bounded(self, answer: requests.Response, end: float) -> bytes:
        body = bytearray()
        while chunk := answer.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._max_bytes:
                raise TooLarge
            if time.monotonic() > end:
                raise requests.Timeout
        return bytes(body)
