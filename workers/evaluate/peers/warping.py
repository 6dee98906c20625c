"""Exact dynamic time warping of one song against many at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.audio.decode import Sound
from workers.evaluate.peers.cepstra import coefficients

#: Averaged frames per second: two are enough for what repeats in a song, and a second of it stays cheap.
FRAMES_PER_S = 2


def dtw_mfcc(sounds: Sequence[Sound]) -> Vector:
    """Dynamic time warping of MFCC, averaged to :data:`FRAMES_PER_S` and standardised over the frames of all songs."""
    songs = [_averaged(*coefficients(sound)) for sound in sounds]
    frames = np.concatenate(songs)
    mean, spread = frames.mean(axis=0), frames.std(axis=0).clip(min=1e-6)
    return dtw([((song - mean) / spread).astype(np.float32) for song in songs])


def _averaged(frames: Vector, rate: float) -> Vector:
    """(T, F) at ``rate`` frames per second → the mean of every half second, (n, F)."""
    starts = np.unique((np.arange(len(frames)) * FRAMES_PER_S / rate).astype(np.intp), return_index=True)[1]
    sizes = np.diff(starts, append=len(frames))
    sums = np.add.reduceat(frames, starts, axis=0)
    return (sums / sizes[:, None]).astype(np.float32)


def dtw(songs: Sequence[Vector]) -> Vector:
    """Matrices (T, F) with different T → the cost of the best alignment of each pair, (N, N).

    Steps in either song or both count once each (symmetric1: Sakoe & Chiba 1978, P = 0, without their double weight),
    cells cost their Euclidean distance, and the sum is divided by the lengths of both songs together.
    """
    lengths = np.array([len(song) for song in songs])
    padded = np.zeros((max(2, lengths.max()), len(songs), songs[0].shape[1]), np.float32)
    for index, song in enumerate(songs):
        padded[: len(song), index] = song
    result = np.zeros((len(songs), len(songs)), np.float32)
    for index, song in enumerate(songs[:-1]):
        costs = _one_to_many(song, padded[:, index + 1 :], lengths[index + 1 :])
        result[index, index + 1 :] = result[index + 1 :, index] = costs / (len(song) + lengths[index + 1 :])
    return result


def _one_to_many(query: Vector, songs: Vector, lengths: NDArray[np.intp]) -> Vector:
    """``query`` (n, F) against ``songs`` (m, C, F), of which song c has ``lengths[c]`` frames → (C,); m > 1.

    All cells of an anti-diagonal depend only on the two before it and are computed together, for all songs.
    """
    n, (m, count, _) = len(query), songs.shape
    cost = _euclidean(query, songs).reshape(n * m, count)
    # Row i + 1 is query frame i; row 0 lies outside. Only the very first cell may start there.
    earlier, before, now = (np.full((n + 1, count), np.inf, np.float32) for _ in range(3))
    earlier[0] = 0
    totals = np.empty(count, np.float32)
    for diagonal in range(n + m - 1):
        first, last = max(0, diagonal - m + 1), min(diagonal, n - 1)
        cells, shifted = slice(first + 1, last + 2), slice(first, last + 1)
        np.minimum(before[cells], before[shifted], out=now[cells])
        np.minimum(now[cells], earlier[shifted], out=now[cells])
        # Cell (i, diagonal − i) is row i · m + diagonal − i: every (m − 1)-th.
        now[cells] += cost[diagonal + first * (m - 1) : diagonal + last * (m - 1) + 1 : m - 1]
        ended = lengths == diagonal - n + 2
        totals[ended] = now[n, ended]
        earlier[0] = np.inf
        earlier, before, now = before, now, earlier
    return totals


def _euclidean(query: Vector, songs: Vector) -> Vector:
    """(n, F) and (m, C, F) → (n, m, C)."""
    flat = songs.reshape(-1, songs.shape[2])
    squared = query @ flat.T
    squared *= -2
    squared += np.square(query).sum(axis=1)[:, None]
    squared += np.square(flat).sum(axis=1)
    distances: Vector = np.sqrt(squared.clip(min=0)).reshape(len(query), *songs.shape[:2])
    return distances
