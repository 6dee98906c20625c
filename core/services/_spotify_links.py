"""Links of Spotify: what they point to, and the one thing Spotify tells about them without a key, the title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.errors import BadInput, ServiceTrouble, SpotifyLinkFirst, SpotifyNotLinked
from core.links import checked
from core.said import said
from core.services._fields import mapping, text
from core.services._http import Http
from core.services._spotify_rows import PAGES

SHORT_HOSTS = frozenset({"spotify.link", "spotify.app.link"})
HOSTS = frozenset({"open.spotify.com", "play.spotify.com"}) | SHORT_HOSTS

_TARGET = re.compile(
    r"/(?:intl-[a-z]{2}(?:-[a-z]{2})?/)?(?:embed/)?(?:user/[^/]+/)?"
    r"(?:(playlist|album|track|artist)/([0-9A-Za-z]{22})|(collection)(?:/tracks)?)/?",
    re.I,
)
_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Target:
    """What a link points to: a "playlist", "album" or "track" and its id, or the "collection" of liked songs."""

    kind: str
    number: str = ""

    @property
    def url(self) -> str:
        """Its address."""
        return f"{PAGES}/{self.kind}/{self.number or 'tracks'}"


class Links:
    """Reads links, through ``http``; ``page_url`` stands for https://open.spotify.com. ``linkable``: listeners can link
    their accounts."""

    def __init__(self, page_url: str, http: Http, *, linkable: bool = False) -> None:
        self._base = page_url.rstrip("/")
        self._http = http
        self._linkable = linkable

    async def target(self, link: str) -> Target:
        """What ``link`` points to, short links followed. Raises BadInput for what is never read, or as Http."""
        link = checked(link, HOSTS)
        if urlsplit(link).hostname in SHORT_HOSTS:
            link = checked(await self._http.resolve(link, done=_found), HOSTS)
        found = _found(link)
        if found is None:
            raise BadInput(problem=said("this Spotify link is not a playlist, album or track"))
        kind = (found[1] or found[3]).lower()
        if kind == "artist":
            raise BadInput(
                problem=said(
                    "Spotify no longer tells apps which songs an artist is known for; "
                    "send one of their albums or tracks instead"
                )
            )
        return Target(kind, found[2] or "")

    async def not_linked(self, target: Target) -> SpotifyNotLinked:
        """That we may not read it, and what it is called, if Spotify says."""
        try:
            title = "" if target.kind == "collection" else await self.title(target)
        except ServiceTrouble:
            title = ""
        kind = SpotifyLinkFirst if self._linkable else SpotifyNotLinked
        return kind(called=said(" (this one is called “{title}”)", title=title[:_LONGEST_TITLE]) if title else "")

    async def title(self, target: Target) -> str:
        """By oEmbed (https://developer.spotify.com/documentation/embeds/reference/oembed); raises as Http."""
        answer = await self._http.get_json(f"{self._base}/oembed", {"url": target.url}, target.kind)
        return text(mapping(answer).get("title"))


def _found(link: str) -> re.Match[str] | None:
    parts = urlsplit(link)
    return None if parts.hostname in SHORT_HOSTS else _TARGET.fullmatch(parts.path)
