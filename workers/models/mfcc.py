"""The first way of the project that YASR grew out of: the cosine of two songs' MFCC matrices. Kept for comparison.

Model card. Input: MFCC averaged over half seconds, on one scale for all songs. Both matrices are read frame after frame
as one long vector, as far as the shorter song goes, and the score is (1 + their cosine) / 2, 0..1, to the closest seed.
Nothing is learned. Known weaknesses: a song that begins half a second later is another song; so it finds songs of the
same constant colour, and little else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from core.ports import Ranking
from workers.warping.distances import Warp
from workers.warping.sequences import GRID, Sequences


class Matrices:
    """See the module's model card."""

    name = "mfcc"
    version = "1"
    features = "timbre"
    screen = "timbre"
    everything = True

    def look(self, seeds: Sequences, candidates: Sequences, screened: Vector, warp: Warp) -> Ranking:
        """Scores 0..1 and nearest seed, each (N,); songs of one length are compared in one product."""
        alike = np.empty((len(seeds), len(candidates)), np.float32)
        for length in np.unique(candidates.lengths):
            rows = np.flatnonzero(candidates.lengths == length)
            theirs = _matrices(candidates, rows, int(length))
            for number in range(len(seeds)):
                frames = int(min(length, seeds.lengths[number]))
                mine = _unit(_matrices(seeds, np.array([number]), frames))[0]
                alike[number, rows] = _unit(theirs[:, : mine.size]) @ mine
        return Ranking((1 + alike.max(axis=0)) / 2, alike.argmax(axis=0))


def _matrices(songs: Sequences, rows: NDArray[np.intp], frames: int) -> Vector:
    """The first frames of each song, (n, frames · D)."""
    starts = songs.starts[rows][:, None] + np.arange(frames)
    flat: Vector = songs.frames[starts].reshape(len(rows), -1).astype(np.float32) / GRID
    return flat


def _unit(vectors: Vector) -> Vector:
    scaled: Vector = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return scaled


MODEL = Matrices()
