"""The nouns of YASR: frozen, slotted dataclasses that every part shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.said import Arg, Said

Vector = NDArray[np.float32]

#: The artist of a sound file that does not say who made it.
UNKNOWN_ARTIST = "Unknown artist"


@dataclass(frozen=True, slots=True)
class Track:
    """One song as one source names it; several tracks may be one recording.

    ``source`` and ``source_id`` say where it was read ("deezer" and "3135556"; "file" and its path). ``artists`` has
    at least one name, the main artist first. ``duration_s`` is in seconds. ``licence_url`` is the licence that must be
    shown with it (Creative Commons), if any. ``path`` is a local sound file, relative to
    the state folder when YASR made it; ``generated`` says that no human recorded it (the demo catalogue).
    """

    title: str
    artists: tuple[str, ...]
    source: str = "text"
    source_id: str = ""
    artist_id: str = ""
    album: str = ""
    isrc: str = ""
    duration_s: float | None = None
    release_date: date | None = None
    url: str = ""
    cover_url: str = ""
    path: Path | None = None
    generated: bool = False
    licence_url: str = ""

    @property
    def artist(self) -> str:
        """All artists as one line, the way it is shown."""
        return ", ".join(self.artists)

    def __str__(self) -> str:
        return self.title if self.artists[0] == UNKNOWN_ARTIST else f"{self.artist} – {self.title}"


@dataclass(frozen=True, slots=True)
class Audience:
    """How many people follow an artist on one service, and when that was read."""

    meter: str
    count: int
    seen: date


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist as a source names them, with the audience it reports (absent when unknown)."""

    name: str
    source: str
    source_id: str
    audience: Audience | None = None


@dataclass(frozen=True, slots=True)
class Career:
    """What one source knows of an artist's life so far: the evidence of "new", and of "machine-made".

    ``releases`` counts albums, EPs and singles, ``lately`` those of the 365 days before ``seen``; ``tracks`` is absent
    where the source does not count songs. ``marks`` are the labels and tags it gives them, in lower case.
    """

    source: str
    seen: date
    first_release: date | None = None
    releases: int = 0
    lately: int = 0
    tracks: int | None = None
    marks: tuple[str, ...] = ()


class RulingKind(StrEnum):
    """What holds of an artist, whatever the guard says."""

    ALLOW = "allow"
    BLOCK = "block"
    APPEALED = "appealed"


@dataclass(frozen=True, slots=True)
class Ruling:
    """The operator's decision about an artist, or somebody's appeal for one."""

    name: str
    kind: RulingKind
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Release:
    """An album, EP or single that came out, as a source without songs or sound announces it."""

    title: str
    artists: tuple[str, ...]
    source: str
    source_id: str
    released: date
    artist_id: str = ""
    url: str = ""
    cover_url: str = ""
    audiences: tuple[Audience, ...] = ()


@dataclass(frozen=True, slots=True)
class Playlist:
    """What a listener gave: ``total`` is what the source says it holds, so that a partial read can say so."""

    title: str
    tracks: tuple[Track, ...]
    source: str
    total: int | None = None
    url: str = ""
    notes: tuple[Said, ...] = ()

    @property
    def partial(self) -> bool:
        return self.total is not None and len(self.tracks) < self.total


@dataclass(frozen=True, slots=True)
class Candidate:
    """A track offered to the catalogue, with what is known of its artist's audience."""

    track: Track
    audiences: tuple[Audience, ...] = ()
    collection: str = "main"


@dataclass(frozen=True, slots=True)
class FrameSequence:
    """How a song goes on: ``frames`` (T, D) in fixed point, two a second, the first ``start_s`` seconds after the
    sound begins. What the numbers are is fixed by ``version``.
    """

    version: str
    frames: NDArray[np.int16]
    start_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Features:
    """What an extractor hears in a track.

    ``vector`` has shape (D,), float32, D fixed by extractor name and version. ``named`` holds the numbers a person can
    read, such as ``tempo`` (BPM), ``loudness`` (LUFS), ``onset_rate`` (per second), ``brightness`` (Hz) and ``music``
    (0..1, how sure we are that this is music and not noise, silence or a test tone); ``confidence`` how sure some of
    them are, 0..1. What could not be told is absent. ``sequence`` is there when the sound was just heard.
    """

    extractor: str
    version: str
    vector: Vector
    named: Mapping[str, float] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)
    sequence: FrameSequence | None = None


class Arm(StrEnum):
    """Why a pick is in the slate: it sounds close, or it is deliberately far."""

    CLOSE = "close"
    WILDCARD = "wildcard"


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a pick is most like a song of the listener's.

    ``mine`` and ``theirs`` are its beginning and end in seconds of the two sounds, as they are played; ``path`` pairs
    the moments that belong together. ``closer``: the share of the catalogue's songs that have no such passage, 0..1.
    """

    seed: Track
    mine: tuple[float, float]
    theirs: tuple[float, float]
    closer: float
    path: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A feature of a song of the listener's and of the pick, in the feature's unit, and ``spread``: how far songs of
    the catalogue lie from their middle in it (their median absolute deviation), in the same unit, or of natural
    logarithms where songs are compared by ratio (:func:`core.reasons.scaled`). ``key`` is that with its mode.
    """

    mine: float
    theirs: float
    spread: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a pick's reason rests on: the listener's ``songs`` nearest to it, nearest first, and by name the features of
    the first of them and of the pick.
    """

    songs: tuple[str, ...]
    features: Mapping[str, Compared] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pick:
    """One song shown to a listener, with everything needed to explain it later; ``label`` is the guard's warning.

    ``score`` is the rating 0..10 that was expected. ``model`` proposed it. ``fit`` is the share of the candidates that
    the model places below it, 0..1; ``random`` says that chance drew it from all that were eligible, whatever its arm.
    ``swayed`` is how many points the listener's own ratings had added to what is expected of it rather than of any
    other song, None where nobody noted it.
    """

    id: int
    rank: int
    arm: Arm
    score: float
    recording_id: int
    track: Track
    nearest_seed: str
    reason: Said
    audiences: tuple[Audience, ...] = ()
    label: Said | None = None
    verdict: Verdict | None = None
    passage: Passage | None = None
    model: str = ""
    fit: float | None = None
    swayed: float | None = None
    random: bool = False
    told: Evidence | None = None
    track_id: int = 0
    seed_track_id: int | None = None


@dataclass(frozen=True, slots=True)
class Slate:
    """The picks that answer one request."""

    request_id: str
    model: str
    model_version: str
    picks: tuple[Pick, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """A listener's rating of a recording on the 0–10 scale; the last one wins."""

    listener_id: int
    recording_id: int
    value: int
    emoji: str


