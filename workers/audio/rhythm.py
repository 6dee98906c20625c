"""Onsets, tempo and how clear the beat is."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from workers.audio.spectrum import Spectrum

#: BPM searched, and the prior: log-normal around 120 BPM with a spread of one octave (Ellis 2007).
_SLOWEST, _FASTEST = 40.0, 240.0
_PRIOR_BPM, _PRIOR_OCTAVES = 120.0, 1.0

#: Seconds to each side in which an onset must be the strongest.
_APART_S = 0.07

#: dB per band and frame above the local mean that make an onset.
_ONSET_DB = 1.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``tempo`` in BPM; ``clarity`` 0..1 how strongly the beat repeats; ``onset_rate`` per second; ``vector`` (6,)."""

    tempo: float
    clarity: float
    onset_rate: float
    vector: Tensor


def onset_envelope(spectrum: Spectrum) -> Tensor:
    """Rise of the mel bands in dB per frame, averaged over the bands, (T,) (spectral flux; Dixon 2006)."""
    rise = (spectrum.mel_db[:, 1:] - spectrum.mel_db[:, :-1]).clamp(min=0).mean(dim=0)
    return torch.nn.functional.pad(rise, (1, 0))


def _above_local_mean(envelope: Tensor, frame_rate: float) -> Tensor:
    size = 2 * round(frame_rate / 2) + 1
    mean = torch.nn.functional.avg_pool1d(envelope[None], size, 1, size // 2, count_include_pad=False)[0]
    return envelope - mean


def _onsets(novelty: Tensor, frame_rate: float) -> Tensor:
    """(T,) bool: the local maxima that stand out."""
    reach = max(1, round(_APART_S * frame_rate))
    highest = torch.nn.functional.max_pool1d(novelty[None], 2 * reach + 1, 1, reach)[0]
    return (novelty == highest) & (novelty > _ONSET_DB)


def _tempo(novelty: Tensor, frame_rate: float) -> tuple[float, float]:
    """BPM and clarity: the strongest autocorrelation under the prior, refined between frames by a parabola."""
    size = len(novelty)
    longest = min(size - 2, round(60 * frame_rate / _SLOWEST))
    shortest = round(60 * frame_rate / _FASTEST)
    novelty = novelty.clamp(min=0) - novelty.clamp(min=0).mean()
    strength = torch.fft.irfft(torch.fft.rfft(novelty, 2 * size).abs().square())[:size]
    if longest <= shortest or strength[0] <= 0:
        return _PRIOR_BPM, 0.0
    strength = strength / strength[0]
    lags = torch.arange(shortest, longest + 1)
    octaves = (60 * frame_rate / lags / _PRIOR_BPM).log2() / _PRIOR_OCTAVES
    best = int(lags[(strength[lags] * (-octaves.square() / 2).exp()).argmax()])
    before, peak, after = (float(strength[best + step]) for step in (-1, 0, 1))
    bend = before - 2 * peak + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return 60 * frame_rate / (best + max(-0.5, min(0.5, shift))), max(0.0, peak)


def rhythm(spectrum: Spectrum) -> Rhythm:
    """The rhythm of a song; its tempo may be half or double of what a person taps."""
    envelope = onset_envelope(spectrum)
    novelty = _above_local_mean(envelope, spectrum.frame_rate)
    tempo, clarity = _tempo(novelty, spectrum.frame_rate)
    onset_rate = float(_onsets(novelty, spectrum.frame_rate).sum()) * spectrum.frame_rate / len(envelope)
    numbers = [
        torch.tensor(tempo).log2(),
        torch.tensor(clarity),
        torch.tensor(onset_rate).log1p(),
        envelope.mean().log1p(),
        envelope.std(correction=0).log1p(),
        envelope.max().log1p(),
    ]
    return Rhythm(tempo, clarity, onset_rate, torch.stack(numbers))
