"""The seams of YASR, as Protocols. Adapters live in core/services, core/store, workers and bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from core.model import Address, Artist, Candidate, Features, Playlist, Track, Vector


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
    """Publishes new releases. ``new_releases`` yields those on or after ``since``, audiences included where known."""

    name: str

    def new_releases(self, since: date) -> AsyncIterator[Candidate]: ...


@runtime_checkable
class ArtistExplorer(Protocol):
    """Knows which artists are alike, and what each has released."""

    name: str

    async def similar_artists(self, artist: Artist) -> list[Artist]: ...

    def releases_of(self, artist: Artist, since: date) -> AsyncIterator[Candidate]: ...


@runtime_checkable
class AudienceMeter(Protocol):
    """Counts an artist's audience; an artist it does not know comes back as given."""

    name: str

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


class FeatureExtractor(Protocol):
    """Turns samples into features; ``name`` and ``version`` are stored with every vector."""

    name: str
    version: str

    def extract(self, samples: Vector, rate: int) -> Features:
        """``samples`` is mono float32 of shape (N,) in -1..1, silence trimmed; ``rate`` is in Hz."""
        ...


@dataclass(frozen=True, slots=True)
class Ranking:
    """``scores`` (N,) float32, higher is closer; ``nearest`` (N,) int: the row of the closest seed."""

    scores: NDArray[np.float32]
    nearest: NDArray[np.intp]


class Recommender(Protocol):
    """Holds candidates against the seeds. ``seeds`` is (S, D), ``candidates`` (N, D), both float32 and unscaled."""

    name: str
    version: str

    def rank(self, seeds: Vector, candidates: Vector) -> Ranking: ...


class JobQueue(Protocol):
    """Nudges a worker. Losing a nudge is harmless: the store is the truth and the reconciler puts it back."""

    async def put(self, request_id: str) -> None: ...


class ChatFront(Protocol):
    """A place where people speak with YASR. ``post`` is idempotent: the same ``request_id`` is shown once."""

    name: str

    async def post(self, address: Address, request_id: str) -> str: ...
