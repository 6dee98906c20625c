"""Spotify (https://developer.spotify.com/documentation/web-api): reads links, announces releases, tells features.

What comes from Spotify is used to identify songs and no more: no popularity is kept and no model is trained on it
(https://developer.spotify.com/policy, section III.14).
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog

from core.errors import AccessRefused, SpotifyNotLinked, SpotifyNotYours, UnexpectedAnswer
from core.model import Features, Listing, Playlist, Release, Track
from core.ports import Grant, Saved, Tokens
from core.services import _limits
from core.services._fields import listed, mapping, text
from core.services._http import Http, Manners
from core.services._spotify_consent import READING, SAVING, Consent
from core.services._spotify_links import HOSTS, Links, Target
from core.services._spotify_rows import PAGES, SERVICE, release_of
from core.services._spotify_tokens import AppTokens
from core.services._ten import features_of
from core.settings import Settings as AllSettings
from core.settings import Spotify as Settings

if TYPE_CHECKING:
    from core.services._spotify_client import Client

_log = structlog.get_logger()

#: Spotify counts over 30 seconds and does not say how many; two a second are polite.
_MANNERS = Manners(requests=60, per_s=30)
_NEW = ("tag:new", "tag:hipster")  # of the last two weeks; the least popular tenth
_SEARCH_PAGE = 10
_MAX_RELEASES = 200  # by tag
_FEATURES_AT_ONCE = 100
_ID = re.compile(r"[0-9A-Za-z]{22}")
_KNOWN = Target("track", "4PTG3Z6ehGkBFwjybzWkR8")


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client for Spotify's pages: titles and short links."""
    return Http("Spotify", settings.page_url, HOSTS, manners or _MANNERS)


def connect(settings: AllSettings) -> SpotifyPages:
    """Spotify as the settings want it: never off, for its links must be answered."""
    group = settings.spotify
    if not group.client_id:
        return SpotifyPages(group, http_for(group))
    if not group.client_secret.get_secret_value():
        return SpotifyOfListeners(group, http_for(group))
    return (SpotifyWithFeatures if group.features else Spotify)(group, http_for(group))


class SpotifyPages:
    """A PlaylistReader for whoever has no client id: it reads titles, and answers with what works instead."""

    name = SERVICE
    title = "Spotify"
    hosts = HOSTS

    def __init__(self, settings: Settings, http: Http) -> None:
        self._http = http
        self._links = Links(settings.page_url, http, linkable=bool(settings.client_id))

    async def check(self) -> None:
        """Asks for the title of a song."""
        await self._links.title(_KNOWN)

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    async def read(self, link: str) -> Playlist:
        """Raises SpotifyNotLinked with the title, or BadInput for a link that is never read."""
        raise await self._links.not_linked(await self._links.target(link))


