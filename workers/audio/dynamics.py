"""How loud a song is from moment to moment."""

from __future__ import annotations

import torch
from torch import Tensor

from workers.audio.spectrum import high

_FRAME_S = 0.05
_TINY = 1e-10


def level(samples: Tensor, rate: int) -> Tensor:
    """How loud the samples (B, N) are and how the level moves, (B, 7).

    RMS in dBFS; spread, 0.1 and 0.95 quantile of 50-ms frames relative to it; crest (peak over RMS) in dB; how many
    frames lie below half the RMS ("low energy", Tzanetakis & Cook 2002); mean change from frame to frame in dB.
    """
    size = max(1, round(_FRAME_S * rate))
    power = samples.square()
    frames = torch.nn.functional.pad(power, (0, -power.shape[1] % size)).reshape(len(power), -1, size).mean(dim=2)
    mean = power.mean(dim=1, keepdim=True).clamp(min=_TINY)
    relative = 10 * (frames / mean).clamp(min=1e-6).log10()
    numbers = [
        10 * mean[:, 0].log10(),
        relative.std(dim=1, correction=0),
        high(relative, 0.1, dim=1),
        high(relative, 0.95, dim=1),
        10 * (power.amax(dim=1).clamp(min=_TINY) / mean[:, 0]).log10(),
        (frames < mean / 4).to(power).mean(dim=1),
        torch.diff(relative, dim=1, append=relative[:, -1:]).abs().mean(dim=1),
    ]
    return torch.stack(numbers, dim=1)
