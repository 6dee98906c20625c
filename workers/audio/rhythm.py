"""Onsets, how they repeat, and the tempo that follows."""

from __future__ import annotations

import math
from functools import cache

import torch
from torch import Tensor
from torch.nn.functional import avg_pool1d, max_pool1d, pad

from workers.audio.spectrum import Spectrum

#: BPM looked at, evenly on a logarithmic scale, and the prior: log-normal around 120 BPM, one octave wide (Ellis 2007).
SLOWEST, FASTEST, TEMPI = 40.0, 240.0, 240
_PRIOR_BPM, _PRIOR_OCTAVES = 120.0, 1.0

#: Seconds: four beats of the slowest tempo, for the metre.
LONGEST_LAG_S = 4 * 60 / SLOWEST

#: Seconds to each side in which an onset must be the strongest.
_APART_S = 0.07

#: Loudness as a power of the power.
_LOUDNESS = 0.35

#: dB per band and frame above the local mean that make an onset.
_ONSET_DB = 1.0

#: Tempi of the coarse tempogram that goes into the vector.
_COARSE = 30

#: How much more a song must repeat after three beats than after two and four (or the other way) to be sure.
_METRE_MARGIN = 0.1


def onset_envelope(spectrum: Spectrum) -> Tensor:
    """Rise of the mel bands in dB per frame, averaged over the bands, (B, T) (spectral flux; Dixon 2006)."""
    rise = (spectrum.mel_db[:, :, 1:] - spectrum.mel_db[:, :, :-1]).clamp(min=0).mean(dim=1)
    return pad(rise, (1, 0))


def accents(spectrum: Spectrum) -> Tensor:
    """Rise of the loudness of the mel bands per frame, averaged over the bands, of spread one, (B, T).

    In decibels a soft hat rises as far as a kick, and every eighth would be a beat. Loudness grows with about the
    third root of the power (Stevens 1955), so that what is loud counts.
    """
    level = spectrum.mel_db - spectrum.mel_db.amax(dim=(1, 2), keepdim=True)
    loudness = 10 ** (_LOUDNESS / 10 * level)
    rise = (loudness[:, :, 1:] - loudness[:, :, :-1]).clamp(min=0).mean(dim=1)
    return pad(rise / rise.std(dim=1, correction=0, keepdim=True).clamp(min=1e-9), (1, 0))


