"""From descriptors to the vector: groups standardised, weighted, turned and cut to 128 numbers.

The numbers by which that is done are fitted once (``workers/audio/fitting.py``) and are the version of the vector:
vectors of different versions must not be compared.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from core.errors import BadInput
from core.model import Vector
from core.said import said

DIMS = 128
#: Standardised numbers beyond this are cut, so that one odd descriptor cannot decide.
CLIP = 2.5
_SHIPPED = Path(__file__).with_name("timbre-1.npz")


@dataclass(frozen=True, slots=True)
class Projection:
    """``centre`` and ``scale`` (D,) of the descriptors, group after group; ``matrix`` (D, DIMS); ``offset`` (DIMS,).

    ``groups`` are their names and sizes in order; ``fitted_on`` are fingerprints of the files it was fitted on.
    """

    version: str
    groups: Mapping[str, int]
    centre: Vector
    scale: Vector
    matrix: Vector
    offset: Vector
    fitted_on: frozenset[str] = field(default=frozenset(), repr=False)

    def __call__(self, groups: Mapping[str, Vector]) -> Vector:
        """The groups, each (B, D), as vectors (B, DIMS), float32."""
        columns = np.concatenate([groups[name] for name in self.groups], axis=1)
        standard = np.clip((columns - self.centre) * self.scale, -CLIP, CLIP)
        vectors: Vector = (standard @ self.matrix - self.offset).astype(np.float32)
        return vectors

    def save(self, file: Path) -> None:
        """Writes it; the matrix keeps three digits, which are more than the descriptors have."""
        notes = {"version": self.version, "groups": dict(self.groups), "fitted_on": sorted(self.fitted_on)}
        np.savez_compressed(
            file, centre=self.centre, scale=self.scale, matrix=self.matrix.astype(np.float16), offset=self.offset,
            notes=np.frombuffer(json.dumps(notes).encode(), np.uint8),
        )  # fmt: skip


def load(file: Path) -> Projection:
    """A saved projection. Raises BadInput for a file that is none."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as held:
            notes = json.loads(held["notes"].tobytes())
            numbers = {name: held[name].astype(np.float32) for name in ("centre", "scale", "matrix", "offset")}
    except (OSError, EOFError, ValueError, KeyError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise BadInput(problem=said("{name} is no fitted vector", name=file.name)) from error
    return Projection(notes["version"], notes["groups"], fitted_on=frozenset(notes["fitted_on"]), **numbers)


@cache
def projection(fitted: Path | None = None) -> Projection:
    """The saved one, or the one that comes with YASR."""
    return load(fitted or _SHIPPED)


def fitted_here(state_dir: Path) -> list[Path]:
    """The vectors that the operator has fitted, newest first."""
    return sorted((state_dir / "models").glob("timbre-*.npz"), key=lambda file: file.stat().st_mtime, reverse=True)
