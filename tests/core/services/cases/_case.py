"""What the tests over every service need to know of one service."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import ports
from core.errors import YasrError
from core.model import Artist, Release, Track
from core.ports import Service
from core.services._http import Manners
from core.settings import Settings
from tests.recordings import Recording, load

TODAY = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Ask:
    """What an answer is made of: how many rows, and the address of the next page ("" on the last one)."""

    base_url: str
    rows: int = 1
    next: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a port: ``do`` it; ``name`` is its method's, with a suffix where one is used in several ways.

    ``breaks`` is the beginning of the paths that a fault breaks, ``given`` what comes back when it is forgiven.
    """

    name: str
    port: type | None
    do: Callable[[Any], Coroutine[Any, Any, object]]
    breaks: str = "/"
    given: object = None


@dataclass(frozen=True, slots=True)
class Read:
    """A recording and what our code makes of it.

    ``expected`` is what :func:`tests.core.services.test_recordings.said` says of the result, or the class of the error.
    ``at`` is the path it is answered at, where that is not the recorded one, and ``body`` makes an answer of a body
    that is a part of one. ``beside`` are further recordings that the call needs, ``own`` answers of ours by path.
    """

    recording: str
    endpoint: str
    call: Call
    expected: object
    at: str = ""
    body: Callable[[Any], Any] | None = None
    beside: tuple[str, ...] = ()
    own: Mapping[str, object] = field(default_factory=dict)
    today: date = TODAY

    def recordings(self) -> list[Recording]:
        """All of them, this one first, as they are answered."""
        this = load(self.recording)
        body = self.body(this.body) if self.body else this.body
        return [Recording(self.at or this.url, this.status, body), *map(load, self.beside)]


@dataclass(frozen=True, slots=True)
class Case:
    """One service on loopback.

    ``build`` makes it for a base URL and a day. ``answers`` hold a good answer by path. With the settings ``on`` it is
    used, with ``off`` it is not (None: it always is). ``exempt`` says why it meets no fault of the network. ``secret``
    is what no error may say. ``forgiven`` and ``tries`` are its exceptions from the fault matrix, by call and fault: an
    error or a result ("fine" is any), and how often it asks. ``reads`` are the recordings that it reads, from
    ``folder``; ``unused`` are patterns of the others, with the reason.
    """

    build: Callable[[str, Manners, date], Service]
    on: Settings
    off: Settings | None
    calls: tuple[Call, ...]
    answers: Mapping[str, Callable[[Ask], object]]
    exempt: str = ""
    folder: str = ""
    secret: str = ""
    most_requests: int = 60
    forgiven: Mapping[tuple[str, str], object] = field(default_factory=dict)
    tries: Mapping[tuple[str, str], int] = field(default_factory=dict)
    reads: tuple[Read, ...] = ()
    unused: Mapping[str, str] = field(default_factory=dict)


async def _all(stream: AsyncIterator[object]) -> list[object]:
    return [one async for one in stream]


def check(breaks: str = "/") -> Call:
    return Call("check", None, lambda service: service.check(), breaks)


def read(link: str, name: str = "read", breaks: str = "/") -> Call:
    return Call(name, ports.PlaylistReader, lambda service: service.read(link), breaks)


def find(track: Track) -> Call:
    return Call("find", ports.SoundSource, lambda service: service.find(track))


def preview(track: Track, name: str = "preview", breaks: str = "/") -> Call:
    return Call(name, ports.SoundSource, lambda service: service.preview(track), breaks)


def audience(artist: Artist, breaks: str = "/") -> Call:
    return Call("audience", ports.AudienceMeter, lambda service: service.audience(artist), breaks, artist)


def career(artist: Artist) -> Call:
    return Call("career", ports.CareerSource, lambda service: service.career(artist))


def similar_artists(artist: Artist) -> Call:
    return Call("similar_artists", ports.ArtistExplorer, lambda service: service.similar_artists(artist))


def releases_of(artist: Artist, since: date = TODAY) -> Call:
    return Call("releases_of", ports.ArtistExplorer, lambda service: _all(service.releases_of(artist, since)))


def new_releases(since: date = TODAY) -> Call:
    return Call("new_releases", ports.ReleaseSource, lambda service: _all(service.new_releases(since)))


def releases(since: date = TODAY) -> Call:
    return Call("releases", ports.ReleaseFeed, lambda service: _all(service.releases(since)))


def songs_of(release: Release) -> Call:
    return Call("songs_of", ports.ReleaseFinder, lambda service: service.songs_of(release))


def features_of(*spotify_ids: str) -> Call:
    return Call("features_of", ports.FeatureSource, lambda service: service.features_of(spotify_ids))


def links(url: str) -> Call:
    return Call("links", ports.LinkSource, lambda service: service.links(url))


def method_of(call: Call) -> str:
    """ "read" of "read an artist" and "read: the songs"."""
    return re.split(r"[ :]", call.name)[0]


def is_error(outcome: object) -> bool:
    """Whether an expected outcome is the class of an error."""
    return isinstance(outcome, type) and issubclass(outcome, YasrError)
