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
CSRF_HEADER = "X-CSRF"

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

    def __init__(self, bound: str, public_url: str = "") -> None:
        """``public_url`` is where a proxy in front of a page of this machine is reached."""
        public = {urlsplit(public_url).hostname or ""} - {""}
        self._hosts = _LOOPBACK | public if bound.strip("[]").lower() in _LOOPBACK else None

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._hosts is not None and _hostname(request.host) not in self._hosts:
            raise web.HTTPMisdirectedRequest(text="This page does not answer to that host name.")
        if request.method not in _SAFE_METHODS and not _same_origin(request):
            raise web.HTTPForbidden(text="That did not come from this page.")
        return await handler(request)


class Identity:
    """A listener is a random token in a cookie, signed so that only tokens made here count; no account, no tracking.

    ``key`` are any secret bytes, kept over restarts. Where people reach the page by https, the cookie goes no other
    way.
    """

    def __init__(self, key: bytes, public_url: str = "") -> None:
        self._key = key
        self._https = public_url.startswith("https:")

    def known(self, request: web.Request) -> str | None:
        """The listener's handle, or None without a valid cookie."""
        return self._handle(token) if (token := self._valid(request)) else None

    def comes_from_elsewhere(self, request: web.Request) -> bool:
        """Whether a link of another site leads here: the strict cookie then stays at home, must not get another one in
        its place, and comes along when the page is asked for ``again``."""
        here = request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}
        return not here and not self._valid(request) and "again" not in request.query

    def handle(self, request: web.Request) -> str:
        """The listener's handle; without a valid cookie a new one, which :meth:`on_prepare` sends along."""
        if known := self.known(request):
            return known
        if not (token := request.get(_NEW_COOKIE, "")):
            token = request[_NEW_COOKIE] = secrets.token_urlsafe(32)
        return self._handle(token)

    def replace(self, request: web.Request) -> None:
        """From now on the browser is somebody else."""
        request[_NEW_COOKIE] = secrets.token_urlsafe(32)

    def _token(self, request: web.Request) -> str:
        """The token of the cookie, of a valid one or of the one that is sent along."""
        return self._valid(request) or request.get(_NEW_COOKIE, "")

    def _valid(self, request: web.Request) -> str:
        token, _, mark = request.cookies.get(COOKIE, "").partition(".")
        return token if token and hmac.compare_digest(mark.encode(), self._mark(token).encode()) else ""

    def csrf(self, request: web.Request) -> str:
        """What every form of a page brings along: made of the secret part of the page's address where it has one, else
        of the cookie; empty for one who has neither (OWASP, signed double submit)."""
        return self.csrf_of(request.match_info.get("token") or self._token(request))

    def csrf_of(self, secret: str) -> str:
        """The same of a secret that is at hand."""
        return self._mark(f"csrf {secret}") if secret else ""

    @web.middleware
    async def forms(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuses a form that no page of ours was made for this visitor with."""
        if request.method not in _SAFE_METHODS:
            expected, given = self.csrf(request), request.headers.get(CSRF_HEADER) or await _field(request)
            if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
                raise web.HTTPForbidden(text="This page is too old. Load it again, and try once more.")
        return await handler(request)

    async def on_prepare(self, request: web.Request, response: web.StreamResponse) -> None:
        """Adds the security headers to every response, and the cookie to that of a new listener."""
        response.headers.update(HEADERS)
        if token := request.get(_NEW_COOKIE):
            https = self._https or request.secure or request.headers.get("X-Forwarded-Proto") == "https"
            rules = f"Max-Age={YEAR_S}; Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if https else "")
            # The hook is too late for set_cookie.
            response.headers.add("Set-Cookie", f"{COOKIE}={token}.{self._mark(token)}; {rules}")

    def _mark(self, token: str) -> str:
        return hmac.new(self._key, token.encode(), hashlib.sha256).hexdigest()

    @staticmethod
    def _handle(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()


async def _field(request: web.Request) -> str:
    """The mark in a form; empty where there is none, or no form."""
    try:
        return str((await request.post()).get("csrf", ""))
    except (ValueError, LookupError):
        return ""
