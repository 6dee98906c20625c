"""Timbre: the mel-frequency cepstrum, its spread, its movement and how its coefficients go together."""

from __future__ import annotations

import torch
from torch import Tensor

from workers.audio._torchaudio import functional
from workers.audio.spectrum import COEFFICIENTS, Spectrum, mean_and_spread, mfcc

#: dB² added to every coefficient's variance, so that a steady tone has a logarithm too.
_FLOOR = 0.1


def timbre(spectrum: Spectrum) -> Tensor:
    """Mean and spread of the MFCC and spread of their deltas, (B, 59) (after Mandel & Ellis 2005).

    The mean of coefficient 0 is left out: it is the level.
    """
    coefficients = mfcc(spectrum.mel_db)
    deltas = functional.compute_deltas(coefficients)
    return torch.cat([mean_and_spread(coefficients)[:, 1:], deltas.std(dim=2, correction=0)], dim=1)


def log_covariance(spectrum: Spectrum) -> Tensor:
    """The upper triangle of the matrix logarithm of the covariance of the MFCC, (B, 210).

    In its logarithm a covariance matrix may be compared as a plain vector (Arsigny et al. 2007).
    """
    coefficients = mfcc(spectrum.mel_db)
    centred = coefficients - coefficients.mean(dim=2, keepdim=True)
    covariance = centred @ centred.transpose(1, 2) / centred.shape[2]
    covariance = covariance + _FLOOR * torch.eye(COEFFICIENTS).to(covariance)
    values, vectors = torch.linalg.eigh(covariance)
    logarithm = (vectors * values.clamp(min=_FLOOR).log()[:, None]) @ vectors.transpose(1, 2)
    row, column = torch.triu_indices(COEFFICIENTS, COEFFICIENTS)
    triangle: Tensor = logarithm[:, row, column]
    return triangle
