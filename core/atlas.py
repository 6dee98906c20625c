"""Where songs lie: a map of them in two dimensions, and how large their artists are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model import Audience, Vector
from core.newcomer import MOST, percentile

#: The sizes of artists, as they can be asked for, and last those of whom nobody counted who listens.
SIZES = (*tuple(MOST)[:-1], "large", "unknown")


@dataclass(frozen=True, slots=True)
class Projection:
    """Songs on a plane: ``points`` (N, 2), and the share 0..1 of all their differences that the plane keeps."""

    points: NDArray[np.float64]
    kept: float


def project(vectors: Vector) -> Projection:
    """The plane on which songs (N, D) differ most: principal components (Pearson 1901, "On lines and planes of closest
    fit to systems of points in space"), each pointing to where its largest number is positive.
    """
    centred = np.asarray(vectors, np.float64)
    if not len(centred):
        return Projection(np.zeros((0, 2)), 1.0)
    centred = centred - centred.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    plane = directions[:2]
    largest = np.abs(plane).argmax(axis=1)
    plane = plane * np.where(plane[np.arange(len(plane)), largest] < 0, -1.0, 1.0)[:, None]
    points = np.zeros((len(centred), 2))
    points[:, : len(plane)] = centred @ plane.T
    power = sizes**2
    whole = float(power.sum())
    return Projection(points, float(power[:2].sum()) / whole if whole else 1.0)


def spread(
    artists: Iterable[Sequence[Audience]], scales: Mapping[str, tuple[int, int, int]]
) -> dict[str, float] | None:
    """The share of artists of each of :data:`SIZES`; None without artists. Each is given by their audiences."""
    counts = dict.fromkeys(SIZES, 0)
    for audiences in artists:
        place = percentile(audiences, scales)
        if place is None:
            counts["unknown"] += 1
        else:
            counts[next((reach for reach in SIZES[:-2] if place <= MOST[reach]), "large")] += 1  # type: ignore[index]
    whole = sum(counts.values())
    return {size: count / whole for size, count in counts.items()} if whole else None
