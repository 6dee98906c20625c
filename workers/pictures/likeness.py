"""How alike any two moments of a song are."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import avg_pool1d

#: Seconds. Moments are at least this far apart, and each is heard with about a second around it.
_STEP_S = 0.1
_AROUND_S = 1.0

#: At most so many moments.
MOMENTS = 360

#: Spreads below these are none: a steady tone is alike all the time. Of a chroma of length 1, and in dB.
_STEADY_CHROMA, _STEADY_DB = 0.03, 2.0


def likeness(chroma: Tensor, coefficients: Tensor, frame_rate: float) -> Tensor:
    """The self-similarity matrix (S, S) of a chroma (12, T) and MFCC (K, T), 0..1, 1 for moments that are the same.

    Foote, "Visualizing Music and Audio using Self-Similarity", 1999; of pitch classes and timbre alike, and with the
    Gaussian of their distance, as McFee & Ellis, "Analyzing Song Structure with Spectral Clustering", 2014.
    """
    every = max(round(_STEP_S * frame_rate), -(-chroma.shape[1] // MOMENTS))
    around = round(_AROUND_S * frame_rate / every / 2)
    pitches, timbre = (_moments(series, every, around) for series in (chroma, coefficients))
    centred = pitches - pitches.mean(dim=1, keepdim=True)
    pitches = centred / centred.square().mean().sqrt().clamp(min=_STEADY_CHROMA)
    timbre = timbre - timbre.mean(dim=1, keepdim=True)
    timbre = timbre / timbre.square().mean(dim=1, keepdim=True).sqrt().clamp(min=_STEADY_DB)
    # Both distances are 2 on average, so that neither outweighs the other.
    return torch.exp(-(_apart(pitches) + _apart(timbre)) / 2)


def _moments(series: Tensor, every: int, around: int) -> Tensor:
    """(K, T) → (K, S), the means of every so many frames, smoothed with so many moments to both sides."""
    moments = avg_pool1d(series[None], every, ceil_mode=True)
    return smoothed(moments, around)[0]


def smoothed(series: Tensor, around: int) -> Tensor:
    """(B, K, T), each column the mean of itself and so many to both sides."""
    return avg_pool1d(series, 2 * around + 1, stride=1, padding=around, count_include_pad=False)


def _apart(series: Tensor) -> Tensor:
    """The mean square difference of any two columns, (S, S)."""
    columns = series.T.contiguous()
    return torch.cdist(columns, columns, compute_mode="donot_use_mm_for_euclid_dist").square() / series.shape[0]
