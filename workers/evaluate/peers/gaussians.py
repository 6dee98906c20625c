"""A song as one Gaussian of its cepstra, as Musly's method "timbre" has it (https://www.musly.org)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from core.model import Vector
from workers.audio._torchaudio import functional, transforms
from workers.audio.decode import Sound
from workers.evaluate.hubs import mutual_proximity

_WINDOW = 1024
_BANDS = 36
_COEFFICIENTS = 25

#: Musly brings the peak to 16-bit sound before it takes the logarithm of one plus the power.
_PEAK = 10 ** (96 / 20)

#: Added to every variance, so that the Gaussian of a test tone can be inverted; those of music are far larger.
_RIDGE = 1e-6

Wide = NDArray[np.float64]


def musly(sounds: Sequence[Sound]) -> Vector:
    """Mean and covariance of 25 MFCC, Jensen–Shannon divergence, mutual proximity (Schnitzer et al. 2011)."""
    songs = [gaussian(sound) for sound in sounds]
    return mutual_proximity(jensen_shannon(np.stack([mean for mean, _ in songs]), np.stack([c for _, c in songs])))


@cache
def _bank(rate: int) -> torch.Tensor:
    bank: torch.Tensor = functional.melscale_fbanks(
        _WINDOW // 2 + 1, 20.0, rate / 2, _BANDS, rate, norm="slaney", mel_scale="htk"
    )
    return bank.T


def gaussian(sound: Sound) -> tuple[Wide, Wide]:
    """Mean (25,) and covariance (25, 25) of a song's MFCC."""
    samples = torch.from_numpy(sound.samples)
    samples = torch.nn.functional.pad(samples, (0, max(0, 2 * _WINDOW - len(samples))))
    samples = samples * (_PEAK / samples.abs().max().clamp(min=1e-6))
    power = transforms.Spectrogram(n_fft=_WINDOW, hop_length=_WINDOW // 2, power=2.0, center=False)(samples)
    bands = torch.log1p(_bank(sound.rate) @ power)
    frames = (functional.create_dct(_COEFFICIENTS, _BANDS, norm="ortho").T @ bands).numpy().astype(np.float64)
    return frames.mean(axis=1), np.cov(frames) + _RIDGE * np.eye(_COEFFICIENTS)


def jensen_shannon(means: Wide, covariances: Wide) -> Vector:
    """Means (N, D) and covariances (N, D, D) of Gaussians → distances (N, N).

    The root of ½ KL(p‖m) + ½ KL(q‖m), where m is not the mixture of p and q but the Gaussian with its mean and its
    covariance Σ = ½ (Σp + Σq) + ¼ (μp − μq)(μp − μq)ᵀ. Traces and means cancel out, and ½ ln|Σ| − ¼ (ln|Σp| + ln|Σq|)
    is left.
    """
    own = _log_determinant(covariances)
    divergences = np.zeros((len(means), len(means)))
    for song in range(len(means) - 1):
        others = slice(song + 1, None)
        apart = (means[others] - means[song]) / 2
        merged = (covariances[others] + covariances[song]) / 2 + apart[:, :, None] * apart[:, None, :]
        divergences[song, others] = _log_determinant(merged) / 2 - (own[others] + own[song]) / 4
    divergences += divergences.T
    distances: Vector = np.sqrt(divergences.clip(min=0)).astype(np.float32)
    return distances


def _log_determinant(matrices: Wide) -> Wide:
    """Of positive definite matrices (N, D, D), (N,)."""
    diagonals = np.linalg.cholesky(matrices).diagonal(axis1=1, axis2=2)
    found: Wide = 2 * np.log(diagonals).sum(axis=1)
    return found
