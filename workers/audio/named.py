"""The features that people know by name, each with how sure it is.

Measured: tempo, key, mode, loudness and its range. Estimated by a published method: danceability, time signature.
Energy, valence, acousticness, instrumentalness, liveness and speechiness are *absent*: they are defined by Spotify's
own models, and there is no sound with their values that may be learned from.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from workers.audio import harmony, rhythm

#: Streich & Herrera's exponents reach about three where nothing but the beat moves.
_MOST_DANCEABLE = 3.0

#: A fit of twelve numbers to the best of 24 profiles is about this high by chance.
_CHANCE_OF_KEY = 0.5


def named(evidence: Mapping[str, Tensor], frame_rate: float) -> tuple[dict[str, float], dict[str, float]]:
    """Numbers by name and their confidence (0..1), of one song's evidence (:class:`workers.audio.descriptors.Heard`).

    ``tempo`` (BPM), ``key`` (0 = C … 11 = B), ``mode`` (1 major, 0 minor), ``time_signature`` (beats in a bar) where
    it can be told, ``danceability`` (0..1), ``onset_rate`` (per second), ``brightness`` (Hz), ``held`` (0..1, tones
    against strokes) and ``music`` (0..1). What has no confidence is a plain measurement.
    """
    bpm, clarity = rhythm.tempo(evidence["repeats"], evidence["swings"], frame_rate)
    tonic, mode, fit = harmony.key(evidence["pitches"])
    heard = {
        "tempo": bpm,
        "key": float(tonic),
        "mode": float(mode),
        "danceability": min(1.0, float(evidence["danceability"]) / _MOST_DANCEABLE),
        **{name: float(evidence[name]) for name in ("onset_rate", "brightness", "held", "music")},
    }
    sure = max(0.0, (fit - _CHANCE_OF_KEY) / (1 - _CHANCE_OF_KEY))
    confidence = {"tempo": clarity, "key": sure, "mode": sure}
    if metre := rhythm.metre(evidence["repeats"], bpm, frame_rate):
        heard["time_signature"], confidence["time_signature"] = float(metre[0]), metre[1] * clarity
    return heard, confidence
