"""Spotify's accounts service and a piece of its API on loopback, as strict as the real one about consents.

https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow and /refreshing-tokens; RFC 6749, 7636.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from yarl import URL

SIX_MONTHS_S, HOUR_S, CODE_S = 182 * 24 * 3600, 3600, 60


@dataclass
class _Asked:
    """A consent that was given, and not yet redeemed."""

    user: str
    redirect: str
    challenge: str
    scope: str
    at: float


@dataclass
class _Family:
    """What came of one consent: the refresh token that is good now, and the access tokens by their last moment."""

    user: str
    scope: str
    until: float
    refresh: str = ""
    access: dict[str, float] = field(default_factory=dict)


class SpotifyAccounts:
    """``async with SpotifyAccounts(client_id, redirects) as fake``; ``agree`` is what a person does in their browser.

    ``now`` is its clock (seconds). ``refused`` says why something was not given out, ``asked`` the forms that came to
    the token endpoint. ``rotating``: each refresh brings another refresh token, and the old one is no longer good.
    """

    def __init__(self, client_id: str, redirects: set[str], *, rotating: bool = True) -> None:
        self.base_url = ""
        self.now = 0.0
        self.rotating = rotating
        self.refused: list[str] = []
        self.asked: list[dict[str, str]] = []
        self.saved: dict[str, list[str]] = {}
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.songs: list[dict[str, Any]] = []
        self._client = client_id
        self._redirects = redirects
        self._codes: dict[str, _Asked] = {}
        self._families: list[_Family] = []
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> SpotifyAccounts:
        app = web.Application()
        app.router.add_post("/api/token", self._token)
        app.router.add_get("/v1/me/", self._me)
        app.router.add_get("/v1/me/top/tracks", self._list)
        app.router.add_get("/v1/me/tracks", self._list)
        app.router.add_get("/v1/me/player/recently-played", self._list)
        app.router.add_get("/v1/search", self._search)
        app.router.add_post("/v1/me/playlists", self._create)
        app.router.add_post("/v1/playlists/{id}/items", self._add)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    # A person in their browser

    def agree(self, address: str, user: str) -> str:
        """Where the browser is sent when ``user`` agrees to what ``address`` asks. Refuses as Spotify does: with a page
        that leads nowhere (ValueError), because nothing may be sent to an address that is not the app's."""
        asked = self._consent(address)
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Asked(user, asked["redirect_uri"], asked["code_challenge"], asked["scope"], self.now)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def decline(self, address: str) -> str:
        """The same when they do not."""
        asked = self._consent(address)
        return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"

    def revoke(self, user: str) -> None:
        """The user removes the app from their account."""
        self._families = [family for family in self._families if family.user != user]

    def _consent(self, address: str) -> dict[str, str]:
        url = URL(address)
        asked = dict(url.query)
        right = (
            str(url.origin()) == self.base_url
            and url.path == "/authorize"
            and asked.get("client_id") == self._client
            and asked.get("response_type") == "code"
            and asked.get("redirect_uri") in self._redirects
            and asked.get("code_challenge_method") == "S256"
            and len(asked.get("code_challenge", "")) == 43
            and len(asked.get("state", "")) >= 16
        )
        if not right:
            raise ValueError(f"Spotify shows a page that says no: {address}")
        return asked

    # Its endpoints

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if form.get("client_id") != self._client or "Authorization" in request.headers:
            return self._no("invalid_client", "another client")
        if form.get("grant_type") == "authorization_code":
            return self._redeem(form)
        if form.get("grant_type") == "refresh_token":
            return self._refresh(form)
        return self._no("unsupported_grant_type", str(form.get("grant_type")))

    def _redeem(self, form: dict[str, str]) -> web.Response:
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or self.now > asked.at + CODE_S:
            return self._no("invalid_grant", "code")
        if form.get("redirect_uri") != asked.redirect:
            return self._no("invalid_grant", "redirect")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked.challenge:
            return self._no("invalid_grant", "verifier")
        if not 43 <= len(form["code_verifier"]) <= 128:
            return self._no("invalid_request", "length of the verifier")
        family = _Family(asked.user, asked.scope, self.now + SIX_MONTHS_S)
        self._families.append(family)
        return self._give(family, rotate=True)

    def _refresh(self, form: dict[str, str]) -> web.Response:
        given = form.get("refresh_token", "")
        family = next((family for family in self._families if family.refresh == given), None)
        if family is None:
            return self._no("invalid_grant", "refresh token")
        if self.now >= family.until:
            return self._no("invalid_grant", "six months")
        return self._give(family, rotate=self.rotating)

    def _give(self, family: _Family, *, rotate: bool) -> web.Response:
        access = secrets.token_urlsafe(24)
        family.access[access] = self.now + HOUR_S
        told = {"access_token": access, "token_type": "Bearer", "expires_in": HOUR_S, "scope": family.scope}
        if rotate:
            family.refresh = secrets.token_urlsafe(24)
            told["refresh_token"] = family.refresh
        return web.json_response(told)

    def _no(self, error: str, why: str) -> web.Response:
        self.refused.append(why)
        return web.json_response({"error": error, "error_description": why}, status=400)

    def _user(self, request: web.Request, scope: str = "") -> str:
        """Whose token it is. Raises HTTPUnauthorized and HTTPForbidden, as Spotify says it."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        for family in self._families:
            if self.now < family.access.get(token, 0.0):
                if scope and scope not in family.scope.split():
                    raise web.HTTPForbidden(text='{"error": {"status": 403, "message": "Insufficient client scope"}}')
                return family.user
        raise web.HTTPUnauthorized(text='{"error": {"status": 401, "message": "The access token expired"}}')

    async def _me(self, request: web.Request) -> web.Response:
        return web.json_response({"id": self._user(request)})

    async def _list(self, request: web.Request) -> web.Response:
        which = request.path.rsplit("/", 1)[-1] if "top" not in request.path else "top"
        scope = {"top": "user-top-read", "tracks": "user-library-read", "recently-played": "user-read-recently-played"}
        self._user(request, scope[which])
        rows = self.lists.get(which, [])
        return web.json_response({"items": rows, "total": len(rows), "next": None})

    async def _search(self, request: web.Request) -> web.Response:
        self._user(request)
        if int(request.query.get("limit", 5)) > 10:
            return web.json_response({"error": {"status": 400, "message": "Invalid limit"}}, status=400)
        words = request.query["q"]
        isrc = words.removeprefix("isrc:") if words.startswith("isrc:") else None
        found = [
            song for song in self.songs
            if (song["external_ids"]["isrc"] == isrc if isrc else f'track:"{song["name"]}"' in words)
        ]  # fmt: skip
        return web.json_response({"tracks": {"items": found[:10], "total": len(found)}})

    async def _create(self, request: web.Request) -> web.Response:
        self._user(request, "playlist-modify-private")
        body = await request.json()
        number = f"{len(self.saved) + 1:022}"
        if body["public"] is not False or not body["name"]:
            return web.json_response({"error": {"status": 400, "message": "not what we ask for"}}, status=400)
        self.saved[number] = []
        return web.json_response({"id": number, "name": body["name"]}, status=201)

    async def _add(self, request: web.Request) -> web.Response:
        self._user(request, "playlist-modify-private")
        self.saved[request.match_info["id"]] += await request.json()
        return web.json_response({"snapshot_id": "1"}, status=201)


def song(number: int, title: str, artist: str = "Nova Pine", isrc: str = "") -> dict[str, Any]:
    """A song as Spotify lists it."""
    return {
        "id": f"{number:022}", "name": title, "type": "track", "artists": [{"id": "7", "name": artist}],
        "duration_ms": 200_000, "is_local": False, "external_ids": {"isrc": isrc or f"QZAAA26{number:05}"},
    }  # fmt: skip
