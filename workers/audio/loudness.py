"""Loudness as broadcasters measure it: ITU-R BS.1770-5, EBU R 128 and EBU Tech 3342."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from core.model import Vector

#: LUFS; dB (or LU) below the level of what is left by it.
_ABSOLUTE, _RELATIVE, _RANGE_RELATIVE = -70.0, -10.0, -20.0
#: Steps of 100 ms in one momentary (400 ms) and one short-term (3 s) block.
_STEP_S, _MOMENTARY, _SHORT = 0.1, 4, 30
_OFFSET = -0.691
#: Shares of the short-term levels between which the range lies.
_LOW, _HIGH = 0.10, 0.95
#: What channels count in the usual orders of 4 (quadraphonic), 5, 6 (5.1) and 8 (7.1): left and right, centre, low
#: frequencies, surrounds. Those at the sides of the head count more, those behind it do not.
_WEIGHTS = {
    4: (1, 1, 1.41, 1.41),
    5: (1, 1, 1, 1.41, 1.41),
    6: (1, 1, 1, 0, 1.41, 1.41),
    8: (1, 1, 1, 0, 1, 1, 1.41, 1.41),
}


@cache
def _k_weighting(rate: int) -> NDArray[np.float64]:
    """(2, 6) second-order sections at ``rate``: a shelf for the head, a high-pass for the ear.

    The standard gives coefficients for 48 kHz; these are the analogue prototypes behind them (as De Man 2014 has
    them), brought to any rate by the bilinear transform.
    """
    sections = []
    for hertz, quality, gain_db in ((1681.974450955533, 0.7071752369554196, 3.999843853973347),
                                    (38.13547087602444, 0.5003270373238773, None)):  # fmt: skip
        k = np.tan(np.pi * hertz / rate)
        bottom = 1 + k / quality + k * k
        if gain_db is None:
            top = [1.0, -2.0, 1.0]
        else:
            high = 10 ** (gain_db / 20)
            band = high**0.4996667741545416
            top = [(high + band * k / quality + k * k) / bottom, 2 * (k * k - high) / bottom,
                   (high - band * k / quality + k * k) / bottom]  # fmt: skip
        sections.append([*top, 1.0, 2 * (k * k - 1) / bottom, (1 - k / quality + k * k) / bottom])
    return np.array(sections)


class Meter:
    """Measures while a song is decoded: :meth:`add` its samples bit by bit, then ask."""

    def __init__(self, rate: int, channels: int) -> None:
        self._sections = _k_weighting(rate)
        self._weights = np.array(_WEIGHTS.get(channels, (1,) * channels), np.float64)[:, None]
        self._state = np.zeros((len(self._sections), channels, 2))
        self._size = round(_STEP_S * rate)
        self._rest = np.empty((channels, 0), np.float32)
        self._steps: list[NDArray[np.float64]] = []

    def add(self, samples: Vector) -> None:
        """``samples`` (channels, n), float32 in -1..1, as they follow the last."""
        waiting = np.concatenate([self._rest, samples], axis=1)
        whole = waiting.shape[1] // self._size * self._size
        self._rest = waiting[:, whole:]
        if whole:
            heard, self._state = sosfilt(self._sections, waiting[:, :whole], axis=1, zi=self._state)
            power = np.square(heard).reshape(len(heard), -1, self._size).mean(axis=2)
            self._steps.append((power * self._weights).sum(axis=0))

    def integrated(self) -> float | None:
        """Programme loudness in LUFS; None for what is too short or too soft to have one."""
        power = self._blocks(_MOMENTARY)
        gated = power[_lufs(power) >= _ABSOLUTE]
        if len(gated):
            gated = gated[_lufs(gated) >= _lufs(gated.mean()) + _RELATIVE]
        return float(_lufs(gated.mean())) if len(gated) else None

    def range(self) -> float | None:
        """Loudness range in LU; None for what is shorter than three seconds or too soft."""
        power = self._blocks(_SHORT)
        gated = power[_lufs(power) >= _ABSOLUTE]
        if len(gated):
            gated = gated[_lufs(gated) >= _lufs(gated.mean()) + _RANGE_RELATIVE]
        if not len(gated):
            return None
        low, high = np.quantile(_lufs(gated), [_LOW, _HIGH])
        return float(high - low)

    def _blocks(self, size: int) -> NDArray[np.float64]:
        """Mean power of every block of ``size`` steps, one step apart."""
        steps = np.concatenate([np.empty(0), *self._steps])
        if len(steps) < size:
            return np.empty(0)
        return np.convolve(steps, np.ones(size) / size, mode="valid")


def _lufs(power: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    return np.asarray(_OFFSET + 10 * np.log10(np.maximum(power, 1e-30)))
