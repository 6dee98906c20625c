"""The one short-time Fourier transform that all descriptors share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from workers.audio._torchaudio import functional, transforms

#: Samples: 93 ms windows every 23 ms at 22 050 Hz.
WINDOW = 2048
HOP = 512

BANDS = 40
COEFFICIENTS = 20

#: dB below the loudest cell that still counts; lower lie codec noise and low-pass filters, which say nothing of a song.
RANGE_DB = 80.0

#: dB below the loudest frame: quieter frames are pauses and have no spectral shape.
ACTIVE_DB = 60.0

_LEVEL = 0.1


@dataclass(frozen=True, slots=True)
class Spectrum:
    """``power`` (F, T); ``frequencies`` (F,) in Hz; ``mel_db`` (BANDS, T) in dB; ``frame_rate`` in frames per second.

    The samples are brought to one level before, so nothing here depends on how loud a song was produced.
    """

    power: Tensor
    frequencies: Tensor
    mel_db: Tensor
    frame_rate: float

    @property
    def active(self) -> Tensor:
        """(T,) bool: the frames that are no pause; at least one is."""
        energy = self.power.sum(dim=0)
        return energy >= energy.max() * 10 ** (-ACTIVE_DB / 10)


@cache
def _stft() -> transforms.Spectrogram:
    return transforms.Spectrogram(n_fft=WINDOW, hop_length=HOP, power=2.0)


@cache
def _mel_bank(rate: int) -> Tensor:
    bank: Tensor = functional.melscale_fbanks(WINDOW // 2 + 1, 30.0, rate / 2, BANDS, rate, norm="slaney")
    return bank.T


@cache
def _dct() -> Tensor:
    matrix: Tensor = functional.create_dct(COEFFICIENTS, BANDS, norm="ortho")
    return matrix.T


def spectrum(samples: Tensor, rate: int) -> Spectrum:
    """``samples`` (N,) float32; shorter ones than two windows are padded with silence."""
    samples = torch.nn.functional.pad(samples, (0, max(0, 2 * WINDOW - len(samples))))
    level = samples.square().mean().sqrt().clamp(min=1e-8)
    power = _stft()(samples * (_LEVEL / level))
    mel_db = functional.amplitude_to_DB(_mel_bank(rate) @ power, 10.0, 1e-10, 0.0, RANGE_DB)
    return Spectrum(power, torch.linspace(0, rate / 2, WINDOW // 2 + 1), mel_db, rate / HOP)


def mfcc(mel_db: Tensor) -> Tensor:
    """Mel-frequency cepstral coefficients, (COEFFICIENTS, T) (Davis & Mermelstein 1980)."""
    return _dct() @ mel_db
