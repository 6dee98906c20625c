"""The seams of YASR, as Protocols. Adapters live in core/services, core/store, workers and bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from core.model import Address, Artist, Candidate, Career, Features, Listing, Playlist, Release, Track, Vector


@dataclass(frozen=True, slots=True)
class Off:
    """A music service that is not used, and the sentence that says why ("set YASR_LASTFM__KEY to use it")."""

    name: str
    title: str
    why: str


class Service(Protocol):
    """A music service that is switched on: ``name`` is for settings and the store, ``title`` is what people call it.

    ``check`` makes one small request and raises a :class:`core.errors.ServiceTrouble` when the service cannot be
    reached or does not accept the key. What else it does, it says by the ports below that it fits.
    """

    name: str
    title: str

    async def check(self) -> None: ...

    async def close(self) -> None: ...


@runtime_checkable
class PlaylistReader(Protocol):
    """Reads what a link points to.

    ``hosts`` are the host names whose links it reads. ``read`` raises a :class:`core.errors.ServiceTrouble` or
    :class:`core.errors.BadInput`; a partial read returns what it got with ``total`` set.
    """

    name: str
    hosts: frozenset[str]

    async def read(self, link: str) -> Playlist: ...


@runtime_checkable
class ReleaseSource(Protocol):
    """Publishes new songs. ``new_releases`` yields those on or after ``since``, audiences included where known."""

    name: str
    title: str

    def new_releases(self, since: date) -> AsyncIterator[Candidate]: ...


@runtime_checkable
class ReleaseFeed(Protocol):
    """Announces what came out, without songs: ``releases`` yields those on or after ``since``, newest first.

    A :class:`ReleaseFinder` finds their songs.
    """

    name: str
    title: str

    def releases(self, since: date) -> AsyncIterator[Release]: ...


@runtime_checkable
class ReleaseFinder(Protocol):
    """Has the songs, and the sound, of releases that others announce."""

    name: str

    async def songs_of(self, release: Release) -> list[Candidate]:
        """The first songs of the release that can be heard here, audiences included; empty when it is not here."""
        ...


@runtime_checkable
class CareerSource(Protocol):
    """Knows when an artist began, and how much they release."""

    name: str

    async def career(self, artist: Artist) -> Career | None:
        """The artist's career so far; None for one it does not know by this source and id."""
        ...


@runtime_checkable
class ArtistExplorer(Protocol):
    """Knows which artists are alike, and what each has released."""

    name: str

    async def similar_artists(self, artist: Artist) -> list[Artist]: ...

    def releases_of(self, artist: Artist, since: date) -> AsyncIterator[Candidate]: ...


@runtime_checkable
class AudienceMeter(Protocol):
    """Counts an artist's audience; an artist it does not know comes back as given.

    ``meter`` is what it counts, as in :class:`core.model.Audience`: "fans on Deezer".
    """

    name: str
    meter: str

    async def audience(self, artist: Artist) -> Artist: ...


@runtime_checkable
class SoundSource(Protocol):
    """Has the sound of songs."""

    name: str

    async def find(self, track: Track) -> Track | None:
        """The same recording on this service, or None."""
        ...

    async def preview(self, track: Track) -> bytes | None:
        """The bytes of a short sound clip of a track of this service, or None; never stored."""
        ...


@runtime_checkable
class FeatureSource(Protocol):
    """Knows features of songs by their Spotify ids, without their sound.

    ``extractor`` and ``version`` name what the numbers are, as those of a :class:`FeatureExtractor`.
    """

    name: str
    extractor: str
    version: str

    async def features_of(self, spotify_ids: Sequence[str]) -> dict[str, Features]:
        """The features by Spotify id; songs it does not know are left out."""
        ...


@runtime_checkable
class AccountSource(Protocol):
    """Has listeners' own accounts, which anybody may read by their names."""

    name: str
    title: str

    def profile(self, handle: str) -> str:
        """The link of an account, which the service's :class:`PlaylistReader` reads."""
        ...


@runtime_checkable
class TokenHolder(Protocol):
    """A service that gives its listeners tokens, by which an account is proved to be theirs and playlists are made."""

    name: str
    title: str

    def is_token(self, words: str) -> bool:
        """Whether the words look like a token, and not like a name."""
        ...

    async def owner(self, token: str) -> str:
        """Whose token it is. Raises NoSuchAccount for nobody's, or a ServiceTrouble."""
        ...

    async def save(self, token: str, title: str, tracks: Sequence[Track]) -> Saved:
        """Makes a private playlist of those of the tracks that the service knows. Raises a ServiceTrouble."""
        ...


@dataclass(frozen=True, slots=True)
class Grant:
    """What a service gives for a listener who agreed (RFC 6749, 5.1): ``access`` is good until ``expires``, ``refresh``
    brings another, within ``scopes``."""

    access: str
    refresh: str
    expires: datetime
    scopes: frozenset[str]


