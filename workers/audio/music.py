"""How sure we are that a sound is music and not noise, hum or a test tone."""

from __future__ import annotations

import torch
from torch import Tensor

from workers.audio.shape import flatness
from workers.audio.spectrum import Spectrum

_BLOCK_S = 0.5

#: Chosen by hand between steady signals (movement below 0.6 dB) and music (99 of 100 excerpts above 1.5 dB).
_BIAS, _PER_OCTAVE_OF_MOVEMENT, _PER_FLATNESS = 0.5, 3.0, -10.0


def movement(spectrum: Spectrum) -> Tensor:
    """How much the colour of the sound changes between half seconds: the spread of its mel bands in dB, (B,).

    The mean of the bands is taken away first: switching noise on and off moves its level, not its colour.
    """
    size = round(_BLOCK_S * spectrum.frame_rate)
    blocks = torch.nn.functional.avg_pool1d(spectrum.mel_db, size, size, ceil_mode=True)
    colour = blocks - blocks.mean(dim=1, keepdim=True)
    return colour.std(dim=2, correction=0).mean(dim=1)


def sureness(spectrum: Spectrum) -> Tensor:
    """0..1, (B,), by a logistic of :func:`movement` and of the mean spectral flatness.

    Steady sounds do not move, noise is flat. Speech moves too: it is *not* told from music here.
    """
    octaves = movement(spectrum).clamp(min=1e-3).log2()
    score = _BIAS + _PER_OCTAVE_OF_MOVEMENT * octaves + _PER_FLATNESS * flatness(spectrum).mean(dim=1)
    return torch.sigmoid(score)
