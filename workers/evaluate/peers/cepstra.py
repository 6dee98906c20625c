"""The two plain uses of mel-frequency cepstral coefficients (MFCC).

They are computed here, as librosa does by default, and not by our own extractor: a yardstick must not change with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch

from core.model import Vector
from workers.audio._torchaudio import functional, transforms
from workers.audio.decode import Sound
from workers.evaluate.peers.vectors import cosine, standardised

#: Samples.
_WINDOW = 2048
_HOP = 512

_BANDS = 40
_COEFFICIENTS = 20


@cache
def _spectrogram() -> transforms.Spectrogram:
    return transforms.Spectrogram(n_fft=_WINDOW, hop_length=_HOP, power=2.0, pad_mode="constant")


@cache
def _bank(rate: int) -> torch.Tensor:
    bank: torch.Tensor = functional.melscale_fbanks(
        _WINDOW // 2 + 1, 0.0, rate / 2, _BANDS, rate, norm="slaney", mel_scale="slaney"
    )
    return bank.T


def coefficients(sound: Sound) -> tuple[Vector, float]:
    """The MFCC of every frame, (T, 20), and the frames per second."""
    power = _bank(sound.rate) @ _spectrogram()(torch.from_numpy(sound.samples))
    mel_db = functional.amplitude_to_DB(power, 10.0, 1e-10, 0.0, 80.0)
    cepstra = mel_db.T @ functional.create_dct(_COEFFICIENTS, _BANDS, norm="ortho")
    return cepstra.numpy(), sound.rate / _HOP


def mfcc_stats(sounds: Sequence[Sound]) -> Vector:
    """Mean, spread and spread of the deltas of the MFCC, standardised; cosine (after Mandel & Ellis 2005)."""

    def statistics(sound: Sound) -> Vector:
        frames = coefficients(sound)[0]
        deltas = functional.compute_deltas(torch.from_numpy(frames.T)).numpy()
        return np.concatenate([frames.mean(axis=0), frames.std(axis=0), deltas.std(axis=1)])

    return cosine(standardised([statistics(sound) for sound in sounds]))


def cosine_mfcc(sounds: Sequence[Sound]) -> Vector:
    """The cosine of flattened MFCC matrices, frame against frame from the start; the longer song is cut."""
    return flattened_cosine([coefficients(sound)[0] for sound in sounds])


def flattened_cosine(songs: Sequence[Vector]) -> Vector:
    """Matrices (T, F) with different T → one minus the cosine of each pair cut to the shorter, 0..2, (N, N)."""
    order = np.argsort([len(song) for song in songs], kind="stable")
    lengths = np.array([len(songs[song]) for song in order])
    padded = np.zeros((len(songs), lengths[-1], songs[0].shape[1]), np.float32)
    for row, song in zip(padded, order, strict=True):
        row[: len(songs[song])] = songs[song]
    energy = np.square(padded).sum(axis=2, dtype=np.float64).cumsum(axis=1)
    flat = padded.reshape(len(songs), -1)
    result = np.empty((len(songs), len(songs)), np.float32)
    # Songs of one length at a time, against themselves and all longer ones, whose first frames lie in front.
    for length in np.unique(lengths):
        start, end = np.searchsorted(lengths, [length, length + 1])
        width = length * padded.shape[2]
        norm = np.sqrt(energy[start:, length - 1]).clip(min=1e-12)
        alike = flat[start:end, :width] @ flat[start:, :width].T / np.outer(norm[: end - start], norm)
        result[np.ix_(order[start:end], order[start:])] = 1 - alike
        result[np.ix_(order[start:], order[start:end])] = 1 - alike.T
    return result
