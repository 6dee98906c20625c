"""What the pictures of one song share, worked out once and small enough to draw."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool1d

from core.model import Vector
from workers.audio.decode import Sound
from workers.audio.harmony import chroma, fine_chroma, tuning
from workers.audio.spectrum import HOP, RANGE_DB, Spectrum, mfcc, spectrum
from workers.audio.trim import BELOW_DB, FLOOR_DB, levels
from workers.pictures.likeness import likeness, smoothed

#: Seconds from the middle of a song that its spectra show.
LONGEST_S = 120

#: Columns of a picture: about its width in pixels.
COLUMNS = 1000

#: Rows to the octave of the log-frequency spectrogram, and where they begin: E1, the lowest string of a bass.
PER_OCTAVE = 24
_LOWEST_HZ = 440 * 2 ** (-41 / 12)

#: Seconds over which the chroma is smoothed: drums blur single frames.
_NOTE_S = 0.25

_TINY = 1e-10


@dataclass(frozen=True, slots=True)
class Wave:
    """Lowest, highest and RMS sample of each column, each (n,); ``times`` (n,) are the columns' middles in seconds."""

    times: Vector
    low: Vector
    high: Vector
    rms: Vector


@dataclass(frozen=True, slots=True)
class Shown:
    """One song, ready to be drawn. Times are seconds of the whole file, levels dB below the loudest cell.

    ``seconds`` is the length of the file, ``heard`` what is left of it without the silence at its ends, and ``part``
    the stretch of that which the spectra are of. They have one column for every ``step`` seconds, T of them:
    ``power_db`` (F, T) at ``frequencies`` (F,), ``pitches_db`` (P, T) at ``pitches`` (P,), both in Hz, ``mel_db``
    (MELS, T), ``coefficients`` (COEFFICIENTS, T), the MFCC, and ``chroma`` (12, T), C first and zero in pauses.
    ``alike`` (S, S) is how alike any two moments of the part are, 0..1.
    """

    wave: Wave
    seconds: float
    heard: tuple[float, float]
    part: tuple[float, float]
    step: float
    highest: float
    frequencies: Vector
    power_db: Vector
    pitches: Vector
    pitches_db: Vector
    mel_db: Vector
    coefficients: Vector
    chroma: Vector
    alike: Vector

    @staticmethod
    @torch.inference_mode()
    def of(whole: Sound, heard: Sound) -> Shown:
        """``whole`` as it was decoded, with at least one sample, and ``heard`` as workers.audio.trim left of it."""
        begin, end = kept(whole, heard)
        spare = max(0, len(heard.samples) - LONGEST_S * heard.rate)
        middle = heard.samples[spare // 2 : len(heard.samples) - (spare - spare // 2)]
        seen = spectrum(torch.from_numpy(np.ascontiguousarray(middle))[None], heard.rate)
        pitch_classes = _chroma(seen)
        every = -(-seen.power.shape[2] // COLUMNS)
        power, mel_db = _thinned(seen.power, every), _thinned(seen.mel_db, every)
        pitches, bank = _pitch_bank(seen.frequencies)
        start = begin / whole.rate + spare // 2 / heard.rate
        return Shown(
            wave=_wave(whole),
            seconds=whole.seconds,
            heard=(begin / whole.rate, end / whole.rate),
            part=(start, start + len(middle) / heard.rate),
            step=every * HOP / heard.rate,
            highest=heard.rate / 2,
            frequencies=_drawn(seen.frequencies),
            power_db=_drawn(_below_loudest(power)),
            pitches=_drawn(pitches),
            pitches_db=_drawn(_below_loudest(bank @ power)),
            mel_db=_drawn((mel_db - mel_db.max()).clamp(min=-RANGE_DB)),
            coefficients=_drawn(mfcc(mel_db)),
            chroma=_drawn(_thinned(smoothed(pitch_classes, round(_NOTE_S * seen.frame_rate / 2)), every)),
            alike=_drawn(likeness(pitch_classes[0], mfcc(seen.mel_db)[0, 1:], seen.frame_rate)),
        )

    @property
    def note(self) -> str:
        """What the spectra leave out, if anything."""
        heard = self.heard[1] - self.heard[0]
        return f"the middle {LONGEST_S} of {heard:.0f} seconds" if heard > LONGEST_S + 0.5 else ""


def kept(whole: Sound, heard: Sound) -> tuple[int, int]:
    """The first sample of ``whole`` that ``heard`` begins with, and the one after its last.

    By the rule of workers.audio.trim, which tells nobody where it cut.
    """
    spare = len(whole.samples) - len(heard.samples)
    if spare <= 0:
        return 0, len(whole.samples)
    level, size = levels(whole)
    first = int((level >= max(float(np.percentile(level, 95)) - BELOW_DB, FLOOR_DB)).argmax()) * size
    first = min(first, spare)
    return first, first + len(heard.samples)


def _wave(sound: Sound) -> Wave:
    edges = np.linspace(0, len(sound.samples), min(COLUMNS, len(sound.samples)) + 1).astype(np.intp)
    pieces = [sound.samples[start:end] for start, end in pairwise(edges)]
    return Wave(
        ((edges[:-1] + edges[1:]) / (2 * sound.rate)).astype(np.float32),
        np.array([piece.min() for piece in pieces], np.float32),
        np.array([piece.max() for piece in pieces], np.float32),
        np.array([np.sqrt(piece @ piece / len(piece)) for piece in pieces], np.float32),
    )


def _chroma(seen: Spectrum) -> Tensor:
    """(1, 12, T)"""
    fine = fine_chroma(seen)
    return chroma(fine, tuning(fine.mean(dim=2))) * seen.active[:, None]


def _pitch_bank(frequencies: Tensor) -> tuple[Tensor, Tensor]:
    """Pitches (P,) a quarter tone apart in Hz, and triangles around them of height one, (P, F).

    They are as wide as a quarter tone to both sides, or as a bin where bins are further apart.
    """
    octaves = float((frequencies[-1] / _LOWEST_HZ).log2())
    pitches = _LOWEST_HZ * 2 ** (torch.arange(int(octaves * PER_OCTAVE), dtype=frequencies.dtype) / PER_OCTAVE)
    width = (pitches * (2 ** (1 / PER_OCTAVE) - 1)).clamp(min=float(frequencies[1]))
    return pitches, (1 - (frequencies - pitches[:, None]).abs() / width[:, None]).clamp(min=0)


def _thinned(series: Tensor, every: int) -> Tensor:
    """(1, K, T) → the mean of every so many frames."""
    return avg_pool1d(series, every, ceil_mode=True)


def _below_loudest(power: Tensor) -> Tensor:
    level = 10 * power.clamp(min=_TINY).log10()
    return (level - level.max()).clamp(min=-RANGE_DB)


def _drawn(series: Tensor) -> Vector:
    """Without the dimension of the one song."""
    drawn: Vector = series.squeeze(0).numpy().astype(np.float32, copy=False)
    return drawn