class Tokens(Protocol):
    """Where access tokens come from."""

    async def token(self) -> str:
        """The token to use now."""
        ...

    async def refresh(self) -> None:
        """Puts a new token in the place of one that the service refused.

        Raises LinkExpired when the listener must link the account again (invalid_grant, RFC 6749, 5.2).
        """
        ...


@runtime_checkable
class LinkedService(Protocol):
    """A service with the eyes, and hands, of a listener who agreed; to be closed after use.

    All raise a ServiceTrouble, LinkExpired among them; ``read`` also BadInput.
    """

    async def handle(self) -> str:
        """The account's own name."""
        ...

    async def read(self, link: str) -> Playlist:
        """What a link points to, as far as the listener may see it."""
        ...

    async def listing(self, which: Listing) -> Playlist:
        """One of the listener's own lists; without songs where it is empty."""
        ...

    async def playlists(self) -> list[Playlist]:
        """The playlists that the listener owns or shares, without their songs."""
        ...

    async def save(self, title: str, tracks: Sequence[Track]) -> Saved:
        """Makes a private playlist of those of the tracks that the service has."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class Grantor(Protocol):
    """Links accounts by their owners' consent: OAuth 2.0's authorization code with PKCE (RFC 6749, RFC 7636)."""

    name: str
    title: str
    hosts: frozenset[str]
    #: What is asked for to read, and more to save a playlist.
    reading: frozenset[str]
    saving: frozenset[str]

    def consent(self, redirect: str, state: str, challenge: str, scopes: Collection[str]) -> str:
        """Where the listener is asked. ``challenge`` is the S256 one of the verifier."""
        ...

    async def granted(self, code: str, verifier: str, redirect: str) -> Grant:
        """What a code is good for, once. Raises ConsentLost for one that is used, too old, or not for us."""
        ...

    async def renewed(self, grant: Grant) -> Grant:
        """A new token. Raises LinkExpired when the listener must agree anew."""
        ...

    def for_listener(self, tokens: Tokens) -> LinkedService:
        """The service for one who agreed."""
        ...

    def profile(self, handle: str) -> str:
        """Where an account can be seen."""
        ...


@dataclass(frozen=True, slots=True)
class Saved:
    """A playlist that was made: where it is, how many songs are in it, and which the service does not have."""

    url: str
    songs: int
    missing: tuple[Track, ...] = ()


@runtime_checkable
class LinkSource(Protocol):
    """Knows where else a song can be heard."""

    name: str

    async def links(self, url: str) -> Mapping[str, str]:
        """Service titles and addresses for the song at ``url``; empty when it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Lyrics:
    """The words of a song, never stored; ``instrumental`` says that it is known to have none."""

    text: str
    instrumental: bool = False


@runtime_checkable
class LyricsSource(Protocol):
    """Knows the words of songs."""

    name: str

    async def lyrics_of(self, track: Track) -> Lyrics | None:
        """The words of this recording; None when it does not know them."""
        ...


class FeatureExtractor(Protocol):
    """Turns samples into features; ``name`` and ``version`` are stored with every vector."""

    name: str
    version: str

    def extract(self, samples: Vector, rate: int) -> Features:
        """``samples`` is mono float32 of shape (N,) in -1..1, silence trimmed; ``rate`` is in Hz."""
        ...


class Nearest(Protocol):
    """Of which seed candidates are nearest: an array (N,), or what is worked out for those that are asked for."""

    def __getitem__(self, rows: NDArray[np.intp], /) -> NDArray[np.intp]: ...


@dataclass(frozen=True, slots=True)
class Ranking:
    """``scores`` (N,) float32, higher is closer; ``nearest[rows]`` are the rows of the seeds closest to candidates."""

    scores: NDArray[np.float32]
    nearest: Nearest


class Recommender(Protocol):
    """Holds candidates against the seeds. ``seeds`` is (S, D), ``candidates`` (N, D), both float32 and unscaled.

    ``features`` names the extractor whose vectors it compares; empty for any.
    """

    name: str
    version: str
    features: str

    def rank(self, seeds: Vector, candidates: Vector) -> Ranking: ...


class JobQueue(Protocol):
    """Nudges a worker. Losing a nudge is harmless: the store is the truth and the reconciler puts it back."""

    async def put(self, request_id: str) -> None: ...

    async def paint(self, key: str) -> None:
        """Has a picture of the store drawn; who waits for it orders it again."""
        ...


class ChatFront(Protocol):
    """A place where people speak with YASR. ``post`` is idempotent: the same ``request_id`` is shown once."""

    name: str

    async def post(self, address: Address, request_id: str) -> str: ...
