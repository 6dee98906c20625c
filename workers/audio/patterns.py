"""Block-level patterns: what happens within blocks of a few seconds, band by band.

After Seyerlehner, Widmer & Pohle, "Fusing block-level features for music similarity estimation" (DAFx 2010). A pattern
is computed for each of many overlapping blocks; a quantile over the blocks stands for the song. Bands are the octave
bands of the spectrum; shorter songs than a block are repeated until they fill one.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import torch
from torch import Tensor

from workers.audio.spectrum import BANDS, Spectrum, ascending, high

#: Neighbouring bands are averaged in threes where a pattern looks at many frames.
_BROAD = BANDS // 3

#: Frames of a delta: 70 ms.
_DELTA = 3
#: Of the 25 sorted frames of a delta block the upper ones are kept: rises are rare.
_UPPER = 14

#: Hz. Modulations from very slow to roughness, and how many steps lie between.
_SLOWEST, _FASTEST, _MODULATIONS = 0.2, 12.0, 31
#: Hz. Fluctuations are felt most strongly here (Fastl 1982).
_FELT_HZ = 4.0

#: Peaks and valleys of the contrast pattern are taken in bands of at least so many bins.
_CONTRAST_BANDS = 14
_FEWEST_BINS = 3


def blocks(series: Tensor, size: int, step: int) -> Tensor:
    """(B, K, T) → (B, N, K, size): overlapping blocks, one at least."""
    frames = series.shape[2]
    if frames < size:
        series = series.repeat(1, 1, -(-size // frames))[:, :, :size]
    return series.unfold(2, size, step).transpose(1, 2)


def broad(spectrum: Spectrum) -> Tensor:
    """(B, 24, T): the bands in dB, averaged in threes."""
    level = spectrum.bands_db
    return level.reshape(len(level), _BROAD, BANDS // _BROAD, -1).mean(dim=2)


def spectral(spectrum: Spectrum) -> Tensor:
    """Spectral pattern, (B, 720): the levels of a quarter second, each band sorted; 0.9 quantile."""
    return high(ascending(blocks(spectrum.bands_db, 10, 5)), 0.9, dim=1).flatten(1)


def deltas(spectrum: Spectrum) -> tuple[Tensor, Tensor]:
    """Delta and variance-delta spectral patterns, (B, 1008) each: the rises of each band in 0.6 s, sorted.

    The 0.9 quantile over the blocks says how strong onsets are, the variance how much they vary.
    """
    level = spectrum.bands_db
    rise = (level[:, :, _DELTA:] - level[:, :, :-_DELTA]).clamp(min=0)
    pattern = ascending(blocks(rise, 25, 5))[..., -_UPPER:]
    return high(pattern, 0.9, dim=1).flatten(1), pattern.var(dim=1, correction=0).flatten(1)


@cache
def _modulation_bank(size: int, frame_rate: float) -> Tensor:
    """(size // 2 + 1, 31): triangles on a logarithmic scale of modulations, weighted by how they are felt."""
    hertz = torch.arange(size // 2 + 1, dtype=torch.float64) * frame_rate / size
    edges = torch.logspace(math.log10(_SLOWEST), math.log10(_FASTEST), _MODULATIONS + 2, dtype=torch.float64)
    rise = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    bank = torch.minimum(rise, fall).clamp(min=0)
    bank = bank / bank.sum(dim=1, keepdim=True).clamp(min=1e-6)
    felt = 1 / (hertz / _FELT_HZ + _FELT_HZ / hertz.clamp(min=hertz[1] / 2))
    return (bank * felt).T


def fluctuation(spectrum: Spectrum) -> Tensor:
    """Logarithmic fluctuation pattern, (B, 744): how strongly each band moves at 0.2–12 Hz in 12 s; 0.6 quantile.

    Weighted by how fluctuations are felt (Pampalk 2006).
    """
    size = 512
    part = blocks(broad(spectrum), size, size // 4)
    moves = torch.fft.rfft(part - part.mean(dim=3, keepdim=True)).abs()
    bank = _modulation_bank(size, spectrum.frame_rate).to(moves)
    return high((moves @ bank).log1p(), 0.6, dim=1).flatten(1)


def correlation(spectrum: Spectrum) -> Tensor:
    """Correlation pattern, (B, 276): which bands move together within 6 s, -1..1; median."""
    part = blocks(broad(spectrum), 256, 128)
    centred = torch.nn.functional.normalize(part - part.mean(dim=3, keepdim=True), dim=3, eps=1e-6)
    row, column = torch.triu_indices(_BROAD, _BROAD, 1)
    return high((centred @ centred.transpose(2, 3))[..., row, column], 0.5, dim=1)


def contrast(spectrum: Spectrum) -> Tensor:
    """Spectral contrast pattern, (B, 20 K): dB between peak and valley of each band in 0.9 s, sorted; 0.1 quantile."""
    bins = len(spectrum.frequencies)
    edges = torch.logspace(0, 1, _CONTRAST_BANDS + 1, base=bins / 6).mul(6).round().int().tolist()
    rows = [
        10 * (spectrum.level[:, start:end].amax(dim=1) - spectrum.level[:, start:end].amin(dim=1))
        for start, end in pairwise(edges) if end - start >= _FEWEST_BINS
    ]  # fmt: skip
    return high(ascending(blocks(torch.stack(rows, dim=1), 40, 20))[..., ::2], 0.1, dim=1).flatten(1)
