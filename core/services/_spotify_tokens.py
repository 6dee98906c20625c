"""Spotify with the app's own eyes."""

from __future__ import annotations

import time
from collections.abc import Callable

from core.errors import AccessRefused, ForbiddenLink, PrivateOrEmpty, UnexpectedAnswer
from core.services._fields import mapping, text, whole
from core.services._http import Http, Manners
from core.settings import Spotify as Settings

_EARLY_S = 60  # a token is renewed this long before it expires


class AppTokens:
    """The app's own, by the client credentials grant (RFC 6749, 4.4): it sees what everybody may see."""

    def __init__(self, settings: Settings, manners: Manners, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = (settings.client_id, settings.client_secret.get_secret_value())
        self._url = f"{settings.auth_url.rstrip('/')}/api/token"
        self._http = Http("Spotify", settings.auth_url, (), manners)
        self._clock = clock
        self._token = ""
        self._expires = 0.0

    async def token(self) -> str:
        """See :class:`core.ports.Tokens`."""
        if self._clock() >= self._expires:
            await self.refresh()
        return self._token

    async def refresh(self) -> None:
        """See :class:`core.ports.Tokens`. Raises AccessRefused when Spotify does not know the app, or as Http."""
        try:
            answer = mapping(
                await self._http.post_form(self._url, {"grant_type": "client_credentials"}, self._app, "token")
            )
        except (UnexpectedAnswer, PrivateOrEmpty, ForbiddenLink):
            raise AccessRefused(service="Spotify") from None  # an invalid app is a 400 or a 401 (RFC 6749, 5.2)
        token = text(answer.get("access_token"))
        if not token or not token.isascii() or not token.isprintable():
            raise UnexpectedAnswer(service="Spotify")
        self._token = token
        self._expires = self._clock() + (whole(answer.get("expires_in")) or 0) - _EARLY_S

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()
