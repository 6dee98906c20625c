"""Samples → features, by hand-made descriptors."""

from __future__ import annotations

import torch

from core.model import Features, Vector
from workers.audio import descriptors
from workers.audio.music import sureness
from workers.audio.rhythm import rhythm
from workers.audio.spectrum import spectrum

#: Seconds from the middle of a song that are listened to: beginnings and ends are the least typical.
LONGEST_S = 60


def _middle(samples: Vector, rate: int) -> Vector:
    surplus = len(samples) - LONGEST_S * rate
    return samples if surplus <= 0 else samples[surplus // 2 : surplus // 2 + LONGEST_S * rate]


class BasicExtractor:
    """Timbre, spectral shape, harmony, rhythm and level, one after the other, unscaled.

    A core.ports.FeatureExtractor. The dimensions differ in unit and size: standardise them before comparing.
    """

    name = "basic"
    version = "1"

    @torch.inference_mode()
    def extract(self, samples: Vector, rate: int) -> Features:
        """``samples`` (N,) mono float32 in -1..1, silence trimmed, N > 0; ``rate`` in Hz."""
        heard = torch.from_numpy(_middle(samples, rate))
        seen = spectrum(heard, rate)
        beat = rhythm(seen)
        moves, loudness = descriptors.level(heard, rate)
        parts = [descriptors.timbre(seen), descriptors.shape(seen), descriptors.harmony(seen), beat.vector, moves]
        named = {
            "tempo": beat.tempo,
            "loudness": loudness,
            "onset_rate": beat.onset_rate,
            "brightness": float(descriptors.centroid(seen)[seen.active].mean()),
            "music": sureness(seen),
        }
        return Features(self.name, self.version, torch.cat(parts).numpy(), named)
