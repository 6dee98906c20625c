"""Accounts that their owners let us read: the authorization code flow with PKCE, for which no secret is needed.

https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow and /refreshing-tokens. A refresh token is
good for six months from the consent; each refresh may bring another one in its place
(https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from yarl import URL

from core.errors import AccessRefused, ConsentLost, LinkExpired, UnexpectedAnswer
from core.ports import Grant
from core.services._fields import Row, mapping, text, whole
from core.services._http import Http, Manners
from core.settings import Spotify as Settings

READING = frozenset(
    {
        "playlist-read-private",
        "playlist-read-collaborative",
        "user-library-read",
        "user-top-read",
        "user-read-recently-played",
    }
)
SAVING = frozenset({"playlist-modify-private"})


class Consent:
    """Asks Spotify's accounts service, once for each thing: a code or a refresh token may be used up by an answer that
    never arrived."""

    def __init__(
        self, settings: Settings, manners: Manners, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._base = settings.auth_url.rstrip("/")
        self._client = settings.client_id
        self._http = Http("Spotify", settings.auth_url, (), replace(manners, tries=1))
        self._clock = clock

    def address(self, redirect: str, state: str, challenge: str, scopes: Collection[str]) -> str:
        """Where the listener is asked."""
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": redirect,
            "scope": " ".join(sorted(scopes)),
            "state": state,
            "code_challenge_method": "S256",
            "code_challenge": challenge,
        }
        return str(URL(f"{self._base}/authorize").with_query(asked))

    async def granted(self, code: str, verifier: str, redirect: str) -> Grant:
        """See :class:`core.ports.Grantor`. Raises as Http too."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        answer = await self._ask(form)
        if _is_refused(answer):
            raise ConsentLost()
        return self._grant(answer, Grant("", "", self._clock(), frozenset()))

    async def renewed(self, grant: Grant) -> Grant:
        """See :class:`core.ports.Grantor`. Raises as Http too."""
        answer = await self._ask({"grant_type": "refresh_token", "refresh_token": grant.refresh})
        if _is_refused(answer):
            raise LinkExpired(service="Spotify")
        return self._grant(answer, grant)

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    async def _ask(self, form: Mapping[str, str]) -> Row:
        fields = {**form, "client_id": self._client}
        answer = mapping(
            await self._http.post_form(
                f"{self._base}/api/token", fields, what="token", telling={HTTPStatus.BAD_REQUEST}
            )
        )
        if "error" in answer and not _is_refused(answer):  # the app's fault, not the listener's: invalid_client, say
            raise AccessRefused(service="Spotify")
        return answer

    def _grant(self, answer: Row, before: Grant) -> Grant:
        """What was given; what the answer leaves out is as before (RFC 6749, 5.1 and 6)."""
        access = text(answer.get("access_token"))
        if not access or not access.isascii() or not access.isprintable():
            raise UnexpectedAnswer(service="Spotify")
        scopes = frozenset(text(answer.get("scope")).split()) or before.scopes
        expires = self._clock() + timedelta(seconds=whole(answer.get("expires_in")) or 0)
        return Grant(access, text(answer.get("refresh_token")) or before.refresh, expires, scopes)


def _is_refused(answer: Row) -> bool:
    """The code or token is invalid, expired, revoked or another client's (RFC 6749, 5.2)."""
    return answer.get("error") == "invalid_grant"
