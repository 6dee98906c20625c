"""Odesli, also called song.link (https://odesli.co): where else a song can be heard, asked when a listener asks."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from core.errors import PrivateOrEmpty, UnexpectedAnswer
from core.links import belongs
from core.ports import Off
from core.services._fields import mapping, web_link
from core.services._http import Http, Manners
from core.settings import Odesli as Settings
from core.settings import Settings as AllSettings

#: Its names of the services, in the order in which they are shown, with the hosts their links may have: the answer is
#: somebody else's, and people press what is shown.
_PLATFORMS: dict[str, tuple[str, frozenset[str]]] = {
    "deezer": ("Deezer", frozenset({"deezer.com", "www.deezer.com"})),
    "spotify": ("Spotify", frozenset({"open.spotify.com"})),
    "appleMusic": ("Apple Music", frozenset({"music.apple.com", "geo.music.apple.com"})),
    "youtubeMusic": ("YouTube Music", frozenset({"music.youtube.com"})),
    "youtube": ("YouTube", frozenset({"www.youtube.com", "youtube.com"})),
    "tidal": ("Tidal", frozenset({"tidal.com", "listen.tidal.com"})),
    "amazonMusic": ("Amazon Music", frozenset({"music.amazon.com"})),
    "soundcloud": ("SoundCloud", frozenset({"soundcloud.com"})),
    "bandcamp": ("Bandcamp", frozenset({"*.bandcamp.com", "bandcamp.com"})),
    "audius": ("Audius", frozenset({"audius.co"})),
    "pandora": ("Pandora", frozenset({"www.pandora.com"})),
    "napster": ("Napster", frozenset({"play.napster.com"})),
}
_KNOWN = "https://www.deezer.com/track/3135556"


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client Odesli asks for: ten requests a minute without a key."""
    manners = manners or Manners(requests=10, per_s=60, tries=2, total_s=20)
    return Http("Odesli", settings.base_url, {"api.song.link"}, manners)


def connect(settings: AllSettings) -> Odesli | Off:
    """Odesli as the settings want it."""
    group = settings.odesli
    if not group.enabled:
        return Off(Odesli.name, Odesli.title, "switched off by YASR_ODESLI__ENABLED")
    return Odesli(group, http_for(group))


class Odesli:
    """A LinkSource."""

    name = "odesli"
    title = "Odesli"

    def __init__(self, settings: Settings, http: Http) -> None:
        self._base = settings.base_url.rstrip("/")
        self._http = http

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    async def check(self) -> None:
        """Asks for one song."""
        await self.links(_KNOWN)

    async def links(self, url: str) -> Mapping[str, str]:
        """Titles of services and their addresses for the song at ``url``; empty when Odesli does not know it."""
        try:
            answer = await self._http.get_json(f"{self._base}/v1-alpha.1/links", {"url": url}, "song")
        except PrivateOrEmpty:
            return {}
        platforms = mapping(answer).get("linksByPlatform")
        if not isinstance(platforms, Mapping):
            raise UnexpectedAnswer(service=self.title)
        offered = {name: web_link(mapping(platforms.get(name)).get("url")) for name in _PLATFORMS}
        return {
            title: offered[name]
            for name, (title, hosts) in _PLATFORMS.items()
            if offered[name] and belongs(_host_of(offered[name]), hosts)
        }


def _host_of(link: str) -> str:
    """The host of a link; "" for one that cannot be read or names a user or port."""
    try:
        parts = urlsplit(link)
        return "" if "@" in parts.netloc or ":" in parts.netloc else (parts.hostname or "")
    except ValueError:
        return ""
