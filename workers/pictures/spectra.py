"""The song as frequencies and timbre over time."""

from __future__ import annotations

from math import floor, log2, log10

import numpy as np
from matplotlib.axes import Axes

from core.model import Vector
from workers.audio.spectrum import COEFFICIENTS, MELS, RANGE_DB
from workers.pictures.painting import Paint, headed, marked, over_time
from workers.pictures.shown import PER_OCTAVE, Shown

_DEVIATIONS = Paint("cividis", -2, 2, "standard deviations")

#: dB. A coefficient that moves less than this stands still, and is drawn so.
_STILL = 1.0

_HERTZ = {50: "50", 100: "100", 200: "200", 500: "500", 1000: "1 k", 2000: "2 k", 5000: "5 k", 10_000: "10 k"}
_EVENLY = {hertz: f"{hertz // 1000} k" if hertz else "0" for hertz in range(0, 24_001, 2000)}

#: Hz. Where the mel bands of workers.audio.spectrum begin.
_MELS_FROM = 30.0


def spectrogram(axes: Axes, shown: Shown) -> None:
    """Linear in frequency."""
    over_time(axes, shown, shown.power_db, _levels(shown.power_db), top=shown.highest)
    marked(axes, {hertz: text for hertz, text in _EVENLY.items() if hertz <= shown.highest}, "frequency (Hz)")
    headed(axes, "Spectrogram", shown.note)


def log_spectrogram(axes: Axes, shown: Shown) -> None:
    """Every octave equally high; rows are a quarter tone apart."""
    over_time(axes, shown, shown.pitches_db, _levels(shown.pitches_db))
    rows = {PER_OCTAVE * log2(hertz / shown.pitches[0]): text for hertz, text in _HERTZ.items()}
    marked(axes, {row: text for row, text in rows.items() if 0 <= row < len(shown.pitches)}, "frequency (Hz)")
    headed(axes, "Log-frequency spectrogram", shown.note)


def mel(axes: Axes, shown: Shown) -> None:
    """The bands of equal perceived width that timbre is computed from."""
    over_time(axes, shown, shown.mel_db, _levels(shown.mel_db))
    low, high = _mels(_MELS_FROM), _mels(shown.highest)
    rows = {(_mels(hertz) - low) / (high - low) * (MELS + 1) - 1: text for hertz, text in _HERTZ.items()}
    # Below 200 Hz there is no room for numbers.
    marked(axes, {row: text for row, text in rows.items() if 1 <= row < MELS}, "frequency (Hz, mel scale)")
    headed(axes, f"Mel spectrogram, {MELS} bands", shown.note)


def cepstrum(axes: Axes, shown: Shown) -> None:
    """The MFCC, each around its own mean, for they differ a hundredfold; without the first, which is the level."""
    series = shown.coefficients[1:]
    standard = series - series.mean(axis=1, keepdims=True)
    standard /= np.maximum(standard.std(axis=1, keepdims=True), _STILL)
    over_time(axes, shown, standard, _DEVIATIONS)
    marked(axes, {row: str(row + 1) for row in range(0, COEFFICIENTS - 1, 3)}, "coefficient")
    headed(axes, "Mel-frequency cepstral coefficients (MFCC)", shown.note)


def _levels(rows: Vector) -> Paint:
    """Down to the level that nine in ten cells reach, so that no colours are spent on empty bands."""
    lowest = float(np.percentile(rows, 10))
    return Paint("magma", max(-RANGE_DB, min(-40, 10 * floor(lowest / 10))), 0, "dB from the loudest")


def _mels(hertz: float) -> float:
    """The mel scale as HTK and torchaudio have it (O'Shaughnessy, "Speech Communication", 1987)."""
    return 2595 * log10(1 + hertz / 700)
