"""spotipy (https://spotipy.readthedocs.io) in threads, with our own limits, retries and meanings of a status.

The library knows the paths and their parameters. How Spotify says no: https://developer.spotify.com/documentation/
web-api/concepts/api-calls, /concepts/rate-limits and /concepts/quota-modes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

import requests
import spotipy
import stamina
import urllib3
from yarl import URL

from core.errors import (
    AccessRefused,
    PrivateOrEmpty,
    QuotaReached,
    ServiceDown,
    ServiceTrouble,
    SpotifyNotListed,
    SpotifyOwnerLapsed,
    UnexpectedAnswer,
)
from core.ports import Tokens
from core.services import _limits
from core.services._breaker import Breaker
from core.services._fields import Row
from core.services._manners import Manners
from core.services._retry import Passing, Patience, is_down, retry_after
from core.services._spotify_session import Refusal, Session, TooLarge

PAGE = 50

_QUOTA_GUESS_S = 30  # what we say when a 429 does not say how long
_LONG_QUOTA_GUESS_S = 3600  # and when it is the quota of the developer's account that is used up

# It logs bearer tokens with DEBUG, and as errors what we tell the listener.
logging.getLogger("spotipy").setLevel(logging.CRITICAL)


class Library(spotipy.Spotify):  # type: ignore[misc] # spotipy has no types
    """The library, and what it no longer asks for but old client ids may still have."""

    def __init__(self, base_url: str, token: str, session: Session) -> None:
        super().__init__(auth=token, requests_session=session)
        self.prefix = f"{base_url.rstrip('/')}/"

    def old_playlist_tracks(self, number: str, offset: int) -> Any:
        """https://developer.spotify.com/documentation/web-api/reference/get-playlists-tracks."""
        return self._get(f"playlists/{number}/tracks", limit=PAGE, offset=offset, additional_types="track,episode")

    def features(self, numbers: str) -> Any:
        """https://developer.spotify.com/documentation/web-api/reference/get-several-audio-features."""
        return self._get("audio-features", ids=numbers)


Question = Callable[[Library], Any]


class Client:
    """Asks the library, one question at a time, with the tokens of one app or listener."""

    def __init__(
        self,
        base_url: str,
        tokens: Tokens,
        manners: Manners,
        limits: _limits.Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = base_url
        self._tokens = tokens
        self._manners = manners
        self._limits = limits or _limits.current()
        self._clock = clock
        self._session = Session(manners.timeout_s, manners.max_bytes)
        self._breaker = Breaker(clock=clock)
        self._turn = asyncio.Lock()
        self._tries = stamina.AsyncRetryingCaller(
            attempts=manners.tries,
            timeout=None,  # Patience bounds the tries and the waits
            wait_initial=manners.first_wait_s,
            wait_max=manners.longest_wait_s,
            wait_jitter=manners.first_wait_s,
        )

    async def ask(self, question: Question, what: str, forbidden: Callable[[], ServiceTrouble] | None = None) -> Row:
        """The JSON object that answers ``question``. ``what`` names the thing when it is gone.

        Raises what ``forbidden`` makes (AccessRefused without it) for a 403 that says no more, SpotifyOwnerLapsed and
        SpotifyNotListed for those that do, PrivateOrEmpty, QuotaReached, ServiceDown, UnexpectedAnswer,
        AccessRefused, and what the tokens raise.
        """
        async with self._turn:
            try:
                answer = await self._patiently(question)
            except Refusal as refusal:
                raise _meaning(refusal, what, forbidden) from None
        if not isinstance(answer, Mapping):
            raise UnexpectedAnswer(service="Spotify")
        return answer

    async def close(self) -> None:
        """Closes its connections."""
        await asyncio.to_thread(self._session.close)

    async def _patiently(self, question: Question) -> object:
        """The answer. A token that is refused is refreshed, once."""
        patience = Patience(self._manners.total_s, self._clock)
        work = partial(self._once, question, patience)
        try:
            try:
                return await self._tries(patience.after, work)
            except Refusal as refusal:
                if refusal.status != HTTPStatus.UNAUTHORIZED:
                    raise
            await self._tokens.refresh()
            return await self._tries(patience.after, work)
        except Passing as failure:
            raise failure.trouble from failure

    async def _once(self, question: Question, patience: Patience) -> object:
        if not self._breaker.open:  # who would be refused must not use up the limit
            with patience.suspended():
                await self._limits.admit(URL(self._base).authority, self._manners.requests, self._manners.per_s)
        library = Library(self._base, await self._tokens.token(), self._session)
        if self._breaker.open or not patience.left_s:
            raise ServiceDown(service="Spotify")
        with self._breaker.attempt(is_down):
            return await self._in_a_thread(question, library, min(self._manners.timeout_s, patience.left_s))

    async def _in_a_thread(self, question: Question, library: Library, timeout_s: float) -> object:
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.to_thread(question, library)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):  # OSError includes TimeoutError
            # The cause stays out of sight: it holds the request with its headers, and so the token.
            raise Passing(ServiceDown(service="Spotify")) from None
        except (TooLarge, RecursionError) as error:
            raise UnexpectedAnswer(service="Spotify") from error
        except Refusal as refusal:
            if passing := _passing(refusal, self._manners.longest_wait_s):
                raise passing from None
            raise


def _passing(refusal: Refusal, longest_wait_s: float) -> Passing | None:
    """What may pass; raises QuotaReached where that takes longer than we wait."""
    too_many = refusal.status == HTTPStatus.TOO_MANY_REQUESTS
    if not too_many and refusal.status < 500 and refusal.status != HTTPStatus.REQUEST_TIMEOUT:
        return None
    wait = retry_after(refusal.headers.get("Retry-After", ""), datetime.now(UTC))
    used_up = too_many and "QUOTA_EXCEEDED" in refusal.text
    guess = _LONG_QUOTA_GUESS_S if used_up else _QUOTA_GUESS_S
    quota = QuotaReached(service="Spotify", seconds=round(guess if wait is None else wait))
    if used_up or (wait is not None and wait > longest_wait_s):
        raise quota
    return Passing(quota if too_many else ServiceDown(service="Spotify"), wait)


def _meaning(refusal: Refusal, what: str, forbidden: Callable[[], ServiceTrouble] | None) -> ServiceTrouble:
    """What a refusal means that will not pass."""
    match refusal.status:
        case HTTPStatus.NOT_FOUND | HTTPStatus.GONE:
            return PrivateOrEmpty(service="Spotify", what=what)
        case HTTPStatus.UNAUTHORIZED:
            return AccessRefused(service="Spotify")
        case HTTPStatus.FORBIDDEN:
            said = refusal.text.lower()
            if "premium subscription" in said:
                return SpotifyOwnerLapsed()
            if "registered" in said:  # "User not registered in the Developer Dashboard", "the user may not be …"
                return SpotifyNotListed()
            return forbidden() if forbidden else AccessRefused(service="Spotify")
        case _:
            return UnexpectedAnswer(service="Spotify")
