"""How a song goes on: MFCC averaged over every half second, for warping one song against another."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10, sqrt

import numpy as np
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool1d

from core.model import FrameSequence, Vector
from workers.audio.spectrum import MELS, Spectrum, mfcc
from workers.warping.sequences import fixed

#: Of what the numbers below and the sums above make.
VERSION = "1"
FRAMES_PER_S = 2
#: Coefficients 0 to 12.
DIMS = 13

# Mean and spread of every coefficient over the frames of 278 excerpts of game music of 40 soundtracks. One scale for
# all songs: with each song scaled by itself, warping hears hardly any difference between them.
_CENTRE = np.array([-93.64, 75.40, 4.38, 12.10, 2.34, 3.27, 0.15, 1.95, -0.29, 1.45, -0.06, 0.80, 0.13])
_SPREAD = np.array([44.46, 28.67, 18.18, 11.01, 7.86, 6.99, 6.13, 5.75, 5.07, 4.66, 4.48, 4.22, 4.05])


def frames(seen: Spectrum) -> Tensor:
    """The first DIMS coefficients of each half second, (B, n, DIMS); their level is that of the spectrum."""
    coefficients = mfcc(seen.mel_db)[:, :DIMS]
    count = max(1, round(coefficients.shape[2] / seen.frame_rate * FRAMES_PER_S))
    pooled: Tensor = adaptive_avg_pool1d(coefficients, count).transpose(1, 2)
    return pooled


def joined(pieces: Sequence[Vector], levels: Sequence[float], start_s: float) -> FrameSequence:
    """One sequence of the frames of a song's successive pieces, each (n, DIMS), that begins ``start_s`` into it.

    ``levels`` are the pieces' root mean squares: every piece was heard at one level, and here they get their own back.
    """
    whole = sqrt(sum(level * level for level in levels) / len(levels))
    standard = []
    for piece, level in zip(pieces, levels, strict=True):
        louder = np.zeros(DIMS)
        louder[0] = sqrt(MELS) * 20 * log10(max(level, 1e-8) / max(whole, 1e-8))
        standard.append((piece + louder - _CENTRE) / _SPREAD)
    return FrameSequence(VERSION, fixed(np.concatenate(standard).astype(np.float32)), start_s)
