"""How regular the level is over several seconds: danceability by detrended fluctuation."""

from __future__ import annotations

import math

import torch
from torch import Tensor

_FRAME_S = 0.01
#: Seconds of the shortest and the longest stretch looked at, and the factor between one and the next.
_SHORTEST_S, _LONGEST_S, _FACTOR = 0.31, 8.8, 1.1

#: A level that moves by less than this share of itself is steady: that of a tone, by 0.01; of white noise, by 0.05.
_STEADY = 0.02


def _stretches(frames: int) -> list[int]:
    """Lengths in frames, each at least one longer than the last."""
    lengths: list[int] = []
    length = _SHORTEST_S
    while length < _LONGEST_S:
        size = math.ceil(length / _FRAME_S)
        if size <= frames and (not lengths or size > lengths[-1]):
            lengths.append(size)
        length *= _FACTOR
    return lengths


def danceability(samples: Tensor, rate: int) -> Tensor:
    """0..5, (B,): 1 over the mean exponent of the fluctuation (Streich & Herrera 2005).

    The spread of 10-ms frames is summed up; the exponent says how fast the deviation of that sum from a straight line
    grows with the length of the stretch. A steady beat keeps it from growing. 0 for what is too short to tell, and for
    a steady level.
    """
    size = max(2, round(_FRAME_S * rate))
    count = samples.shape[1] // size
    if count < 2:
        return samples.new_zeros(len(samples))
    frames = samples[:, : count * size].reshape(len(samples), count, size)
    spread = frames.std(dim=2, correction=0)
    walk = (spread - spread.mean(dim=1, keepdim=True)).cumsum(dim=1)
    lengths = _stretches(count)
    if len(lengths) < 2:
        return samples.new_zeros(len(samples))
    deviation = torch.stack([_deviation(walk, length) for length in lengths], dim=1).clamp(min=1e-12).log()
    slope = deviation.diff(dim=1) / torch.tensor(lengths).to(deviation).add(3).log().diff()
    moves = spread.std(dim=1, correction=0) > _STEADY * spread.mean(dim=1)
    return moves / slope.mean(dim=1).clamp(min=0.2)


def _deviation(walk: Tensor, length: int) -> Tensor:
    """Root mean square distance of the walk (B, T) from a straight line in stretches of ``length``, (B,)."""
    step = max(1, length // 25)
    parts = walk.unfold(1, length, step)
    parts = parts - parts.mean(dim=2, keepdim=True)
    ramp = torch.arange(length, dtype=walk.dtype, device=walk.device) - (length - 1) / 2
    straight = (parts @ ramp).square() / ramp.square().sum()
    return ((parts.square().sum(dim=2) - straight).clamp(min=0) / length).mean(dim=1).sqrt()
