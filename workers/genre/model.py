"""A trained genre model: numbers only, so that guessing needs nothing but NumPy."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.model import Vector
from core.said import said

Rows = NDArray[np.float64]
#: zipfile raises RuntimeError where a damaged byte says that a file is encrypted, or packed in a way it cannot read.
_DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, zlib.error, zipfile.BadZipFile)
#: A genre is guessed beside the best one when it is at least this share as probable.
_BESIDE = 0.25


@dataclass(frozen=True, slots=True)
class Guess:
    """A genre: ``told`` by people, or guessed with a probability."""

    genre: str
    probability: float
    told: bool = False


@dataclass(frozen=True, slots=True)
class GenreModel:
    """``weights`` (D, K) and ``bias`` (K,) with scaling and temperature in them; ``songs`` (N, D) of the training.

    ``threshold`` is the least probability of a best guess, ``farthest`` the greatest distance to the nearest song.
    """

    extractor: str
    version: str
    genres: tuple[str, ...]
    weights: Vector
    bias: Vector
    songs: Vector
    threshold: float
    farthest: float

    def __post_init__(self) -> None:
        """Raises ValueError for numbers that do not fit together."""
        inputs, outputs = self.weights.shape
        fits = self.bias.shape == (outputs,) == (len(self.genres),) and self.songs.shape == (len(self.songs), inputs)
        finite = all(np.isfinite(each).all() for each in (self.weights, self.bias, self.songs))
        if not fits or not finite or outputs < 2 or len(self.songs) < 1:
            raise ValueError("the numbers of a genre model do not fit together")

    def probabilities(self, vectors: Vector) -> Rows:
        """(N, D) → (N, K), each row of sum one, whether or not a song is like anything learned."""
        return softmax((vectors @ self.weights + self.bias).astype(np.float64))

    def guess(self, vector: Vector) -> list[Guess]:
        """(D,) → the genres that are not unlikely, best first; empty for a song that is like nothing learned."""
        chances = self.probabilities(vector[None])[0]
        best = chances.max()
        distance = np.linalg.norm(self.songs - vector, axis=1).min()
        if not (best >= self.threshold and distance <= self.farthest):
            return []
        likely = [(chance, genre) for chance, genre in zip(chances.tolist(), self.genres, strict=True)
                  if chance >= best * _BESIDE]  # fmt: skip
        return [Guess(genre, round(chance, 3)) for chance, genre in sorted(likely, reverse=True)]

    def save(self, folder: Path, card: dict[str, Any]) -> None:
        """Writes ``genre.npz`` and its model card, ``genre.json``; each appears whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        notes = {"extractor": self.extractor, "version": self.version, "genres": self.genres,
                 "threshold": self.threshold, "farthest": self.farthest}  # fmt: skip
        text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
        _write(folder / "genre.json", lambda file: file.write(text.encode()))
        _write(
            folder / "genre.npz",
            lambda file: np.savez_compressed(
                file, weights=self.weights, bias=self.bias, songs=self.songs,
                notes=np.frombuffer(json.dumps(notes).encode(), np.uint8),
            ),
        )  # fmt: skip


def load(folder: Path, version: str, extractor: str = "timbre") -> GenreModel | None:
    """What was trained, None where nothing was. Raises BadInput for a damaged file, or one for other vectors."""
    file = folder / "genre.npz"
    if not file.exists():
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            # NumPy reads a header before its checksum is known to hold, and trips over a damaged one in many ways.
            if archive.testzip():
                raise zipfile.BadZipFile
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as held:
            notes = json.loads(held["notes"].tobytes())
            numbers = {name: held[name].astype(np.float32) for name in ("weights", "bias", "songs")}
            model = GenreModel(**{**notes, "genres": tuple(notes["genres"])}, **numbers)
    except _DAMAGED as error:
        raise BadInput(problem=said("{name} is no genre model", name=file.name)) from error
    if (model.extractor, model.version) != (extractor, version):
        raise BadInput(problem=said("{name} was trained for another version of the vector", name=file.name))
    return model


def settled(told: Sequence[str], guesses: Sequence[Guess]) -> list[Guess]:
    """What people say wins over what is guessed."""
    return [Guess(genre, 1.0, told=True) for genre in dict.fromkeys(map(normalised, told)) if genre] or list(guesses)


def normalised(genre: str) -> str:
    """ "Hip-Hop" and "hip hop " are one."""
    return " ".join(genre.casefold().replace("-", " ").replace("_", " ").split())


def softmax(logits: Rows) -> Rows:
    """(N, K) → (N, K), each row of sum one."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Rows = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _write(file: Path, fill: Callable[[BinaryIO], object]) -> None:
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as opened:
            fill(opened)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
