"""The same catalogues and seeds for everybody, made up: numbers as Spotify gives them, and vectors as we hear them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.model import Vector

SEEDS = 50
SIZES = (10_000, 100_000, 1_000_000)
DIMS = 128
THREADS = tuple(f"{name}_NUM_THREADS" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA", "NUMEXPR"))
#: So many sets of seeds, each of one taste, and as many of three.
SETS = 5
_STYLES = 200


def write(folder: Path, size: int) -> None:
    """``numbers`` (N, 13) and ``vectors`` (N, 128), float32, and the rows of sets of seeds (R, 50) of one taste
    (``one``) and of three (``three``), as .npy files.
    """
    chance = np.random.default_rng(size)
    style = chance.integers(0, _STYLES, size)
    np.save(folder / "numbers.npy", _numbers(chance, style))
    homes = chance.standard_normal((_STYLES, DIMS), np.float32)
    vectors = homes[style]
    vectors += chance.standard_normal((size, DIMS), np.float32)
    np.save(folder / "vectors.npy", vectors)
    for name, tastes in (("one", 1), ("three", 3)):
        np.save(folder / f"{name}.npy", np.stack([_seeds(chance, style, tastes) for _ in range(SETS)]))


def _seeds(chance: np.random.Generator, style: NDArray[np.int64], tastes: int) -> NDArray[np.intp]:
    wanted = chance.choice(np.unique(style), tastes, replace=False)
    rows = np.flatnonzero(np.isin(style, wanted))
    return chance.choice(rows, SEEDS, replace=len(rows) < SEEDS)


def _numbers(chance: np.random.Generator, style: NDArray[np.int64]) -> Vector:
    """In the order of :data:`workers.taste.encoding.NAMES`: shares, loudness, mode, tempo, key, duration, metre."""
    homes = chance.beta(0.7, 0.7, (_STYLES, 13))
    shares = np.clip(homes[style] + 0.05 * chance.standard_normal((len(style), 13)), 0, 1)
    shares[:, 5] = -30 * shares[:, 5] ** 2
    shares[:, 6] = shares[:, 6] > 0.4
    shares[:, 8] = 60 + 120 * shares[:, 8]
    shares[:, 10] = np.floor(11.99 * shares[:, 10])
    shares[:, 11] = 60 + 300 * shares[:, 11]
    shares[:, 12] = np.where(shares[:, 12] > 0.9, 3, 4)
    return shares.astype(np.float32)
