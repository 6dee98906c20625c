"""Everything that is heard in songs of one length, in one pass over one spectrum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from workers.audio import balance, cepstrum, dance, dynamics, harmony, music, patterns, rhythm, sequence, shape
from workers.audio.spectrum import spectrum


@dataclass(frozen=True, slots=True)
class Heard:
    """B songs. ``groups`` go into the vector, each (B, D); ``evidence`` is what the named features follow from.

    Evidence: ``repeats`` (B, lags) and ``swings`` (B, TEMPI) of the accents, the mean ``pitches`` (B, 60), and, each
    (B,): ``onset_rate`` per second, ``brightness`` in Hz, ``music``, ``held`` and ``danceability``. ``frames`` are
    those of :mod:`workers.audio.sequence`.
    """

    groups: Mapping[str, Tensor]
    evidence: Mapping[str, Tensor]
    frames: Tensor
    frame_rate: float


def describe(samples: Tensor, rate: int) -> Heard:
    """``samples`` (B, N) mono in -1..1, float32 or float64, on any device; ``rate`` in Hz."""
    seen = spectrum(samples, rate)
    envelope = rhythm.onset_envelope(seen)
    novelty = rhythm.novelty(envelope, seen.frame_rate)
    accents = rhythm.novelty(rhythm.accents(seen), seen.frame_rate)
    fine = harmony.fine_chroma(seen)
    pitches = fine.mean(dim=2)
    held = balance.held(seen)
    delta, variance = patterns.deltas(seen)
    active = seen.active.to(samples)
    brightness = (shape.centroid(seen) * active).sum(dim=1) / active.sum(dim=1)
    groups = {
        "timbre": cepstrum.timbre(seen),
        "log_covariance": cepstrum.log_covariance(seen),
        "shape": shape.shape(seen),
        "peaks": shape.peaks(seen),
        "level": dynamics.level(samples, rate),
        "harmony": harmony.harmony(harmony.chroma(fine, harmony.tuning(pitches)), seen.frame_rate),
        "rhythm": rhythm.rhythm(envelope, novelty, seen.frame_rate),
        "held": held,
        "spectral_pattern": patterns.spectral(seen),
        "delta_pattern": delta,
        "variance_pattern": variance,
        "fluctuation_pattern": patterns.fluctuation(seen),
        "correlation_pattern": patterns.correlation(seen),
        "contrast_pattern": patterns.contrast(seen),
    }
    evidence = {
        "repeats": rhythm.autocorrelation(accents, seen.frame_rate),
        "swings": rhythm.periodicity(accents, seen.frame_rate),
        "pitches": pitches,
        "onset_rate": rhythm.onset_rate(novelty, seen.frame_rate),
        "brightness": brightness,
        "music": music.sureness(seen),
        "held": held[:, 0],
        "danceability": dance.danceability(samples, rate),
    }
    return Heard(groups, evidence, sequence.frames(seen), seen.frame_rate)
