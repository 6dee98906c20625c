"""Pitch classes, how they are tuned, which sound together, and the key."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from torch.nn.functional import normalize

from workers.audio.spectrum import Spectrum

#: Pitch classes are looked at in fifths of a semitone first, because few recordings are tuned to 440 Hz exactly.
_FINE = 60
_PER_SEMITONE = _FINE // 12

#: Hz. Below, the window cannot tell semitones apart; above there are mostly overtones.
_RANGE = (150.0, 2500.0)

#: How well each step of the scale fits a major and a minor key (Temperley, "The Cognition of Basic Musical
#: Structures", 2001, table 7.1: his revision of Krumhansl & Kessler's).
MAJOR = (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0)
MINOR = (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0)

#: A change of chords is looked for over a fifth of a second.
_CHANGE_S = 0.2


@cache
def _bank(bins: int, highest: float) -> Tensor:
    """(60, F): a bell around each fifth of a semitone, as wide as the bins are there; C first, A = 440 Hz."""
    hertz = torch.linspace(0, highest, bins, dtype=torch.float64)
    semitones = 12 * (hertz.clamp(min=1.0) / 440).log2() + 9
    width = (12 * (1 + hertz[1] / hertz.clamp(min=1.0)).log2()).clamp(min=0.5)
    away = (semitones - torch.arange(_FINE)[:, None] / _PER_SEMITONE + 6) % 12 - 6
    inside = (hertz >= _RANGE[0]) & (hertz <= _RANGE[1])
    return torch.exp(-2 * (away / width).square()) * inside


def fine_chroma(spectrum: Spectrum) -> Tensor:
    """Strength of the pitch classes in fifths of a semitone, each frame of length 1, (B, 60, T)."""
    bank = _bank(len(spectrum.frequencies), float(spectrum.frequencies[-1])).to(spectrum.power)
    return normalize(bank @ spectrum.magnitude, dim=1)


def tuning(fine: Tensor) -> Tensor:
    """How far the music is from A = 440 Hz, in semitones, (B,), -0.5..0.5, of the mean fine chroma (B, 60).

    The phase of its component that repeats with every semitone.
    """
    turn = 2 * torch.pi * torch.arange(_FINE, device=fine.device) / _PER_SEMITONE
    real, imaginary = fine @ turn.cos().to(fine), fine @ turn.sin().to(fine)
    return torch.atan2(imaginary, real) / (2 * torch.pi)


def chroma(fine: Tensor, tuned: Tensor) -> Tensor:
    """The twelve pitch classes, C first, of (B, 60, T) at the tuning (B,), each frame of length 1, (B, 12, T)."""
    step = torch.arange(_FINE, device=fine.device).to(fine) / _PER_SEMITONE
    pitch = torch.arange(12, device=fine.device).to(fine)[:, None] + tuned[:, None, None]
    away = ((step - pitch + 6) % 12 - 6).abs()
    return normalize((1 - away).clamp(min=0) @ fine, dim=1)


def harmony(pitches: Tensor, frame_rate: float) -> Tensor:
    """Which intervals sound together, whatever the key, and how pitches come and go, of a chroma (B, 12, T), (B, 34).

    The autocorrelation of the frames at the intervals 0–6 and their Fourier components (a transposed song has the
    same), how clear-cut the frames and the whole are, how much pitches change in a fifth of a second, and the
    components and sorted strengths of the mean.
    """
    centred = pitches - pitches.mean(dim=1, keepdim=True)
    intervals = torch.stack([(centred * centred.roll(step, dims=1)).sum(dim=1).mean(dim=1) for step in range(7)], dim=1)
    mean = pitches.mean(dim=2)
    step = max(1, min(round(_CHANGE_S * frame_rate), pitches.shape[2] - 1))
    numbers = [
        pitches.amax(dim=1).mean(dim=1),
        normalize(mean, dim=1).amax(dim=1),
        (pitches[:, :, step:] - pitches[:, :, :-step]).norm(dim=1).mean(dim=1),
    ]
    ranked = mean.sort(dim=1, descending=True).values
    parts = [
        intervals,
        torch.stack(numbers, dim=1),
        torch.fft.rfft(centred, dim=1)[:, 1:].abs().mean(dim=2),
        torch.fft.rfft(mean - mean.mean(dim=1, keepdim=True), dim=1)[:, 1:].abs(),
        ranked / ranked.sum(dim=1, keepdim=True).clamp(min=1e-9),
    ]
    return torch.cat(parts, dim=1)


def key(fine: Tensor) -> tuple[int, int, float]:
    """Tonic (0 = C … 11 = B), mode (1 major, 0 minor) and how well it fits (0..1), of one mean fine chroma (60,).

    The correlation of the twelve pitch classes with each of the 24 keys' profiles (Krumhansl 1990).
    """
    pitches = chroma(fine[None, :, None], tuning(fine[None]))[0, :, 0].double()
    profiles = torch.tensor([MAJOR, MINOR], dtype=torch.float64)
    keys = torch.stack([profile.roll(tonic) for profile in profiles for tonic in range(12)])

    def standard(rows: Tensor) -> Tensor:
        return normalize(rows - rows.mean(dim=-1, keepdim=True), dim=-1)

    fit = standard(keys) @ standard(pitches)
    best = int(fit.argmax())
    return best % 12, 1 - best // 12, max(0.0, float(fit[best]))
