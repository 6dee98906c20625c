"""The ten features that people know by name, as Spotify defined them and others give them.

Spotify's audio features (https://developer.spotify.com/documentation/web-api/reference/get-audio-features) are eleven
numbers, time signature and duration aside. Key, duration and time signature follow in the vector: not every service
tells them.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

import numpy as np

from core.model import Features

#: The vector's dimensions, in order: 0..1 each, but for loudness (dB), mode (0 minor, 1 major) and tempo (BPM).
TEN = (
    "acousticness",
    "danceability",
    "energy",
    "instrumentalness",
    "liveness",
    "loudness",
    "mode",
    "speechiness",
    "tempo",
    "valence",
)


#: What follows them: the key (0 is C, -1 none), the duration (s), the beats of a bar; NaN where it is not told.
MORE = ("key", "duration_s", "time_signature")


def features_of(row: Mapping[str, object], extractor: str, version: str) -> Features | None:
    """The ten features in ``row`` and what follows them as a vector of shape (13,); None when one of the ten is missing
    or no number.
    """
    named = {name: number for name in TEN if (number := _number(row.get(name))) is not None}
    if len(named) < len(TEN):
        return None
    length = _number(row.get("duration_ms"))
    more = {"duration_s": length / 1000} if length else {}
    more |= {name: number for name in MORE if (number := _number(row.get(name))) is not None}
    vector = np.array([(named | more).get(name, np.nan) for name in TEN + MORE], np.float32)
    return Features(extractor, version, vector, {**named, "music": 1.0})


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) else None
