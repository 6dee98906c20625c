"""The shape of the spectrum: where its energy lies, and how far its peaks stand out of its valleys."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from workers.audio.spectrum import Spectrum, ascending

#: Hz. Edges of the contrast bands: octaves above 200 Hz (Jiang et al. 2002), and half octaves above 100 Hz.
OCTAVES = (0.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, float("inf"))
HALF_OCTAVES = (0.0, *(100.0 * 2 ** (step / 2) for step in range(14)), float("inf"))

#: The share of a band's cells taken as its peaks and as its valleys.
_PEAKS = 0.1

_ROLLOFF = 0.85
_LOWEST_HZ = 20.0
_TINY = 1e-10


def centroid(spectrum: Spectrum) -> Tensor:
    """The centre of gravity of the magnitudes in Hz, (B, T)."""
    magnitude = spectrum.magnitude
    return (spectrum.frequencies @ magnitude) / magnitude.sum(dim=1).clamp(min=_TINY)


def bandwidth(spectrum: Spectrum) -> Tensor:
    """The spread of the magnitudes around the centroid in Hz, (B, T)."""
    magnitude = spectrum.magnitude
    total = magnitude.sum(dim=1).clamp(min=_TINY)
    mean = (spectrum.frequencies @ magnitude) / total
    mean_square = (spectrum.frequencies.square() @ magnitude) / total
    return (mean_square - mean.square()).clamp(min=0).sqrt()


def flatness(spectrum: Spectrum) -> Tensor:
    """Geometric over arithmetic mean of the power, (B, T): 0 for a tone, about 0.56 for white noise."""
    geometric: Tensor = 10 ** spectrum.level.mean(dim=1)
    return geometric / spectrum.power.mean(dim=1).clamp(min=_TINY)


def rolloff(spectrum: Spectrum) -> Tensor:
    """The frequency in Hz below which 85 % of the power lies, (B, T)."""
    summed = spectrum.power.cumsum(dim=1)
    below = (summed < _ROLLOFF * summed[:, -1:]).sum(dim=1)
    return spectrum.frequencies[below.clamp(max=len(spectrum.frequencies) - 1)]


def contrast(spectrum: Spectrum, edges: tuple[float, ...] = OCTAVES) -> Tensor:
    """dB between the peaks and the valleys of each band between two edges, (B, len(edges) - 1, T) (Jiang et al. 2002).

    Peaks and valleys are the mean levels of the loudest and of the softest tenth of the band's cells.
    """
    level = spectrum.level.transpose(1, 2)
    places = torch.searchsorted(spectrum.frequencies, torch.tensor(edges).to(spectrum.frequencies)).tolist()
    rows = []
    for start, end in pairwise(places):
        band = ascending(level[:, :, start:end])
        count = max(1, round(_PEAKS * (end - start)))
        rows.append(10 * (band[:, :, -count:].mean(dim=2) - band[:, :, :count].mean(dim=2)))
    return torch.stack(rows, dim=1)


def shape(spectrum: Spectrum) -> Tensor:
    """Mean and spread over the active frames of centroid, rolloff, bandwidth (octaves), flatness and contrast, (B, 22).

    Flatness is its decimal logarithm.
    """
    hertz = torch.stack([centroid(spectrum), rolloff(spectrum), bandwidth(spectrum)], dim=1)
    level = flatness(spectrum).clamp(min=_TINY).log10()
    return _over_active(
        torch.cat([hertz.clamp(min=_LOWEST_HZ).log2(), level[:, None], contrast(spectrum)], 1), spectrum
    )


def peaks(spectrum: Spectrum) -> Tensor:
    """Mean, spread and mean change from frame to frame of the contrast of half octaves, (B, 45)."""
    series = contrast(spectrum, HALF_OCTAVES)
    change = (series[:, :, 1:] - series[:, :, :-1]).abs().mean(dim=2)
    return torch.cat([_over_active(series, spectrum), change], dim=1)


def _over_active(series: Tensor, spectrum: Spectrum) -> Tensor:
    """Mean and spread, (B, 2 K), over the frames that are no pause."""
    weight = spectrum.active.to(series)[:, None]
    count = weight.sum(dim=2)
    mean = (series * weight).sum(dim=2) / count
    square = ((series - mean[:, :, None]).square() * weight).sum(dim=2) / count
    return torch.cat([mean, square.sqrt()], dim=1)
