"""The ten features that people know by name, as Spotify defined them and others give them.

Spotify's audio features (https://developer.spotify.com/documentation/web-api/reference/get-audio-features) are eleven
numbers, time signature and duration aside. The key is left out of the vector: it is a name on a circle and no amount.
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


def features_of(row: Mapping[str, object], extractor: str, version: str) -> Features | None:
    """The ten features in ``row`` as a vector of shape (10,); None when one of them is missing or no number."""
    named = {name: number for name in TEN if (number := _number(row.get(name))) is not None}
    if len(named) < len(TEN):
        return None
    vector = np.array([named[name] for name in TEN], np.float32)
    return Features(extractor, version, vector, {**named, "music": 1.0})


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) else None
