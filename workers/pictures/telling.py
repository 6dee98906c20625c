"""What a picture shows, in a sentence for those who cannot see it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.signal import find_peaks

from core.model import Vector
from workers.pictures.naming import known
from workers.pictures.notes import NOTES
from workers.pictures.shown import Shown

#: Seconds. What returns sooner is a note that is held, not a passage that is repeated.
_RETURN_S = 3.0


def alt_text(shown: Shown, name: str) -> str:
    """One sentence in English about the picture of this name, from what is drawn in it. Raises UnknownChoice."""
    return _SENTENCES[known(name, _SENTENCES)](shown)


def _waveform(shown: Shown) -> str:
    wave = shown.wave
    peak = 20 * np.log10(max(float(wave.high.max()), -float(wave.low.min()), 1e-4))
    loudest = _clock(float(wave.times[wave.rms.argmax()]))
    return f"Waveform of {_long(shown.seconds)}, with a peak of {_number(peak)} dBFS, loudest at {loudest}."


def _trimmed(shown: Shown) -> str:
    start, end = shown.heard
    whole = f"Waveform of {_long(shown.seconds)}"
    if not start and end >= shown.seconds:
        return f"{whole}, with no silence to trim at its ends."
    return (
        f"{whole}, shaded where silence is trimmed: {start:.1f} seconds at the start "
        f"and {shown.seconds - end:.1f} seconds at the end."
    )


def _spectrogram(shown: Shown) -> str:
    share = _mean_power(shown.power_db).cumsum()
    middle, most = (shown.frequencies[int(np.searchsorted(share, share[-1] * part))] for part in (0.5, 0.95))
    return (
        f"Spectrogram of {_part(shown)}: half of the energy lies below {_hertz(middle)} "
        f"and 95 percent of it below {_hertz(most)}."
    )


def _log_spectrogram(shown: Shown) -> str:
    loudest = shown.pitches[int(_mean_power(shown.pitches_db).argmax())]
    where = f"near {_note(loudest)}, at {_hertz(loudest)}"
    return f"Log-frequency spectrogram of {_part(shown)}: the loudest pitch is {where}."


def _mel(shown: Shown) -> str:
    power = _mean_power(shown.mel_db)
    third = len(power) // 3
    bands = {"low": power[:third], "middle": power[third : 2 * third], "high": power[2 * third :]}
    levels = {name: 10 * np.log10(float(rows.mean())) for name, rows in bands.items()}
    order = sorted(levels, key=lambda name: -levels[name])
    return (
        f"Mel spectrogram of {_part(shown)}: the {order[0]} third of the bands is the loudest, "
        f"{levels[order[0]] - levels[order[-1]]:.0f} dB above the {order[-1]} third."
    )


def _mfcc(shown: Shown) -> str:
    series = shown.coefficients[1:]
    columns = max(1, round(1 / shown.step))
    summed = np.cumsum(np.pad(series, ((0, 0), (1, 0))), axis=1)
    means = (summed[:, columns:] - summed[:, :-columns]) / columns
    what = f"Mel-frequency cepstral coefficients 1 to {len(series)} of {_part(shown)}"
    if means.shape[1] <= columns:
        return f"{what}."
    change = np.linalg.norm(means[:, columns:] - means[:, :-columns], axis=0)
    if change.max() < 1:
        return f"{what}: the timbre stays the same."
    when = shown.part[0] + (int(change.argmax()) + columns) * shown.step
    return f"{what}: the timbre changes most at {_clock(when)}."


def _chroma(shown: Shown) -> str:
    strength = shown.chroma.mean(axis=1)
    first, second, third = (NOTES[row].replace("♯", " sharp") for row in np.argsort(-strength, kind="stable")[:3])
    return f"Chroma of {_part(shown)}: the strongest pitch classes are {first}, {second} and {third}."


def _self_similarity(shown: Shown) -> str:
    moments = len(shown.alike)
    step = (shown.part[1] - shown.part[0]) / moments
    what = f"Self-similarity matrix of {_part(shown)}"
    # Beyond two thirds of it, too little is left to compare.
    first, last = max(1, round(_RETURN_S / step)), moments * 2 // 3
    likeness = np.array([np.diagonal(shown.alike, lag).mean() for lag in range(first, last)])
    peaks, _ = find_peaks(likeness)
    usual = shown.alike.mean()
    if not len(peaks):
        return f"{what}: any two moments have a likeness of {usual:.2f} of 1 on average, and no passage returns."
    best = peaks[likeness[peaks].argmax()]
    return (
        f"{what}: moments {(first + best) * step:.0f} seconds apart are the most alike, with {likeness[best]:.2f} of 1 "
        f"on average against {usual:.2f} for any two."
    )


_SENTENCES: dict[str, Callable[[Shown], str]] = {
    "waveform": _waveform,
    "trimmed": _trimmed,
    "spectrogram": _spectrogram,
    "log-spectrogram": _log_spectrogram,
    "mel": _mel,
    "mfcc": _mfcc,
    "chroma": _chroma,
    "self-similarity": _self_similarity,
}


def _mean_power(levels: Vector) -> Vector:
    """dB (K, T) → mean power of each row, (K,)."""
    mean: Vector = (10 ** (levels / 10)).mean(axis=1)
    return mean


def _clock(seconds: float) -> str:
    """0:07, 3:25."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _long(seconds: float) -> str:
    """A length in words."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} seconds of sound"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s of sound" if rest else f"{minutes} min of sound"


def _part(shown: Shown) -> str:
    length = _long(shown.part[1] - shown.part[0])
    return f"the middle {length}" if shown.note else length


def _hertz(hertz: float) -> str:
    return f"{hertz:.0f} Hz" if hertz < 1000 else f"{hertz / 1000:.1f} kHz"


def _number(value: float) -> str:
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "−")


def _note(hertz: float) -> str:
    """The nearest note of the scale with its octave: A4 is 440 Hz."""
    steps = round(12 * np.log2(hertz / 440)) + 57
    return f"{NOTES[steps % 12].replace('♯', ' sharp ')}{steps // 12}"
