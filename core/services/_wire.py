"""One request on its way to a service: allowed address, rate limit, circuit breaker, and what the status means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

import aiohttp
from aiohttp.abc import AbstractResolver
from pydantic import SecretStr
from yarl import URL

from core.errors import (
    AccessRefused,
    ForbiddenLink,
    PrivateOrEmpty,
    QuotaReached,
    ServiceDown,
    ServiceTrouble,
    UnexpectedAnswer,
)
from core.links import belongs, checked
from core.services._breaker import Breaker
from core.services._guard import PublicOnly
from core.services._limits import Limits
from core.services._manners import Manners
from core.services._retry import Passing, Patience, is_down, retry_after

_REDIRECTS = {301, 302, 303, 307, 308}
_QUOTA_GUESS_S = 30  # what we say when a 429 does not say how long


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out; ``headers`` and ``body`` may hold secrets and are not shown."""

    url: URL
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Site:
    """Whom we speak with: ``base`` is trusted as the operator gave it and alone gets ``headers``; else ``hosts``.

    "*" among the hosts stands for every name.
    """

    name: str
    base: URL
    hosts: frozenset[str]
    headers: Mapping[str, SecretStr]

    @classmethod
    def at(cls, name: str, base_url: str, hosts: Collection[str], headers: Mapping[str, str]) -> Site:
        """The same from plain values."""
        secret = {header: SecretStr(value.strip()) for header, value in headers.items()}
        return cls(name, URL(base_url), frozenset(hosts), secret)

    def permitted(self, address: str | URL) -> URL:
        """``address`` if it may be fetched; raises ForbiddenLink, UnknownLink or NoReader, or UnexpectedAnswer."""
        try:
            url = URL(address)
            if self._is_base(url) and url.user is None and url.password is None:
                return url.with_fragment(None)
            anywhere = {(url.host or "").lower()} if "*" in self.hosts else self.hosts
            return URL(checked(str(url), anywhere))
        except ValueError as error:
            raise UnexpectedAnswer(service=self.name) from error
        except ForbiddenLink:
            pass
        # Path and query of an address that a service gave may hold a token: no error keeps them, nor its context.
        raise ForbiddenLink(link=f"{url.scheme}://{url.host or ''}")

    def own_headers(self, url: URL) -> dict[str, str]:
        """The client's own headers, for the service itself and for nobody it redirects to."""
        secret = self.headers if self._is_base(url) else {}
        return {name: value.get_secret_value() for name, value in secret.items()}

    def _is_base(self, url: URL) -> bool:
        return bool(url.scheme) and url.absolute and url.origin() == self.base.origin()


class Wire:
    """Sends requests to one service, a single try each."""

    def __init__(
        self,
        site: Site,
        manners: Manners,
        limits: Limits,
        resolver: AbstractResolver | None,
        clock: Callable[[], float],
    ) -> None:
        self._site = site
        self._service = site.name
        self._manners = manners
        self._limits = limits
        self._resolver = resolver
        self._breakers: defaultdict[str, Breaker] = defaultdict(lambda: Breaker(clock=clock))
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @asynccontextmanager
    async def answer(self, request: Request, patience: Patience) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer's head, when the rate limit allows; every failure of the network becomes a Passing.

        Raises ServiceDown at once while the host's circuit breaker is open or when no time is left.
        """
        host = request.url.authority
        breaker = self._breakers[host]
        if not breaker.open:  # who would be refused must not use up the limit
            with patience.suspended():
                await self._limits.admit(host, self._manners.requests, self._manners.per_s)
        if breaker.open or not patience.left_s:
            raise ServiceDown(service=self._service)
        with breaker.attempt(is_down):
            try:
                async with self._send(request, min(self._manners.timeout_s, patience.left_s)) as answer:
                    yield answer
            except (aiohttp.ClientError, OSError):  # OSError includes TimeoutError
                # The cause stays out of sight: aiohttp's errors hold the address and the headers, and so our keys.
                raise Passing(ServiceDown(service=self._service)) from None

    def onward(self, answer: aiohttp.ClientResponse) -> URL | None:
        """The checked target of a redirect, None for any other answer."""
        if answer.status not in _REDIRECTS:
            return None
        try:
            target = answer.url.join(URL(answer.headers.get("Location", "")))
        except ValueError as error:
            raise UnexpectedAnswer(service=self._service) from error
        return self._site.permitted(target)

    def refuse(self, answer: aiohttp.ClientResponse, what: str) -> None:
        """Raise what the status means, unless it is a success."""
        status, service = answer.status, self._service
        if status < 300:
            return
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            raise PrivateOrEmpty(service=service, what=what)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise AccessRefused(service=service)
        too_many = status == HTTPStatus.TOO_MANY_REQUESTS
        if not too_many and status < 500 and status != HTTPStatus.REQUEST_TIMEOUT:
            raise UnexpectedAnswer(service=service)
        told = (answer.headers.get(name, "") for name in ("Retry-After", self._manners.wait_header))
        wait = retry_after(next(filter(None, told), ""), datetime.now(UTC))
        quota = QuotaReached(service=service, seconds=round(_QUOTA_GUESS_S if wait is None else wait))
        if wait is not None and wait > self._manners.longest_wait_s:
            raise quota
        trouble: ServiceTrouble = quota if too_many else ServiceDown(service=service)
        raise Passing(trouble, wait)

    def _send(self, request: Request, timeout_s: float) -> aiohttp.client._RequestContextManager:
        return self._open_session().request(
            request.method,
            request.url,
            headers={**self._site.own_headers(request.url), **request.headers},
            data=request.body,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=timeout_s),
        )

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            host = self._site.base.host or ""
            trusted = () if belongs(host, self._site.hosts) else (host,)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=PublicOnly(trusted, self._resolver)),
                headers={"User-Agent": user_agent()},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


@cache
def user_agent(contact: str = "self-hosted") -> str:
    """How we introduce ourselves, as MusicBrainz wants it: name, version and where whoever runs us can be reached."""
    try:
        return f"YASR/{version('yasr')} ( {contact} )"
    except PackageNotFoundError:
        return f"YASR ( {contact} )"
