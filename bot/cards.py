"""What is shown, not how it is drawn: every front end gets these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.model import Arm, State


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A place to open a song: the label ("Deezer") and an https link."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PassageCard:
    """Where a pick is most like a song of the listener's, the ``seed``; ``sound`` says that the seed can be played.

    ``mine`` and ``theirs`` are begin and end in seconds of the seed's clip and of the pick's; ``path`` pairs the
    moments that belong together.
    """

    sentence: str
    seed: str
    sound: bool
    mine: tuple[float, float]
    theirs: tuple[float, float]
    path: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class PickCard:
    """One pick. ``sound`` says that a clip can be played; ``rated`` is the listener's emoji or empty.

    ``label`` is the guard's warning ("may be machine-made: …"), mostly empty; ``licence_url`` must be shown with the
    song where there is one; ``recording`` is the same for everybody who is shown the song.
    """

    id: int
    rank: int
    arm: Arm
    title: str
    artist: str
    evidence: str
    reason: str
    cover_url: str
    sound: bool
    links: tuple[LinkButton, ...]
    generated: bool
    rated: str
    label: str = ""
    licence_url: str = ""
    recording: int = 0
    passage: PassageCard | None = None


@dataclass(frozen=True, slots=True)
class JobCard:
    """A request that is under way, refused or cancelled. ``total`` is 0 while unknown; ``error`` is a sentence.

    ``until`` says that a service asked us to wait, and for how long (UTC); ``left`` how long the stage will still take.
    """

    request_id: str
    title: str
    state: State
    stage: str
    done: int
    total: int
    note: str
    error: str
    until: datetime | None = None
    left: str = ""


@dataclass(frozen=True, slots=True)
class SlateCard:
    """The answer: picks, close ones first. ``note`` holds what the listener should know ("read 93 of 102"). ``page`` is
    the path of its own page for the one who asked; empty where people cannot reach it.
    """

    request_id: str
    title: str
    note: str
    picks: tuple[PickCard, ...]
    page: str = ""


Card = JobCard | SlateCard


@dataclass(frozen=True, slots=True)
class StatusCard:
    """What the catalogue holds and what is being done about it, in one sentence."""

    songs: int
    generated: int
    sentence: str