class State(StrEnum):
    """The life of a request: asked → working → ready → delivered, or refused or cancelled."""

    ASKED = "asked"
    WORKING = "working"
    READY = "ready"
    DELIVERED = "delivered"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class SourceKind(StrEnum):
    """What a request's source is: a link to read, songs already read, or sound files on this machine; the taste of
    several people (``value`` is the blend's id); or a link to songs that an artist offers to the catalogue; or a list
    of an account that was linked by consent (``value`` is the service and a :class:`Listing`: "spotify:top").
    """

    LINK = "link"
    PLAYLIST = "playlist"
    FOLDER = "folder"
    SAMPLE = "sample"
    BLEND = "blend"
    SUBMISSION = "submission"
    ACCOUNT = "account"


class Listing(StrEnum):
    """A list that a service keeps of its own listener: what they play most, what they like, what they heard last."""

    TOP = "top"
    LIKED = "liked"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the seeds come from: ``value`` is a link, a path or empty; ``playlist`` holds songs already read."""

    kind: SourceKind
    value: str = ""
    playlist: Playlist | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What the listener may turn: the model, how many picks, which collection of candidates, how little known, how new,
    which extractor's features are compared ("timbre" is heard, "ten" told by services, "lyrics" read), and which moods
    (:data:`core.moods.MOODS`) the songs must have.

    ``model`` is empty where the features' own is meant. ``audience`` is "tiny", "small", "medium" or "any"; it and
    ``weeks`` are empty where the listener's own settings, or else the operator's, decide.
    """

    model: str = ""
    count: int = 5
    wildcards: int = 5
    collection: str = ""
    audience: str = ""
    weeks: int = 0
    features: str = "timbre"
    moods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a listener has set for good; empty where the operator's settings, or the chat platform, decide.

    ``language`` is a code of two letters, ``locale`` what their platform last spoke. ``private``: answers come in a
    direct message. ``compare``: others may compare their taste with this listener's.
    """

    audience: str = ""
    weeks: int = 0
    language: str = ""
    locale: str = ""
    private: bool = False
    compare: bool = False


@dataclass(frozen=True, slots=True)
class Server:
    """What the admins of a server (a guild, a group) have set. ``links``: offer to answer links that people share."""

    links: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A listener's account with a music service; ``link`` is what a reader opens for its songs.

    ``proved``: the service said that it is theirs. ``scopes`` are what its owner agreed to, where they were asked.
    """

    service: str
    handle: str
    link: str
    proved: bool = False
    scopes: frozenset[str] = frozenset()

    @property
    def granted(self) -> bool:
        """Whether its owner agreed that it is read with their eyes."""
        return bool(self.scopes)


class PostKind(StrEnum):
    """What a message shows of a request: its progress, its answer's head, a pick, a pick with its sound."""

    JOB = "job"
    HEAD = "head"
    PICK = "pick"
    CLIP = "clip"


@dataclass(frozen=True, slots=True)
class Post:
    """A message in a chat that shows (a part of) a request."""

    place: str
    message: str
    request_id: str
    kind: PostKind
    pick_id: int | None = None


@dataclass(frozen=True, slots=True)
class Blend:
    """People who were invited to be pleased together: listeners, and whether each has agreed; the asker first."""

    id: str
    asker: int
    members: Mapping[int, bool]

    @property
    def agreed(self) -> list[int]:
        """Who takes part."""
        return [listener for listener, agrees in self.members.items() if agrees]


@dataclass(frozen=True, slots=True)
class Address:
    """Where an answer goes: the front end's name and its own address (a chat, a channel, a page).

    ``origin`` names what asked (a message, a press) where a platform may deliver it twice: it is one request.
    """

    front: str
    place: str
    origin: str = ""

    @property
    def server(self) -> str:
        """The server (guild, group) that the place "server/channel" is in; empty for a place of one person's own."""
        server, found, _ = self.place.partition("/")
        return server if found and not server.startswith("@") else ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request is. ``total`` is 0 while it is not known; ``note`` are sentences for the listener."""

    stage: str
    done: int = 0
    total: int = 0
    note: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One wish of a listener, from asking to the answer; ``not_before`` while a service asks us to wait."""

    id: str
    listener_id: int
    address: Address
    source: Source
    options: Options
    state: State
    progress: Progress
    title: str
    created_at: datetime
    error: str = ""
    error_args: Mapping[str, Arg] = field(default_factory=dict)
    receipt: str = ""
    not_before: datetime | None = None
