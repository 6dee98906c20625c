"""One polite HTTP client for music services: rate limit, retries, cache, size limits, and only allowed hosts."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Generic, TypeVar

import aiohttp
import stamina
from aiohttp.abc import AbstractResolver
from yarl import URL

from core.errors import BadInput, TooBig, UnexpectedAnswer
from core.said import said
from core.services import _limits
from core.services._cache import Cache
from core.services._limits import Limits
from core.services._manners import Manners
from core.services._retry import Passing, Patience
from core.services._wire import Request, Site, Wire

__all__ = ["Http", "Manners"]

_Result = TypeVar("_Result")

_MAX_REDIRECTS = 3
_FROM_THE_START = re.compile(r"bytes 0-\d+/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class _Wish(Generic[_Result]):
    """What one call wants: the body of the answer to ``request``, at most ``limit`` bytes, as ``read`` reads it.

    ``what`` names the thing when it is gone; of a body longer than ``first`` only so many bytes are taken; ``cached``
    lets the cache take part, ``fresh`` only after asking the service. Statuses that are ``telling`` have a body to be
    read, too.
    """

    request: Request
    limit: int
    read: Callable[[bytes], _Result]
    what: str = "page"
    first: int | None = None
    cached: bool = False
    fresh: bool = False
    redirects: int = _MAX_REDIRECTS
    telling: frozenset[int] = frozenset()


class Http:
    """The client of one service; an async context manager, or call :meth:`close`.

    Only https on ``hosts`` is fetched ("*.x" stands for every name below x, "*" for every name that leads to public
    addresses), redirects included, and ``base_url`` as the operator gives it. ``headers`` (Authorization, say) go to
    ``base_url`` only, and into no error or log; ``limits`` counts the requests to each host. Raises the classes of
    core.errors: ServiceDown, QuotaReached, PrivateOrEmpty (404, 410), AccessRefused (401, 403), UnexpectedAnswer, and
    ForbiddenLink, UnknownLink or NoReader for an address that is not allowed. A redirect to such an address, or more
    than the limit, is an UnexpectedAnswer where JSON is wanted, else it raises those, and TooBig.

    A host that failed five times in a row is left alone for 30 seconds (ServiceDown at once).
    """

    def __init__(
        self,
        service: str,
        base_url: str,
        hosts: Collection[str],
        manners: Manners | None = None,
        resolver: AbstractResolver | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._site = Site.at(service, base_url, hosts, headers or {})
        self._manners = manners or Manners()
        self._wire = Wire(self._site, self._manners, limits or _limits.current(), resolver, clock)
        self._clock = clock
        self._cache = Cache(clock=clock)
        self._tries = stamina.AsyncRetryingCaller(
            attempts=self._manners.tries,
            timeout=None,  # Patience bounds the tries and the waits
            wait_initial=self._manners.first_wait_s,
            wait_max=self._manners.longest_wait_s,
            wait_jitter=self._manners.first_wait_s,
        )

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        await self._wire.close()

    async def get_json(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        what: str = "page",
        *,
        fresh: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> object:
        """The parsed JSON body. ``what`` names the thing in the sentence when it is gone ("playlist").

        An answer is used again for as long as the service allows, at most an hour; ``fresh`` asks it each time. With
        ``headers`` of one's own it is never kept: it may be somebody's.
        """
        address = self._site.permitted(url)
        request = Request(address.update_query(dict(params)) if params else address, headers=headers or {})
        return await self._json(
            _Wish(request, self._manners.max_bytes, self._parsed, what, cached=not headers, fresh=fresh),
        )

    async def post_json(
        self, url: str, body: object, what: str = "page", headers: Mapping[str, str] | None = None
    ) -> object:
        """The parsed JSON answer to a JSON ``body``; tried again like a GET, so only for what may be sent twice."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        return await self._post(url, json.dumps(body).encode(), sent, what)

    async def post_form(
        self,
        url: str,
        fields: Mapping[str, str],
        auth: tuple[str, str] | None = None,
        what: str = "page",
        telling: Collection[int] = (),
    ) -> object:
        """The parsed JSON answer to a form; ``auth`` is the user name and password of HTTP Basic (RFC 7617).

        An answer with one of the statuses ``telling`` is as good as a success: its body says why. A form is tried again
        like a GET, so only for what may be sent twice, or with manners of one try.
        """
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if auth is not None:
            headers["Authorization"] = aiohttp.encode_basic_auth(*auth)
        body = URL.build(query=dict(fields)).raw_query_string.encode()
        return await self._post(url, body, headers, what, frozenset(telling))

    async def get_bytes(self, url: str, limit: int, what: str = "file", *, first: int | None = None) -> bytes:
        """The body, at most ``limit`` bytes; with ``first`` only so many from its start, however long it is."""
        # A range counts the bytes that are sent, so they must be the thing itself.
        part = {} if first is None else {"Range": f"bytes=0-{first - 1}", "Accept-Encoding": "identity"}
        request = Request(self._site.permitted(url), headers=part)
        return await self._fetch(_Wish(request, limit, bytes, what, first=first))

    async def resolve(self, url: str, done: Callable[[str], object]) -> str:
        """Where a short link leads: follows redirects until ``done(address)`` is true or there is no further one."""
        address, patience = self._site.permitted(url), self._patience()
        for _ in range(_MAX_REDIRECTS):
            if done(str(address)):
                return str(address)
            onward = await self._patiently(partial(self._redirect, address, patience), patience)
            if onward is None:
                return str(address)
            address = onward
        return str(address)

    async def _post(
        self, url: str, body: bytes, headers: Mapping[str, str], what: str, telling: frozenset[int] = frozenset()
    ) -> object:
        request = Request(self._site.permitted(url), "POST", headers, body)
        # A body may hold secrets: it goes where it was meant to go and is not redirected.
        return await self._json(
            _Wish(request, self._manners.max_bytes, self._parsed, what, redirects=0, telling=telling)
        )

    async def _json(self, wish: _Wish[object]) -> object:
        """Parsed JSON; nobody can help it when that is too large, or is said to lie where we do not go."""
        try:
            return await self._fetch(wish)
        except BadInput:
            raise UnexpectedAnswer(service=self._site.name) from None

    async def _fetch(self, wish: _Wish[_Result]) -> _Result:
        patience = self._patience()
        return await self._patiently(partial(self._granted, wish, patience), patience)

    def _patience(self) -> Patience:
        return Patience(self._manners.total_s, self._clock)

    async def _patiently(self, work: Callable[[], Awaitable[_Result]], patience: Patience) -> _Result:
        """``work``, tried again while its failure may pass and time is left."""
        try:
            return await self._tries(patience.after, work)
        except Passing as failure:
            raise failure.trouble from failure

    async def _granted(self, wish: _Wish[_Result], patience: Patience) -> _Result:
        """One try: what is at the address, after at most so many redirects."""
        url = wish.request.url
        for _ in range(wish.redirects + 1):
            entry = self._cache.get(str(url)) if wish.cached else None
            if entry and not wish.fresh and self._cache.is_fresh(entry):
                return wish.read(entry.body)
            question = entry.question if entry else {}
            request = replace(wish.request, url=url, headers={**wish.request.headers, **question})
            async with self._wire.answer(request, patience) as answer:
                if entry and answer.status == 304:
                    self._cache.renew(str(url), entry, answer.headers)
                    return wish.read(entry.body)
                onward = self._wire.onward(answer)
                if onward is None:
                    return await self._taken(wish, answer)
            url = onward
        raise UnexpectedAnswer(service=self._site.name)

    async def _taken(self, wish: _Wish[_Result], answer: aiohttp.ClientResponse) -> _Result:
        """The body of an answer that is no redirect; it is kept once it could be read."""
        if answer.status not in wish.telling:
            self._wire.refuse(answer, wish.what)
        body = await self._bounded(answer, wish.limit, wish.first)
        result = wish.read(body)
        if wish.cached and answer.status == 200:
            self._cache.keep(str(answer.url), body, answer.headers)
        return result

    async def _redirect(self, url: URL, patience: Patience) -> URL | None:
        """One try: where ``url`` redirects to, or None when it does not."""
        async with self._wire.answer(Request(url), patience) as answer:
            onward = self._wire.onward(answer)
            if onward is None:
                self._wire.refuse(answer, "link")
            return onward

    async def _bounded(self, answer: aiohttp.ClientResponse, limit: int, first: int | None) -> bytes:
        """The body, or its ``first`` bytes; the rest of a longer one is not read."""
        if answer.status == 206 and not _FROM_THE_START.fullmatch(answer.headers.get("Content-Range", "")):
            raise UnexpectedAnswer(service=self._site.name)
        body = bytearray()
        async for chunk in answer.content.iter_chunked(2**16):
            body += chunk
            if first is not None and len(body) >= first:
                answer.close()
                del body[first:]
                break
            if len(body) > limit:
                raise TooBig(what=said("{service}’s answer", service=self._site.name), limit=f"{limit / 2**20:.3g} MiB")
        return bytes(body)

    def _parsed(self, body: bytes) -> object:
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise UnexpectedAnswer(service=self._site.name) from error
