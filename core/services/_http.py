"""One polite HTTP client for music services: rate limit, retries, size limits, and only allowed hosts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import TypeVar

import aiohttp
import stamina
from aiohttp.abc import AbstractResolver
from aiolimiter import AsyncLimiter
from yarl import URL

from core.errors import PrivateOrEmpty, QuotaReached, ServiceDown, ServiceTrouble, TooBig, UnexpectedAnswer
from core.links import belongs, checked
from core.services._guard import PublicOnly

_Result = TypeVar("_Result")

_MAX_REDIRECTS = 3
_REDIRECTS = {301, 302, 303, 307, 308}
_QUOTA_GUESS_S = 30  # what we say when a 429 does not say how long


@dataclass(frozen=True, slots=True)
class Manners:
    """How gently a service is treated.

    ``requests`` per ``per_s`` seconds go to one host; ``timeout_s`` is for one try, connecting to last byte; a
    Retry-After of at most ``longest_wait_s`` is obeyed, a longer one ends the request; ``max_bytes`` bounds JSON.
    """

    requests: int = 50
    per_s: float = 5
    tries: int = 3
    timeout_s: float = 10
    first_wait_s: float = 0.2
    longest_wait_s: float = 5
    max_bytes: int = 8 * 2**20


class _Passing(Exception):
    """A failure that may pass: the trouble it becomes when it does not, and the wait the service asked for."""

    def __init__(self, trouble: ServiceTrouble, after_s: float | None = None) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble
        self.after_s = after_s


class Http:
    """The client of one service; an async context manager, or call :meth:`close`.

    Only https on ``hosts`` is fetched ("*.x" stands for every name below x), redirects included, and ``base_url`` as
    the operator gives it. Raises the classes of core.errors: ServiceDown, QuotaReached, PrivateOrEmpty (404, 410),
    UnexpectedAnswer, TooBig, and ForbiddenLink, UnknownLink or NoReader for an address that is not allowed.
    """

    def __init__(
        self,
        service: str,
        base_url: str,
        hosts: Collection[str],
        manners: Manners | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._service = service
        self._base = URL(base_url)
        self._hosts = frozenset(hosts)
        self._manners = manners or Manners()
        self._resolver = resolver
        self._tries = stamina.AsyncRetryingCaller(
            attempts=self._manners.tries,
            timeout=None,  # every try and every wait is bounded
            wait_initial=self._manners.first_wait_s,
            wait_max=self._manners.longest_wait_s,
            wait_jitter=self._manners.first_wait_s,
        ).on(_wait)
        self._limiters: dict[str, AsyncLimiter] = {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get_json(self, url: str, params: Mapping[str, str | int] | None = None, what: str = "page") -> object:
        """The parsed JSON body. ``what`` names the thing in the sentence when it is gone ("playlist")."""
        address = URL(url).update_query(dict(params)) if params else URL(url)
        body = await self._fetch(address, self._manners.max_bytes, what)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise UnexpectedAnswer(service=self._service) from error

    async def get_bytes(self, url: str, limit: int, what: str = "file") -> bytes:
        """The body, at most ``limit`` bytes."""
        return await self._fetch(URL(url), limit, what)

    async def resolve(self, url: str, done: Callable[[str], object]) -> str:
        """Where a short link leads: follows redirects until ``done(address)`` is true or there is no further one."""
        address = self._permitted(URL(url))
        for _ in range(_MAX_REDIRECTS):
            if done(str(address)):
                return str(address)
            onward = await self._patiently(partial(self._redirect, address))
            if onward is None:
                return str(address)
            address = onward
        return str(address)

    async def _fetch(self, url: URL, limit: int, what: str) -> bytes:
        return await self._patiently(partial(self._body, url, limit, what))

    async def _patiently(self, work: Callable[[], Awaitable[_Result]]) -> _Result:
        """``work``, tried again while its failure may pass."""
        try:
            return await self._tries(work)
        except _Passing as failure:
            raise failure.trouble from failure

    async def _body(self, url: URL, limit: int, what: str) -> bytes:
        """One try: the body at ``url``, after at most three redirects."""
        address = self._permitted(url)
        for _ in range(_MAX_REDIRECTS + 1):
            async with self._answer(address) as answer:
                onward = self._onward(answer)
                if onward is None:
                    self._refuse(answer, what)
                    return await self._bounded(answer, limit)
            address = onward
        raise UnexpectedAnswer(service=self._service)

    async def _redirect(self, url: URL) -> URL | None:
        """One try: where ``url`` redirects to, or None when it does not."""
        async with self._answer(url) as answer:
            onward = self._onward(answer)
            if onward is None:
                self._refuse(answer, "link")
            return onward

    @asynccontextmanager
    async def _answer(self, url: URL) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer's head, when the rate limit allows; every failure of the network becomes a _Passing."""
        limiter = self._limiters.setdefault(url.authority, AsyncLimiter(self._manners.requests, self._manners.per_s))
        async with limiter:
            pass
        try:
            async with self._open_session().get(url, allow_redirects=False) as answer:
                yield answer
        except (aiohttp.ClientError, OSError) as error:  # OSError includes TimeoutError
            raise _Passing(ServiceDown(service=self._service)) from error

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            host = self._base.host or ""
            trusted = () if belongs(host, self._hosts) else (host,)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=PublicOnly(trusted, self._resolver)),
                timeout=aiohttp.ClientTimeout(total=self._manners.timeout_s),
                headers={"User-Agent": _user_agent()},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _onward(self, answer: aiohttp.ClientResponse) -> URL | None:
        """The checked target of a redirect, None for any other answer."""
        if answer.status not in _REDIRECTS:
            return None
        try:
            target = answer.url.join(URL(answer.headers.get("Location", "")))
        except ValueError as error:
            raise UnexpectedAnswer(service=self._service) from error
        return self._permitted(target)

    def _refuse(self, answer: aiohttp.ClientResponse, what: str) -> None:
        """Raise what the status means, unless it is a success."""
        status = answer.status
        if status < 300:
            return
        wait = _retry_after(answer.headers.get("Retry-After", ""), datetime.now(UTC))
        trouble: ServiceTrouble
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            trouble = QuotaReached(service=self._service, seconds=round(_QUOTA_GUESS_S if wait is None else wait))
        elif status >= 500 or status == HTTPStatus.REQUEST_TIMEOUT:
            trouble = ServiceDown(service=self._service)
        elif status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            raise PrivateOrEmpty(service=self._service, what=what)
        else:
            raise UnexpectedAnswer(service=self._service)
        if wait is not None and wait > self._manners.longest_wait_s:
            raise trouble
        raise _Passing(trouble, wait)

    async def _bounded(self, answer: aiohttp.ClientResponse, limit: int) -> bytes:
        body = bytearray()
        async for chunk in answer.content.iter_chunked(2**16):
            body += chunk
            if len(body) > limit:
                raise TooBig(what=f"{self._service}’s answer", limit=f"{limit / 2**20:.3g} MiB")
        return bytes(body)

    def _permitted(self, url: URL) -> URL:
        """``url`` if it may be fetched; raises ForbiddenLink, UnknownLink or NoReader."""
        if url.absolute and url.origin() == self._base.origin():
            return url
        return URL(checked(str(url), self._hosts))


def _wait(error: Exception) -> bool | float:
    """For stamina: whether to try again, or after how many seconds."""
    if not isinstance(error, _Passing):
        return False
    return True if error.after_s is None else error.after_s


def _retry_after(value: str, now: datetime) -> float | None:
    """Seconds by a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3); None when it says nothing."""
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None


@cache
def _user_agent() -> str:
    try:
        return f"YASR/{version('yasr')} (+self-hosted)"
    except PackageNotFoundError:
        return "YASR (+self-hosted)"
