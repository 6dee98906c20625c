"""Exact dynamic time warping of MFCC."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.model import Vector
from workers.audio.decode import Sound
from workers.evaluate.peers.cepstra import coefficients
from workers.warping.distances import distances
from workers.warping.sequences import Sequences

#: Averaged frames per second: two are enough for what repeats in a song, and a second of it stays cheap.
FRAMES_PER_S = 2


def dtw_mfcc(sounds: Sequence[Sound]) -> Vector:
    """Warping of MFCC, averaged to :data:`FRAMES_PER_S` and standardised over the frames of all songs."""
    songs = [_averaged(*coefficients(sound)) for sound in sounds]
    frames = np.concatenate(songs)
    mean, spread = frames.mean(axis=0), frames.std(axis=0).clip(min=1e-6)
    sequences = Sequences.of([((song - mean) / spread).astype(np.float32) for song in songs])
    return distances(sequences, sequences)


def _averaged(frames: Vector, rate: float) -> Vector:
    """(T, F) at ``rate`` frames per second → the mean of every half second, (n, F)."""
    starts = np.unique((np.arange(len(frames)) * FRAMES_PER_S / rate).astype(np.intp), return_index=True)[1]
    sizes = np.diff(starts, append=len(frames))
    sums = np.add.reduceat(frames, starts, axis=0)
    return (sums / sizes[:, None]).astype(np.float32)