class SpotifyOfListeners(SpotifyPages):
    """A Grantor: what it reads, it reads with the eyes of listeners who linked their accounts. It needs a client id."""

    reading = READING
    saving = SAVING

    def __init__(
        self,
        settings: Settings,
        http: Http,
        manners: Manners = _MANNERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(settings, http)
        self._settings = settings
        self._manners = manners
        self._clock = clock
        self._limits = _limits.current()  # of the process: a listener's client that is made later counts with it
        self._consent = Consent(settings, manners)

    async def close(self) -> None:
        """Closes its connections."""
        await self._consent.close()
        await super().close()

    def profile(self, handle: str) -> str:
        return f"{PAGES}/user/{quote(handle, safe='')}"

    def consent(self, redirect: str, state: str, challenge: str, scopes: Collection[str]) -> str:
        return self._consent.address(redirect, state, challenge, scopes)

    async def granted(self, code: str, verifier: str, redirect: str) -> Grant:
        return await self._consent.granted(code, verifier, redirect)

    async def renewed(self, grant: Grant) -> Grant:
        return await self._consent.renewed(grant)

    def for_listener(self, tokens: Tokens) -> LinkedSpotify:
        """Spotify with the eyes of a listener who linked their account; to be closed after use."""
        client = self._client_with(tokens, self._manners)
        return LinkedSpotify(self._links, client, self._client_with(tokens, replace(self._manners, tries=1)))

    def _client_with(self, tokens: Tokens, manners: Manners) -> Client:
        from core.services._spotify_client import Client  # spotipy takes a moment to load: only where it is used

        return Client(self._settings.base_url, tokens, manners, self._limits, self._clock)


class Spotify(SpotifyOfListeners):
    """A PlaylistReader and a ReleaseFeed, with the app's own eyes, for whoever has the client id's secret too."""

    def __init__(
        self,
        settings: Settings,
        http: Http,
        manners: Manners = _MANNERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        from core.services import _spotify_reading  # likewise

        super().__init__(settings, http, manners, clock)
        self._tokens = AppTokens(settings, manners, clock)
        self._client = self._client_with(self._tokens, manners)
        self._reading = _spotify_reading.Reading(self._client, lambda: SpotifyNotLinked(called=""))

    async def check(self) -> None:
        """Asks for one search result: a token alone is also given out when the owner's Premium has lapsed."""
        await self._client.ask(lambda library: library.search("tag:new", limit=1, type="album"), "search")

    async def close(self) -> None:
        """Closes its connections."""
        await self._client.close()
        await self._tokens.close()
        await super().close()

    # PlaylistReader

    async def read(self, link: str) -> Playlist:
        """The songs of a playlist, album or track link; a partial read has ``total`` and says why in ``notes``.

        Raises SpotifyNotLinked for what only a linked listener may read, SpotifyMade, another ServiceTrouble, or
        BadInput for a link of another kind.
        """
        target = await self._links.target(link)
        if target.kind == "collection":
            raise await self._links.not_linked(target)
        try:
            return await self._reading.read(target)
        except SpotifyNotLinked:
            raise await self._links.not_linked(target) from None

    # ReleaseFeed

    async def releases(self, since: date) -> AsyncIterator[Release]:
        """Albums by the search's tags ``new`` and ``hipster``: a few hundred that others may have missed."""
        found: dict[str, Release] = {}
        for tag in _NEW:
            for offset in range(0, _MAX_RELEASES, _SEARCH_PAGE):
                rows = await self._albums(tag, offset)
                fresh = [release for row in rows if (release := release_of(row)) and release.source_id not in found]
                found |= {release.source_id: release for release in fresh}
                if not fresh:
                    break
        for release in sorted(found.values(), key=lambda one: one.released, reverse=True):
            if release.released >= since:
                yield release

    async def _albums(self, tag: str, offset: int) -> list[object]:
        answer = await self._client.ask(
            lambda library: library.search(tag, limit=_SEARCH_PAGE, offset=offset, type="album"), "search"
        )
        rows = mapping(answer.get("albums")).get("items")
        if not isinstance(rows, list):
            raise UnexpectedAnswer(service=self.title)
        return rows


class SpotifyWithFeatures(Spotify):
    """Spotify for client ids from before November 2024, which may have its audio features: a FeatureSource too."""

    extractor = "spotify"
    version = "1"

    _may = True

    async def features_of(self, spotify_ids: Sequence[str]) -> dict[str, Features]:
        """The ten features by Spotify id; nothing any more once Spotify has said that this client id may not."""
        found: dict[str, Features] = {}
        known = [number for number in spotify_ids if _ID.fullmatch(number)]
        for start in range(0, len(known), _FEATURES_AT_ONCE):
            for row in map(mapping, await self._rows(known[start : start + _FEATURES_AT_ONCE])):
                number, features = text(row.get("id")), features_of(row, self.extractor, self.version)
                if number in known and features:
                    found[number] = features
        return found

    async def _rows(self, numbers: Sequence[str]) -> list[object]:
        if not self._may:
            return []
        never = AccessRefused(service=self.title)
        try:
            answer = await self._client.ask(lambda library: library.features(",".join(numbers)), "song", lambda: never)
        except AccessRefused as refusal:
            if refusal is not never:  # a token that was refused says nothing of features
                raise
            self._may = False
            _log.warning("Spotify gives this client id no audio features; they are not asked for again")
            return []
        return listed(answer.get("audio_features"))


class LinkedSpotify:
    """A :class:`core.ports.LinkedService`. ``once`` is a client that sends nothing twice."""

    def __init__(self, links: Links, client: Client, once: Client) -> None:
        from core.services import _spotify_reading, _spotify_saving  # likewise

        self._links = links
        self._clients = (client, once)
        self._reading = _spotify_reading.Reading(client, SpotifyNotYours)
        self._saving = _spotify_saving.Saving(client, once)

    async def close(self) -> None:
        """Closes its connections."""
        for client in self._clients:
            await client.close()

    async def handle(self) -> str:
        if handle := await self._reading.me():
            return handle
        raise UnexpectedAnswer(service="Spotify")

    async def read(self, link: str) -> Playlist:
        """The songs of a playlist, album, track or liked-songs link.

        Raises SpotifyNotYours, SpotifyNotListed, SpotifyMade, LinkExpired, another ServiceTrouble, or BadInput.
        """
        return await self._reading.read(await self._links.target(link))

    async def listing(self, which: Listing) -> Playlist:
        """The latest thousand liked songs, the fifty played most in the last six months, or the fifty heard last."""
        match which:
            case Listing.TOP:
                return await self._reading.top()
            case Listing.LIKED:
                return await self._reading.liked()
            case Listing.RECENT:
                return await self._reading.recent()

    async def playlists(self) -> list[Playlist]:
        """Their own and shared playlists, without the songs: title, number of songs and link."""
        return await self._reading.playlists()

    async def save(self, title: str, tracks: Sequence[Track]) -> Saved:
        return await self._saving.save(title, tracks)
