"""ytmusicapi (https://ytmusicapi.readthedocs.io) in threads, with our HTTP client in place of its own network.

The library knows what to ask YouTube Music and how to read the answers; limits, retries, sizes, allowed hosts and the
meaning of a status are the same as for every service. YouTube documents none of this: layouts change a few times a
year, and then the library fails while it reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any, TypeVar

from ytmusicapi import YTMusic
from ytmusicapi.constants import YTM_DOMAIN, YTM_PARAMS
from ytmusicapi.exceptions import YTMusicError
from ytmusicapi.helpers import get_visitor_id

from core.errors import PrivateOrEmpty, UnexpectedAnswer
from core.services._http import Http

TITLE = "YouTube Music"

_T = TypeVar("_T")
_PAGE_BYTES = 4 * 2**20


class Client:
    """Asks the library in a thread. ``base_url`` stands for https://music.youtube.com."""

    def __init__(self, base_url: str, http: Http) -> None:
        self._base = base_url.rstrip("/")
        self._http = http
        self._visitor: dict[str, str] | None = None

    async def ask(self, question: Callable[[YTMusic], _T], what: str) -> _T:
        """The library's answer. Raises PrivateOrEmpty when it finds nothing to read, UnexpectedAnswer, and as Http."""
        if self._visitor is None:
            page = await self._http.get_bytes(self._base, _PAGE_BYTES)
            self._visitor = get_visitor_id(lambda _: SimpleNamespace(text=page.decode("utf-8", "replace")))  # type: ignore[arg-type, return-value] # all it reads is the text
        library = _Library(self._base, self._http, asyncio.get_running_loop(), self._visitor)
        try:
            return await asyncio.to_thread(question, library)
        except KeyError as error:
            if "find 'contents'" in str(error):  # what a private, unlisted or deleted list lacks (ytmusicapi#881)
                raise PrivateOrEmpty(service=TITLE, what=what) from error
            raise UnexpectedAnswer(service=TITLE) from error
        except (YTMusicError, LookupError, TypeError, AttributeError, ValueError) as error:
            raise UnexpectedAnswer(service=TITLE) from error


class _Library(YTMusic):
    """The library in a thread of the loop that makes its requests."""

    def __init__(self, base_url: str, http: Http, loop: asyncio.AbstractEventLoop, visitor: dict[str, str]) -> None:
        super().__init__()
        self._base_url = base_url
        self._http = http
        self._loop = loop
        self._visitor_headers = {name: value for name, value in visitor.items() if value}

    def _send_request(self, endpoint: str, body: dict[str, Any], additionalParams: str = "") -> dict[str, Any]:  # noqa: N803 - the library's own name
        address = f"{self._base_url}/youtubei/v1/{endpoint}{YTM_PARAMS}{additionalParams}"
        headers = {"Origin": YTM_DOMAIN, **self._visitor_headers}
        answer = self._wait(self._http.post_json(address, {**body, **self.context}, "playlist", headers))
        if not isinstance(answer, dict):
            raise UnexpectedAnswer(service=TITLE)
        return answer

    def _send_get_request(self, *_: object, **__: object) -> Any:
        raise UnexpectedAnswer(service=TITLE)  # nothing we ask for reads a page

    def _wait(self, request: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(request, self._loop).result()
