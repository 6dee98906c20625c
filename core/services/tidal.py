"""Tidal (https://developer.tidal.com): reads links of playlists and albums for whoever has an app's id and secret."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from core.errors import AccessRefused, BadInput, ForbiddenLink, PrivateOrEmpty, ServiceTrouble, UnexpectedAnswer
from core.links import checked
from core.model import Playlist, Track
from core.ports import Off
from core.said import Said, said
from core.services import _limits, _notes
from core.services._fields import Row, mapping, text, whole
from core.services._http import Http, Manners
from core.services._tidal_rows import next_cursor, tracks_of
from core.settings import Settings as AllSettings
from core.settings import Tidal as Settings

_HOSTS = frozenset({"tidal.com", "www.tidal.com", "listen.tidal.com"})
_TARGET = re.compile(
    r"/(?:browse/)?(playlist/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|album/\d{1,18})(?:/.*)?", re.I
)
_MANNERS = Manners(requests=5, per_s=1)
_COUNTRY = "US"
_MAX_ROWS = 10_000
_EARLY_S = 60  # a token is renewed this long before it expires


def connect(settings: AllSettings) -> Tidal | Off:
    """Tidal as the settings want it."""
    group = settings.tidal
    if not (group.client_id and group.client_secret.get_secret_value()):
        return Off(Tidal.name, Tidal.title, "set YASR_TIDAL__CLIENT_ID and YASR_TIDAL__CLIENT_SECRET to use it")
    return Tidal(group)


class Tidal:
    """A PlaylistReader."""

    name = "tidal"
    title = "Tidal"
    hosts = _HOSTS

    def __init__(
        self, settings: Settings, manners: Manners = _MANNERS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._manners = manners
        self._clock = clock
        self._base = settings.base_url.rstrip("/")
        self._limits = _limits.current()  # of the process: clients that are made later count with the first
        self._auth = Http("Tidal", settings.auth_url, (), manners)
        self._api: Http | None = None  # with the token, until it expires
        self._expires = 0.0
        self._turn = asyncio.Lock()

    async def check(self) -> None:
        """Asks for a new token."""
        async with self._turn:
            await self._renewed()

    async def close(self) -> None:
        """Closes its connections."""
        await self._auth.close()
        await self._forget()

    async def read(self, link: str) -> Playlist:
        """The songs of a playlist or album link; a partial read has ``total`` and says why in ``notes``.

        Raises a ServiceTrouble, or BadInput for a link of another kind.
        """
        target = _TARGET.fullmatch(urlsplit(checked(link, self.hosts)).path)
        if target is None:
            raise BadInput(problem=said("this Tidal link is not a playlist or album"))
        kind, number = target[1].lower().split("/")
        path = f"{kind}s/{number}"
        head = mapping(mapping((await self._get(path, {}, kind)).get("data")).get("attributes"))
        rows, note = await self._items(path, kind)
        tracks = tuple(track for track in rows if track)
        if not tracks:
            raise PrivateOrEmpty(service="Tidal", what=kind)
        notes = [note] if note else []
        if missing := len(rows) - len(tracks):
            notes.append(_notes.no_song(missing, "Tidal"))
        title = text(head.get("name")) or text(head.get("title")) or "Tidal"
        total = max(whole(head.get("numberOfItems")) or 0, len(rows))
        return Playlist(title, tracks, self.name, total, f"https://tidal.com/{kind}/{number}", tuple(notes))

    async def _items(self, path: str, kind: str) -> tuple[list[Track | None], Said | None]:
        """The rows of all pages, and why they end early (None when they do not)."""
        rows: list[Track | None] = []
        seen: set[str] = set()
        cursor = ""
        while len(rows) < _MAX_ROWS:
            asked = {"include": "items.artists"} | ({"page[cursor]": cursor} if cursor else {})
            try:
                page = await self._get(f"{path}/relationships/items", asked, kind)
                found = tracks_of(page)
            except ServiceTrouble as trouble:
                if not rows:
                    raise
                return rows, _notes.stopped("Tidal", trouble)
            rows += found
            cursor = next_cursor(page) if found else ""
            if not cursor:
                return rows, None
            if cursor in seen:
                return rows, _notes.circle("Tidal")
            seen.add(cursor)
        return rows[:_MAX_ROWS], _notes.at_most(_MAX_ROWS)

    # Requests

    async def _get(self, path: str, params: Mapping[str, str], what: str) -> Row:
        """One document. A token that is refused is renewed, once; one request at a time, so none loses its token."""
        async with self._turn:
            if self._api is not None and self._clock() < self._expires:
                try:
                    return await self._asked(self._api, path, params, what)
                except AccessRefused:
                    pass  # by a token that was taken back: a new one costs but one request
            return await self._asked(await self._renewed(), path, params, what)

    async def _asked(self, api: Http, path: str, params: Mapping[str, str], what: str) -> Row:
        answer = await api.get_json(f"{self._base}/v2/{path}", {"countryCode": _COUNTRY, **params}, what)
        if not isinstance(answer, Mapping):
            raise UnexpectedAnswer(service="Tidal")
        return answer

    async def _renewed(self) -> Http:
        """A client with a new token, by the client credentials grant (RFC 6749, 4.4)."""
        await self._forget()
        app = (self._settings.client_id, self._settings.client_secret.get_secret_value())
        url = f"{self._settings.auth_url.rstrip('/')}/v1/oauth2/token"
        try:
            answer = mapping(await self._auth.post_form(url, {"grant_type": "client_credentials"}, app, "token"))
        except (UnexpectedAnswer, PrivateOrEmpty, ForbiddenLink):
            raise AccessRefused(service="Tidal") from None  # an invalid app is a 400 or a 401 (RFC 6749, 5.2)
        token = text(answer.get("access_token"))
        if not token or not token.isascii() or not token.isprintable():
            raise UnexpectedAnswer(service="Tidal")
        headers = {"Authorization": f"Bearer {token}"}
        self._api = Http("Tidal", self._settings.base_url, (), self._manners, headers=headers, limits=self._limits)
        self._expires = self._clock() + (whole(answer.get("expires_in")) or 0) - _EARLY_S
        return self._api

    async def _forget(self) -> None:
        if self._api is not None:
            await self._api.close()
            self._api = None
