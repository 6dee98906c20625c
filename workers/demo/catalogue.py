"""The demo catalogue: which songs there are, and how one of them becomes a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from core.model import Track, Vector
from workers.demo.cast import Member, members
from workers.demo.encode import write_mp3
from workers.demo.instruments import RATE
from workers.demo.render import duration_s, perform
from workers.demo.score import Manner, bars_of, compose
from workers.demo.styles import STYLES
from workers.demo.theory import KEYS

_RELEASED = date(2026, 1, 5)
#: The first artist of these styles plays the sample playlist and is never offered.
_SAMPLE_STYLES = ("lo-fi beats", "synthwave", "folk pluck")


@dataclass(frozen=True, slots=True)
class Song:
    """A song before it sounds. ``tempo`` is in BPM, ``key`` one of ``theory.KEYS``, ``mode`` one of ``theory.MODES``;
    ``instruments`` are the voices, and the kit where there are drums."""

    track: Track
    style: str
    tempo: float
    key: str
    mode: str
    instruments: tuple[str, ...]
    manner: Manner
    seed: int


@cache
def songs() -> tuple[Song, ...]:
    """The whole catalogue; always the same."""
    listed: list[Song] = []
    for member in members():
        for title in member.titles:
            listed.append(_song(member, title, number=len(listed)))
    return tuple(listed)


def _song(member: Member, title: str, number: int) -> Song:
    rng = np.random.default_rng((number, 7))
    style = member.style
    tempo = round(float(np.clip(member.manner.tempo * rng.uniform(0.98, 1.02), *style.tempo)), 1)
    track = Track(
        title=title,
        artists=(member.name,),
        source="demo",
        source_id=f"demo:{number:03d}",
        artist_id=f"demo:{member.name}",
        album=f"{style.name.capitalize()} (YASR demo)",
        duration_s=round(duration_s(bars_of(tempo), tempo), 2),
        release_date=_RELEASED,
        generated=True,
    )
    kit = (f"{style.kit} kit",) if style.kit else ()
    return Song(
        track=track,
        style=style.name,
        tempo=tempo,
        key=KEYS[rng.integers(12)],
        mode=style.modes[rng.integers(len(style.modes))],
        instruments=tuple(dict.fromkeys(member.manner.voices)) + kit,
        manner=member.manner,
        seed=1000 + number,
    )


@cache
def _sample_artists() -> frozenset[str]:
    return frozenset(next(m.name for m in members() if m.style.name == style) for style in _SAMPLE_STYLES)


def sample_playlist() -> tuple[Song, ...]:
    """Twelve songs to try YASR with, by three artists who appear nowhere else in the catalogue."""
    return tuple(song for song in songs() if song.track.artist in _sample_artists())


def candidates() -> tuple[Song, ...]:
    """The songs that may be offered: all but those of the sample playlist's artists."""
    return tuple(song for song in songs() if song.track.artist not in _sample_artists())


def samples(song: Song) -> Vector:
    """How ``song`` sounds: float32 (N,) at ``instruments.RATE``, within -1..1."""
    style = next(style for style in STYLES if style.name == song.style)
    score = compose(style, song.manner, song.tempo, song.key, song.mode, song.seed)
    return perform(score, style, song.manner, song.seed)


def path_of(song: Song, folder: Path) -> Path:
    """Where ``song`` is kept below ``folder``."""
    return folder / f"{song.track.source_id.replace(':', '-')}.mp3"


def render(song: Song, path: Path) -> None:
    """Writes ``song`` to ``path``, unless it is there already. Several processes may do so at the same time."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_mp3(samples(song), RATE, song.track, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
