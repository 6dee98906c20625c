"""``yasr analyse FILE…``: what YASR hears in sound files, in words, numbers and pictures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from core.errors import BadInput, NoSuchPath
from core.model import Features
from core.readers.folder import genres_of
from core.said import said
from core.settings import Settings
from workers import genre
from workers.audio.analyse import measured
from workers.audio.decode import decode
from workers.audio.extractor import Timbre
from workers.audio.projection import fitted_here, projection
from workers.audio.speech import speech
from workers.audio.trim import trim

_KEYS = ("C", "C♯/D♭", "D", "D♯/E♭", "E", "F", "F♯/G♭", "G", "G♯/A♭", "A", "A♯/B♭", "B")
_UNITS = {"tempo": "BPM", "loudness": "LUFS", "loudness_range": "LU", "brightness": "Hz", "onset_rate": "a second"}


@dataclass(frozen=True, slots=True)
class Described:
    """One file: its features, its genres, and its words where speech is recognised."""

    features: Features
    genres: list[genre.Guess]
    words: str | None

    def as_json(self) -> dict[str, Any]:
        """The features by name at the top, as scripts know them, and the rest under names of its own."""
        rest: dict[str, Any] = {
            "confidence": dict(self.features.confidence),
            "genres": [{"genre": g.genre, "probability": g.probability, "told": g.told} for g in self.genres],
        }
        return {**self.features.named, **rest} | ({} if self.words is None else {"words": self.words})


def describe(settings: Settings, files: list[Path], console: Console, *, as_json: bool, plot: Path | None) -> None:
    """Prints what is heard in the files and draws the one file into ``plot``. Raises what decoding raises."""
    if plot and len(files) > 1:
        raise BadInput(problem=said("one file at a time can be drawn"))
    for file in files:
        if not file.is_file():
            raise NoSuchPath(path=str(file))
    found = {file: _described(settings, file, plot) for file in files}
    if as_json:
        console.print_json(json.dumps({str(file): one.as_json() for file, one in found.items()}))
        return
    for file, one in found.items():
        console.print(file.name, markup=False)
        for line in _lines(one):
            console.print(f"  {line}", markup=False, highlight=False)


def _described(settings: Settings, file: Path, plot: Path | None) -> Described:
    whole = decode(file, file.name, settings.audio)
    heard = trim(whole, file.name)
    fitted = projection(next(iter(fitted_here(settings.state_dir)), None))
    features = measured(Timbre(fitted).extract(heard.samples, heard.rate), heard)
    model = genre.load(settings.state_dir / "models", fitted.version)
    guesses = model.guess(features.vector) if model else []
    if plot:
        from workers.pictures import Shown, draw

        draw(Shown.of(whole, heard), plot, title=file.name)
    recogniser = speech(settings.audio)
    words = recogniser.transcribe(heard.samples, heard.rate) if recogniser else None
    return Described(features, genre.settled(genres_of(file), guesses), words)


def _lines(one: Described) -> list[str]:
    named = dict(one.features.named)
    lines = []
    if "key" in named:
        key = _KEYS[int(named.pop("key"))] + (" major" if named.pop("mode") else " minor")
        lines.append(_line("key", key, one.features.confidence.get("key")))
    lines += [_line(name, f"{value:.2f} {_UNITS.get(name, '')}".strip(), one.features.confidence.get(name))
              for name, value in named.items()]  # fmt: skip
    lines += [_line("genre", guess.genre, None if guess.told else guess.probability) for guess in one.genres]
    return lines if one.words is None else [*lines, _line("words", one.words or "none heard", None)]


def _line(name: str, value: str, sure: float | None) -> str:
    return f"{name:<15} {value}" + ("" if sure is None else f"  ({sure:.0%} sure)")
