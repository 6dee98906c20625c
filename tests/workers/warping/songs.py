"""Songs to warp: random walks, which like music stay near where they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.model import Vector
from workers.warping.sequences import Frames, Sequences, fixed, unfixed


def walks(lengths: Sequence[int], dims: int, seed: int) -> list[Vector]:
    """A song of each length, (T, dims), standardised more or less."""
    random = np.random.default_rng(seed)
    songs = []
    for length in lengths:
        steps = random.normal(size=(length, dims)) * 0.4
        songs.append((np.cumsum(steps, axis=0) * 0.3 + random.normal(size=dims)).astype(np.float32))
    return songs


def both(songs: Sequence[Vector]) -> dict[str, tuple[Sequences, list[Frames]]]:
    """The songs in float32 and in fixed point, each with the numbers that it stands for."""
    whole = [fixed(song) for song in songs]
    return {
        "float": (Sequences.of(songs), list(songs)),
        "fixed": (Sequences.of(whole), [unfixed(song) for song in whole]),
    }
