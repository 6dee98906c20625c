"""What is heard in a song, as numbers: timbre, spectral shape, harmony and level.

Each function takes what it needs and gives a vector of fixed length; rhythm has its own file.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import torch
from torch import Tensor

from workers.audio._torchaudio import functional
from workers.audio.spectrum import Spectrum, mfcc

#: Hz. Edges of the contrast bands: octaves above 200 Hz (Jiang et al. 2002).
_CONTRAST_EDGES = (0.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, float("inf"))

#: The share of a band's cells taken as its peaks and as its valleys.
_CONTRAST_SHARE = 0.1

_ROLLOFF = 0.85

#: Hz. Below, the window cannot tell semitones apart; above there are mostly overtones.
_CHROMA_RANGE = (150.0, 2500.0)

_TINY = 1e-10


def _mean_and_spread(series: Tensor) -> Tensor:
    """(K, T) → (2K,)."""
    return torch.cat([series.mean(dim=1), series.std(dim=1, correction=0)])


def timbre(spectrum: Spectrum) -> Tensor:
    """Mean and spread of the MFCC and spread of their deltas, (59,) (after Mandel & Ellis 2005).

    The mean of coefficient 0 is left out: it is the level.
    """
    coefficients = mfcc(spectrum.mel_db)
    deltas = functional.compute_deltas(coefficients)
    return torch.cat([_mean_and_spread(coefficients)[1:], deltas.std(dim=1, correction=0)])


def centroid(spectrum: Spectrum) -> Tensor:
    """The centre of gravity of the magnitudes in Hz, (T,)."""
    magnitude = spectrum.power.sqrt()
    return (spectrum.frequencies @ magnitude) / magnitude.sum(dim=0).clamp(min=_TINY)


def flatness(spectrum: Spectrum) -> Tensor:
    """Geometric over arithmetic mean of the power, (T,): 0 for a tone, about 0.56 for white noise."""
    power = spectrum.power.clamp(min=_TINY)
    return power.log().mean(dim=0).exp() / power.mean(dim=0)


def rolloff(spectrum: Spectrum) -> Tensor:
    """The frequency in Hz below which 85 % of the power lies, (T,)."""
    summed = spectrum.power.cumsum(dim=0)
    below = (summed < _ROLLOFF * summed[-1]).sum(dim=0)
    return spectrum.frequencies[below.clamp(max=len(spectrum.frequencies) - 1)]


def contrast(spectrum: Spectrum) -> Tensor:
    """dB between the peaks and the valleys of seven bands, (7, T) (Jiang et al. 2002)."""
    rows = []
    for low, high in pairwise(_CONTRAST_EDGES):
        inside = (spectrum.frequencies >= low) & (spectrum.frequencies < high)
        band = spectrum.power[inside].clamp(min=_TINY).sort(dim=0).values
        count = max(1, round(_CONTRAST_SHARE * len(band)))
        rows.append(10 * (band[-count:].mean(dim=0) / band[:count].mean(dim=0)).log10())
    return torch.stack(rows)


def shape(spectrum: Spectrum) -> Tensor:
    """Mean and spread over the active frames of centroid and rolloff (in octaves), flatness and contrast, (20,)."""
    octaves = torch.stack([centroid(spectrum), rolloff(spectrum)]).clamp(min=20.0).log2()
    level = flatness(spectrum).clamp(min=_TINY).log10()
    series = torch.cat([octaves, level[None], contrast(spectrum)])
    return _mean_and_spread(series[:, spectrum.active])


@cache
def _chroma_bank(frequencies: tuple[float, ...]) -> Tensor:
    """(12, F): a bell around each pitch class, as wide as the bins are there; C first, A = 440 Hz (Ellis 2007)."""
    bins = torch.tensor(frequencies)
    semitones = 12 * (bins.clamp(min=1.0) / 440).log2() + 9
    width = (12 * (1 + bins[1] / bins.clamp(min=1.0)).log2()).clamp(min=1.0)
    away = (semitones - torch.arange(12)[:, None] + 6) % 12 - 6
    inside = (bins >= _CHROMA_RANGE[0]) & (bins <= _CHROMA_RANGE[1])
    return torch.exp(-2 * (away / width).square()) * inside


def chroma(spectrum: Spectrum) -> Tensor:
    """Strength of the twelve pitch classes, C first, each frame of length 1, (12, T) (after Fujishima 1999)."""
    bank = _chroma_bank(tuple(spectrum.frequencies.tolist()))
    return torch.nn.functional.normalize(bank @ spectrum.power.sqrt(), dim=0)


def harmony(spectrum: Spectrum) -> Tensor:
    """Which intervals sound together, whatever the key, and how pitches come and go, (10,).

    The autocorrelation of the mean chroma at the intervals 0–6 (a transposed song has the same), how clear-cut the
    single frames and the whole are (their largest pitch class), and how much chroma changes in a fifth of a second.
    """
    frames = chroma(spectrum)
    mean = torch.nn.functional.normalize(frames.mean(dim=1), dim=0)
    centred = frames - frames.mean(dim=0)
    intervals = torch.stack([(centred * centred.roll(step, dims=0)).sum(dim=0).mean() for step in range(7)])
    step = max(1, round(spectrum.frame_rate / 5))
    change = (frames[:, step:] - frames[:, :-step]).norm(dim=0).mean() if frames.shape[1] > step else torch.zeros(())
    return torch.cat([intervals, torch.stack([frames.max(dim=0).values.mean(), mean.max(), change])])


def level(samples: Tensor, rate: int) -> tuple[Tensor, float]:
    """How the level moves, (5,), and the RMS level of the whole in dBFS.

    RMS in dBFS, spread and lowest tenth of 50-ms frames relative to it, crest (peak over RMS) and how many frames lie
    below half the RMS ("low energy", Tzanetakis & Cook 2002).
    """
    size = max(1, rate // 20)
    power = samples.square()
    frames = torch.nn.functional.pad(power, (0, -len(power) % size)).reshape(-1, size).mean(dim=1)
    mean = power.mean().clamp(min=_TINY)
    loudness = 10 * mean.log10()
    relative = 10 * (frames / mean).clamp(min=1e-6).log10()
    crest = 10 * (power.max().clamp(min=_TINY) / mean).log10()
    low = (frames < mean / 4).float().mean()
    numbers = [loudness, relative.std(correction=0), relative.quantile(0.1), crest, low]
    return torch.stack(numbers), float(loudness)
