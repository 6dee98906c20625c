"""Which service a link belongs to, and which links are opened at all.

Every address that a listener gives passes :func:`checked` before anything is fetched: https, a host on the allow-list,
no user name, no address literal, no odd port (OWASP, Server-Side Request Forgery Prevention Cheat Sheet).
"""

from __future__ import annotations

import re
import socket
import unicodedata
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from core.errors import ForbiddenLink, NoReader, UnknownLink
from core.said import Said, said

#: Music services that people paste links of; a host that no reader claims is answered with the service's name.
_SERVICES = {
    "deezer.com": "Deezer",
    "www.deezer.com": "Deezer",
    "link.deezer.com": "Deezer",
    "deezer.page.link": "Deezer",
    "open.spotify.com": "Spotify",
    "play.spotify.com": "Spotify",
    "spotify.link": "Spotify",
    "music.youtube.com": "YouTube Music",
    "youtube.com": "YouTube",
    "www.youtube.com": "YouTube",
    "m.youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "music.apple.com": "Apple Music",
    "itunes.apple.com": "Apple Music",
    "tidal.com": "Tidal",
    "www.tidal.com": "Tidal",
    "listen.tidal.com": "Tidal",
    "soundcloud.com": "SoundCloud",
    "www.soundcloud.com": "SoundCloud",
    "m.soundcloud.com": "SoundCloud",
    "on.soundcloud.com": "SoundCloud",
    "*.bandcamp.com": "Bandcamp",
    "bandcamp.com": "Bandcamp",
    "audius.co": "Audius",
    "last.fm": "Last.fm",
    "www.last.fm": "Last.fm",
    "listenbrainz.org": "ListenBrainz",
    "www.listenbrainz.org": "ListenBrainz",
    "jamendo.com": "Jamendo",
    "www.jamendo.com": "Jamendo",
}
#: Those that let no bot read a link: without a documented way, or with one that is sold only.
_CLOSED = frozenset({"SoundCloud", "Bandcamp"})
#: What a listener may send instead, where it is read.
_INSTEAD = {"deezer.com": "Deezer", "music.youtube.com": "YouTube Music"}

_WITH_SCHEME = re.compile(
    r"(?<![\w/])(?:[a-z][a-z0-9+.-]{0,30}://|(?:javascript|data|file|vbscript|about|blob):(?=\S))[^\s<>\"“”]*", re.I
)
_BARE_HOST = "|".join(re.escape(host).replace(r"\*", r"[\w-]+") for host in sorted(_SERVICES, key=len, reverse=True))
_WITHOUT_SCHEME = re.compile(rf"(?<![\w.@/-])(?:{_BARE_HOST})/[^\s<>\"“”]+", re.I)
_SPOTIFY_URI = re.compile(r"spotify:(playlist|album|track|artist):(\w+)")
_TRAILING = ".,;:!?)]}'»*_"


def find_link(text: str) -> str | None:
    """The first thing in ``text`` that looks like a link, of any scheme, so that a bad one is refused and not ignored.

    A known host without a scheme ("deezer.com/playlist/1") counts, and so does a Spotify URI that stands alone.
    """
    if uri := _SPOTIFY_URI.fullmatch(text.strip()):
        return f"https://open.spotify.com/{uri[1]}/{uri[2]}"
    found = [match for pattern in (_WITH_SCHEME, _WITHOUT_SCHEME) if (match := pattern.search(text))]
    if not found:
        return None
    first = min(found, key=lambda match: match.start())
    link = first[0].rstrip(_TRAILING if "[" not in first[0] else ".,;:!?)'»*_")
    return link if first.re is _WITH_SCHEME else f"https://{link}"


def belongs(host: str, hosts: Collection[str]) -> bool:
    """Whether ``host`` is in ``hosts``, where "*.x" stands for every name below x."""
    return host in hosts or any(f"*.{parent}" in hosts for parent in _parents(host))


def checked(link: str, hosts: Collection[str]) -> str:
    """``link`` in its canonical form, safe to fetch: https, on one of ``hosts``, without its fragment.

    Raises ForbiddenLink for a scheme, port, user name or address that is never opened, NoReader for a music service
    that is known but not among ``hosts``, UnknownLink for any other host.
    """
    parts, host = _parsed(link)
    if not belongs(host, hosts):
        if service := _service(host):
            raise NoReader(service=service, why=_why_not(service), instead=_instead(hosts))
        raise UnknownLink(host=host)
    query = f"?{parts.query}" if parts.query else ""
    return f"https://{host}{parts.path or '/'}{query}"


def host_of(link: str) -> str:
    """The host of a link that :func:`checked` has let through."""
    return urlsplit(link).hostname or ""


def _parsed(link: str) -> tuple[SplitResult, str]:
    """The parts and the lower-case host of a link that may be opened; raises ForbiddenLink."""
    forbidden = ForbiddenLink(link=_shown(link))
    if "\\" in link or any(unicodedata.category(char)[0] in "CZ" for char in link):
        raise forbidden
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or ""), parts.port
    except ValueError as error:
        raise forbidden from error
    host = unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower().rstrip(".")
    if parts.scheme != "https" or "@" in parts.netloc or port not in (None, 443):
        raise forbidden
    if "%" in host or "." not in host or _is_address(host):
        raise forbidden
    return parts, host


def _is_address(host: str) -> bool:
    """Whether ``host`` is an IP address in any spelling that a resolver takes: 127.1, 0x7f000001, 2130706433, ::1."""
    if ":" in host:
        return True
    try:
        socket.inet_aton(host)
    except (OSError, UnicodeError):
        return False
    return True


def _service(host: str) -> str:
    if host in _SERVICES:
        return _SERVICES[host]
    return next((_SERVICES[f"*.{parent}"] for parent in _parents(host) if f"*.{parent}" in _SERVICES), "")


def _why_not(service: str) -> Said:
    """Why a service that is known is not read, as the end of a sentence."""
    if service in _CLOSED:
        return said("the service gives bots no open way to")
    return said("the service is not switched on")


def _instead(hosts: Collection[str]) -> Said | str:
    """The services to turn to, as the end of a sentence; empty when none of them is read."""
    match [title for host, title in _INSTEAD.items() if belongs(host, hosts)]:
        case [service, other]:
            return said(", or send a public {service} or {other} link", service=service, other=other)
        case [service]:
            return said(", or send a public {service} link", service=service)
    return ""


def _parents(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels))]


def _shown(link: str) -> str:
    """The link as it is shown back: short, printable, without a password."""
    plain = "".join(char for char in link if char.isprintable())
    return re.sub(r"//[^/@]*@", "//…@", plain)[:80]