def novelty(envelope: Tensor, frame_rate: float) -> Tensor:
    """The envelope above its mean in the second around, (B, T)."""
    size = 2 * round(frame_rate / 2) + 1
    return envelope - avg_pool1d(envelope[:, None], size, 1, size // 2, count_include_pad=False)[:, 0]


def onset_rate(novelty: Tensor, frame_rate: float) -> Tensor:
    """Onsets per second, (B,): the local maxima that stand out."""
    reach = max(1, round(_APART_S * frame_rate))
    highest = max_pool1d(novelty[:, None], 2 * reach + 1, 1, reach)[:, 0]
    return ((novelty == highest) & (novelty > _ONSET_DB)).to(novelty).mean(dim=1) * frame_rate


def lags(frame_rate: float) -> int:
    """How many lags an autocorrelation of the novelty has."""
    return math.ceil(LONGEST_LAG_S * frame_rate) + 3


def autocorrelation(novelty: Tensor, frame_rate: float) -> Tensor:
    """(B, lags) of the rises, 1 at lag 0, or 0 everywhere where nothing ever rises."""
    rises = novelty.clamp(min=0)
    rises = rises - rises.mean(dim=1, keepdim=True)
    size, count = rises.shape[1], lags(frame_rate)
    strength = torch.fft.irfft(torch.fft.rfft(rises, 2 * size).abs().square())[:, :size]
    strength = pad(strength, (0, max(0, count - size)))[:, :count]
    return strength / strength[:, :1].clamp(min=1e-9)


@cache
def _waves(frames: int, frame_rate: float) -> Tensor:
    """(frames, TEMPI) complex: a wave at each tempo under a Hann window of sum one."""
    hertz = tempi().double() / 60
    turns = torch.arange(frames, dtype=torch.float64)[:, None] * hertz / frame_rate
    window = torch.hann_window(frames, periodic=False, dtype=torch.float64)
    return torch.polar((window / window.sum())[:, None].expand_as(turns).contiguous(), -2 * math.pi * turns)


def tempi() -> Tensor:
    """BPM, (TEMPI,)."""
    return torch.logspace(math.log10(SLOWEST), math.log10(FASTEST), TEMPI, dtype=torch.float64)


def periodicity(novelty: Tensor, frame_rate: float) -> Tensor:
    """How much of the novelty swings at each of :func:`tempi`, (B, TEMPI), a Fourier tempogram.

    After Grosche & Müller 2011.
    """
    rises = novelty.clamp(min=0)
    rises = rises - rises.mean(dim=1, keepdim=True)
    waves = torch.view_as_real(_waves(rises.shape[1], frame_rate)).to(rises)
    swing = torch.stack([rises @ waves[..., part] for part in (0, 1)]).square().sum(dim=0).sqrt()
    return swing / rises.square().mean(dim=1, keepdim=True).sqrt().clamp(min=1e-9)


def at(autocorrelation: Tensor, lag: Tensor) -> Tensor:
    """The autocorrelation (..., lags) at fractional lags (K,), between its neighbours, (..., K)."""
    left = lag.floor().long()
    share = (lag - left).to(autocorrelation)
    return autocorrelation[..., left] * (1 - share) + autocorrelation[..., left + 1] * share


def tempo(repeats: Tensor, swings: Tensor, frame_rate: float) -> tuple[float, float]:
    """BPM, and how clearly it is that one, 0..1, of one song's autocorrelation (lags,) and periodicity (TEMPI,).

    An autocorrelation has peaks at every multiple of the beat, a spectrum at every fraction; their product has them
    at the beat alone (Peeters 2007). What is left to choose from, a prior weighs. The clarity is the share of the
    chosen peak in all of them; a tempo of clarity 0 is the prior's.
    """
    bpm = tempi()
    both = at(repeats.double(), 60 * frame_rate / bpm).clamp(min=0) * swings.double()
    weighed = both * (-((bpm / _PRIOR_BPM).log2() / _PRIOR_OCTAVES).square() / 2).exp()
    middle = weighed[1:-1]
    peaks = (middle > weighed[:-2]) & (middle >= weighed[2:])
    if not peaks.any():
        return _PRIOR_BPM, 0.0
    best = int((middle * peaks).argmax()) + 1
    before, peak, after = (float(weighed[best + step]) for step in (-1, 0, 1))
    bend = before - 2 * peak + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    step = math.log(FASTEST / SLOWEST) / (TEMPI - 1)
    share = float(weighed[best] / (middle * peaks).sum())
    return float(bpm[best]) * math.exp(step * max(-0.5, min(0.5, shift))), share * min(1.0, float(repeats.max()))


def metre(repeats: Tensor, bpm: float, frame_rate: float) -> tuple[int, float] | None:
    """Three or four beats in a bar and how sure, 0..1; None where the song does not say.

    A bar of three repeats after three beats, one of four after two and four (after Gainza & Coyle 2007).
    """
    beat = 60 * frame_rate / bpm
    if 4 * beat > len(repeats) - 3:
        return None
    # Between two frames a peak is half as high and twice as wide: what counts is its area.
    areas = repeats.double().unfold(0, 5, 1).sum(dim=1)
    two, three, four = (float(areas[round(count * beat) - 2]) for count in (2, 3, 4))
    margin = three - (two + four) / 2
    if abs(margin) < _METRE_MARGIN:
        return None
    return (3 if margin > 0 else 4), min(1.0, abs(margin) / (4 * _METRE_MARGIN))


def rhythm(envelope: Tensor, novelty: Tensor, frame_rate: float) -> Tensor:
    """How strongly the onsets repeat at 30 tempi, at the strongest and on average; envelope and onsets, (B, 35)."""
    repeats = autocorrelation(novelty, frame_rate)
    slow, fast = math.log10(SLOWEST), math.log10(FASTEST)
    coarse = torch.logspace(slow, fast, _COARSE, dtype=torch.float64, device=repeats.device)
    strength = at(repeats, 60 * frame_rate / coarse)
    numbers = [
        strength.amax(dim=1),
        envelope.mean(dim=1).log1p(),
        envelope.std(dim=1, correction=0).log1p(),
        onset_rate(novelty, frame_rate).log1p(),
        strength.mean(dim=1),
    ]
    return torch.cat([strength, torch.stack(numbers, dim=1)], dim=1)
