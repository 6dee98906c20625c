"""Who may ask: the page's headers, the Host and Origin guard, and the listener's cookie.

Sources: OWASP cheat sheets on Content Security Policy and Cross-Site Request Forgery Prevention; Fetch Metadata
(W3C, https://www.w3.org/TR/fetch-metadata/); RFC 6265bis for ``SameSite``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

COOKIE = "yasr"
YEAR_S = 365 * 24 * 3600
_NEW_COOKIE = web.RequestKey("new cookie", str)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Server": "YASR",
}

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def _hostname(netloc: str) -> str:
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def _same_origin(request: web.Request) -> bool:
    """Fetch metadata where the browser sends it, else the Origin header; neither means no.

    Only host and port of the Origin are compared: behind a TLS proxy the scheme seen here is not the browser's.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    scheme, _, netloc = request.headers.get("Origin", "").partition("://")
    return scheme in {"http", "https"} and netloc.lower() == request.host.lower()


class Guard:
    """Refuses foreign Host names and foreign writes.

    A page bound to this machine answers only to this machine's names; otherwise any website could point its own name
    at 127.0.0.1 and read along (DNS rebinding). Bound elsewhere, the names it is known by are the operator's matter.
    """

    def __init__(self, bound: str) -> None:
        self._hosts = _LOOPBACK if bound.strip("[]").lower() in _LOOPBACK else None

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._hosts is not None and _hostname(request.host) not in self._hosts:
            raise web.HTTPMisdirectedRequest(text="This page does not answer to that host name.")
        if request.method not in _SAFE_METHODS and not _same_origin(request):
            raise web.HTTPForbidden(text="That did not come from this page.")
        return await handler(request)


class Identity:
    """A listener is a random token in a cookie, signed so that only tokens made here count; no account, no tracking."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def known(self, request: web.Request) -> str | None:
        """The listener's handle, or None without a valid cookie."""
        token, _, mark = request.cookies.get(COOKIE, "").partition(".")
        genuine = token and hmac.compare_digest(mark.encode(), self._mark(token).encode())
        return self._handle(token) if genuine else None

    def handle(self, request: web.Request) -> str:
        """The listener's handle; without a valid cookie a new one, which :meth:`on_prepare` sends along."""
        if known := self.known(request):
            return known
        token = secrets.token_urlsafe(32)
        request[_NEW_COOKIE] = f"{token}.{self._mark(token)}"
        return self._handle(token)

    async def on_prepare(self, request: web.Request, response: web.StreamResponse) -> None:
        """Adds the security headers to every response, and the cookie to that of a new listener."""
        response.headers.update(HEADERS)
        if cookie := request.get(_NEW_COOKIE):
            https = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
            rules = f"Max-Age={YEAR_S}; Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if https else "")
            response.headers.add("Set-Cookie", f"{COOKIE}={cookie}; {rules}")  # the hook is too late for set_cookie

    def _mark(self, token: str) -> str:
        return hmac.new(self._key, token.encode(), hashlib.sha256).hexdigest()

    @staticmethod
    def _handle(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()
