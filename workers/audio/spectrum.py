"""The one short-time Fourier transform that all descriptors share, of several songs at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from workers.audio._torchaudio import functional

#: Samples: 93 ms windows every 23 ms at 22 050 Hz.
WINDOW = 2048
HOP = 512

#: Mel bands for the cepstrum, and narrower ones on an octave scale for the patterns.
MELS = 40
BANDS = 72
COEFFICIENTS = 20

#: Hz. Centres of the lowest and the highest octave band lie just inside.
_BANDS_FROM, _BANDS_TO = 40.0, 11_000.0

#: dB below the loudest cell that still counts; lower lie codec noise and low-pass filters, which say nothing of a song.
RANGE_DB = 80.0

#: dB below the loudest frame: quieter frames are pauses and have no spectral shape.
ACTIVE_DB = 60.0

_LEVEL = 0.1
#: Power that is none: 100 dB below what is loud, where single precision ends.
TINY = 1e-7


@dataclass(frozen=True, slots=True)
class Spectrum:
    """B songs of one length, on one device.

    ``power`` (B, F, T), its square root ``magnitude`` and its decimal logarithm ``level``; ``frequencies`` (F,) in Hz;
    ``mel_db`` (B, MELS, T) and ``bands_db`` (B, BANDS, T) in dB; ``frame_rate`` in frames per second. The samples are
    brought to one level before, so nothing here depends on how loud a song was produced.
    """

    power: Tensor
    magnitude: Tensor
    level: Tensor
    frequencies: Tensor
    mel_db: Tensor
    bands_db: Tensor
    frame_rate: float

    @property
    def active(self) -> Tensor:
        """(B, T) bool: the frames that are no pause; at least one of each song is."""
        energy = self.power.sum(dim=1)
        return energy >= energy.amax(dim=1, keepdim=True) * 10 ** (-ACTIVE_DB / 10)


@dataclass(frozen=True, slots=True)
class _Banks:
    window: Tensor
    frequencies: Tensor
    mels_and_bands: Tensor


@cache
def _banks(rate: int, device: torch.device, dtype: torch.dtype) -> _Banks:
    frequencies = torch.linspace(0, rate / 2, WINDOW // 2 + 1, dtype=torch.float64)
    mels = functional.melscale_fbanks(len(frequencies), 30.0, rate / 2, MELS, rate, norm="slaney").T
    banks = torch.cat([mels.double(), _octave_bank(frequencies, min(_BANDS_TO, rate / 2))])
    made = (torch.hann_window(WINDOW, dtype=torch.float64), frequencies, banks)
    return _Banks(*(each.to(device, dtype) for each in made))


def _octave_bank(frequencies: Tensor, highest: float) -> Tensor:
    """(BANDS, F): triangles evenly spaced in octaves, each at least one bin wide to both sides, of sum one."""
    low, high = torch.tensor([_BANDS_FROM, highest], dtype=torch.float64).log2()
    edges = torch.linspace(float(low), float(high), BANDS + 2, dtype=torch.float64).exp2()
    step = frequencies[1]
    centre = edges[1:-1, None]
    rise = (frequencies - centre) / torch.maximum(centre - edges[:-2, None], step)
    fall = (centre - frequencies) / torch.maximum(edges[2:, None] - centre, step)
    bank = (1 + torch.minimum(rise, fall)).clamp(min=0)
    return bank / bank.sum(dim=1, keepdim=True)


def spectrum(samples: Tensor, rate: int) -> Spectrum:
    """``samples`` (B, N), float32 or float64; shorter ones than two windows are padded with silence."""
    samples = torch.nn.functional.pad(samples, (0, max(0, 2 * WINDOW - samples.shape[1])))
    banks = _banks(rate, samples.device, samples.dtype)
    level = samples.square().mean(dim=1, keepdim=True).sqrt().clamp(min=1e-8)
    shifted = torch.stft(samples * (_LEVEL / level), WINDOW, HOP, window=banks.window, return_complex=True)
    power = shifted.real.square() + shifted.imag.square()
    both = banks.mels_and_bands @ power
    mel_db, bands_db = decibels(both[:, :MELS]), decibels(both[:, MELS:])
    level = power.clamp(min=TINY).log10()
    return Spectrum(power, power.sqrt(), level, banks.frequencies, mel_db, bands_db, rate / HOP)


def decibels(power: Tensor) -> Tensor:
    """(B, K, T) power → dB, none more than :data:`RANGE_DB` below the song's loudest."""
    level = 10 * power.clamp(min=TINY).log10()
    return level.maximum(level.amax(dim=(1, 2), keepdim=True) - RANGE_DB)


def mfcc(mel_db: Tensor) -> Tensor:
    """Mel-frequency cepstral coefficients, (B, COEFFICIENTS, T) (Davis & Mermelstein 1980)."""
    dct: Tensor = functional.create_dct(COEFFICIENTS, mel_db.shape[1], norm="ortho").T
    return dct.to(mel_db) @ mel_db


def mean_and_spread(series: Tensor) -> Tensor:
    """(B, K, T) → (B, 2 K)."""
    return torch.cat([series.mean(dim=2), series.std(dim=2, correction=0)], dim=1)


def ascending(values: Tensor) -> Tensor:
    """Sorted along the last dimension. NumPy sorts with vector instructions, on a CPU ten to thirty times as fast."""
    if values.device.type != "cpu":
        return values.sort(dim=-1).values
    return torch.from_numpy(np.sort(values.numpy(), axis=-1))


def high(values: Tensor, share: float, dim: int) -> Tensor:
    """The value that ``share`` of them along ``dim`` stay under (one of them, never between two)."""
    place = min(values.shape[dim] - 1, round(share * values.shape[dim] - 0.5))
    return ascending(values.movedim(dim, -1))[..., max(0, place)]
