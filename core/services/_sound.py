"""The beginning of a sound file, from wherever a service keeps it."""

from __future__ import annotations

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from core.errors import QuotaReached, ServiceDown, UnexpectedAnswer
from core.links import checked
from core.services._guard import PublicOnly

_MAX_REDIRECTS = 3
_REDIRECTS = {301, 302, 303, 307, 308}
_QUOTA_GUESS_S = 30
_CHUNK = 2**16


class SoundFiles:
    """Reads the first bytes of files whose hosts nobody can list: storage nodes come and go.

    In place of an allow-list, every address must be https on a name without an odd port, redirects included, and the
    name must lead to public addresses only (``_guard``). ``base_url``, as the operator gives it, is trusted too.
    """

    def __init__(
        self, service: str, base_url: str, timeout_s: float = 20, resolver: AbstractResolver | None = None
    ) -> None:
        self._service = service
        self._base = URL(base_url)
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def beginning(self, url: str, most: int) -> bytes:
        """The first ``most`` bytes at ``url``, fewer when the file is shorter, whether or not its host knows ranges.

        Raises ForbiddenLink, ServiceDown, QuotaReached and UnexpectedAnswer; nothing is tried twice, because such
        addresses are signed and soon stale.
        """
        headers = {"Range": f"bytes=0-{most - 1}"}
        try:
            address = self._permitted(URL(url))
            for _ in range(_MAX_REDIRECTS + 1):
                async with self._open_session().get(address, allow_redirects=False, headers=headers) as answer:
                    if answer.status not in _REDIRECTS:
                        self._refuse(answer.status)
                        return await _first(answer, most)
                    address = self._permitted(answer.url.join(URL(answer.headers.get("Location", ""))))
        except ValueError as error:
            raise UnexpectedAnswer(service=self._service) from error
        except (aiohttp.ClientError, OSError) as error:  # OSError includes TimeoutError
            raise ServiceDown(service=self._service) from error
        raise UnexpectedAnswer(service=self._service)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=PublicOnly((self._base.host or "",), self._resolver)),
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _permitted(self, url: URL) -> URL:
        if url.absolute and url.origin() == self._base.origin():
            return url
        return URL(checked(str(url), {(url.host or "").lower()}), encoded=True)

    def _refuse(self, status: int) -> None:
        if status == 429:
            raise QuotaReached(service=self._service, seconds=_QUOTA_GUESS_S)
        if status >= 500:
            raise ServiceDown(service=self._service)
        if status not in (200, 206):
            raise UnexpectedAnswer(service=self._service)


async def _first(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """Up to ``most`` bytes; what is left of a body is dropped with its connection."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) >= most:
            answer.close()
            break
    return bytes(body[:most])
