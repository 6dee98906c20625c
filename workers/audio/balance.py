"""How much of a sound is held tones, and how much is strokes."""

from __future__ import annotations

import torch
from torch import Tensor

from workers.audio.spectrum import BANDS, Spectrum, ascending

#: Frames are averaged in pairs; over so many pairs (0.4 s) and bands (more than an octave) a median is taken.
_PAIR, _LONG, _TALL = 2, 9, 11
_GROUPS = 12


def _median(values: Tensor, size: int) -> Tensor:
    """The running median along the last dimension; the ends are mirrored."""
    half = size // 2
    around = torch.nn.functional.pad(values, (half, half), mode="reflect").unfold(2, size, 1)
    return ascending(around)[..., half]


def held(spectrum: Spectrum) -> Tensor:
    """The share of the energy that is held, in all and in twelve groups of bands, (B, 13), 0..1.

    Median filtering of the band spectrogram along time keeps tones, across bands strokes (Fitzgerald 2010).
    """
    amplitude = (spectrum.bands_db / 20 * torch.log(torch.tensor(10.0))).exp()
    amplitude = torch.nn.functional.avg_pool1d(amplitude, _PAIR, ceil_mode=True)
    amplitude = torch.nn.functional.pad(amplitude, (0, max(0, _LONG // 2 + 1 - amplitude.shape[2])))
    tones = _median(amplitude, _LONG).square()
    strokes = _median(amplitude.transpose(1, 2).contiguous(), _TALL).transpose(1, 2).square()
    energy = amplitude.square()
    kept = (energy * tones / (tones + strokes + 1e-9)).reshape(len(energy), _GROUPS, BANDS // _GROUPS, -1).sum((2, 3))
    total = energy.reshape(len(energy), _GROUPS, BANDS // _GROUPS, -1).sum((2, 3))
    whole = kept.sum(dim=1, keepdim=True) / total.sum(dim=1, keepdim=True).clamp(min=1e-9)
    return torch.cat([whole, kept / total.clamp(min=1e-9)], dim=1)
