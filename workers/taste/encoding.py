"""Spotify's numbers as a model can use them: unskewed, the key on its circle, amounts as soft bins, and products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model import Vector
from workers.taste.scale import Scale

#: The columns of a row of numbers, in Spotify's units; what is not known is NaN (a key also -1).
NAMES = (
    "acousticness", "danceability", "energy", "instrumentalness", "liveness", "loudness", "mode", "speechiness",
    "tempo", "valence", "key", "duration_s", "time_signature",
)  # fmt: skip
#: How many of them the student project compared.
TEN = 10
_AMOUNTS = tuple(name for name in NAMES if name not in ("mode", "key", "time_signature"))
_BINS = 16
#: Half-width of a soft bin (the spread of its bell), in shares of the catalogue: neighbours overlap.
_WIDTH = 1.2 / _BINS
_KNOTS = 1_000


def encode(numbers: Vector) -> Vector:
    """Rows of ``NAMES``, (N, 13) → (N, 22), float32, NaN where unknown.

    Skewed shares become logarithms or log-odds, loudness and duration logarithms, and the key two points on circles:
    that of fifths, where related keys are neighbours, and that of semitones.
    """
    own = dict(zip(NAMES, np.asarray(numbers, np.float64).T, strict=True))
    known = own["key"] >= 0
    fifths, semitones = 2 * np.pi * (own["key"] * 7 % 12) / 12, 2 * np.pi * own["key"] / 12
    columns = [
        own["danceability"], own["energy"], _odds(own["energy"], 0.005),
        -np.log1p(np.maximum(-own["loudness"], 0)), own["loudness"], _log(own["speechiness"], 0.01),
        _log(own["acousticness"], 1e-3), _odds(own["acousticness"], 0.005),
        _log(own["instrumentalness"], 1e-5), own["instrumentalness"], _log(own["liveness"], 0.01),
        own["valence"], _odds(own["valence"], 0.01), np.log(np.maximum(own["tempo"], 30)), own["mode"],
        *(np.where(known, turn(angle), 0.0) for angle in (fifths, semitones) for turn in (np.cos, np.sin)),
        np.log(np.clip(own["duration_s"], 20, 2_000)), *(_is(own["time_signature"], beats) for beats in (4, 3)),
    ]  # fmt: skip
    return np.stack(columns, axis=1).astype(np.float32)


def _is(values: NDArray[np.float64], value: float) -> NDArray[np.float64]:
    """1 or 0, NaN where unknown."""
    return np.where(np.isnan(values), np.nan, values == value)


def _log(share: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    logarithm: NDArray[np.float64] = np.log(np.maximum(share, 0) + least)
    return logarithm


def _odds(share: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    clipped = np.clip(share, least, 1 - least)
    odds: NDArray[np.float64] = np.log(clipped / (1 - clipped))
    return odds


@dataclass(frozen=True, slots=True)
class Ground:
    """The catalogue against which numbers are read: each amount's ``knots`` (K, 10), equally many songs between two,
    and the scales of the encoded columns, the bins and the products.

    A song is told by its place in the catalogue at hand: learned from one catalogue, a model then serves another.
    """

    knots: Vector
    plain: Scale
    bins: Scale
    products: Scale

    @classmethod
    def of(cls, numbers: Vector) -> Ground:
        """Of a catalogue's rows (N, 13), N > 0."""
        knots = np.stack([_quantiles(column) for column in _amounts(numbers).T], axis=1)
        encoded = encode(numbers)
        plain = Scale.of(encoded)
        return cls(knots, plain, Scale.of(_binned(numbers, knots)), Scale.of(_multiplied(plain(encoded))))

    def binned(self, numbers: Vector) -> Vector:
        """(N, 13) → (N, 182): the encoded columns, and every amount's membership in 16 soft bins.

        Bins let a linear model like the middle of a feature better than both its ends, and each stretch by itself.
        """
        return np.concatenate([self.plain(encode(numbers)), self.bins(_binned(numbers, self.knots))], axis=1)

    def multiplied(self, numbers: Vector) -> Vector:
        """(N, 13) → (N, 275): the encoded columns, and the products of each two of them (interaction terms)."""
        plain = self.plain(encode(numbers))
        return np.concatenate([plain, self.products(_multiplied(plain))], axis=1)


def _quantiles(values: Vector) -> Vector:
    """(K,), zeros where nothing is known."""
    known = values[~np.isnan(values)]
    shares = np.linspace(0, 1, _KNOTS)
    return np.quantile(known, shares).astype(np.float32) if len(known) else np.zeros(_KNOTS, np.float32)


def _amounts(numbers: Vector) -> Vector:
    return numbers[:, [NAMES.index(name) for name in _AMOUNTS]]


def _binned(numbers: Vector, knots: Vector) -> Vector:
    """Each amount's place among the knots (its mid-rank, 0..1), as its membership in bins; NaN where unknown."""
    amounts = _amounts(numbers).astype(np.float32)
    centres = np.linspace(0, 1, _BINS, dtype=np.float32)
    bins = np.empty((len(amounts), _BINS, amounts.shape[1]), np.float32)
    for column, values in enumerate(amounts.T):
        ends = (np.searchsorted(knots[:, column], values, side) for side in ("left", "right"))
        place = sum(ends) / np.float32(2 * len(knots))
        place[np.isnan(values)] = np.nan
        bins[:, :, column] = np.exp(-0.5 * ((place[:, None] - centres) / _WIDTH) ** 2)
    return bins.reshape(len(amounts), -1)


def _multiplied(plain: Vector) -> Vector:
    first, second = np.triu_indices(plain.shape[1])
    products: Vector = plain[:, first] * plain[:, second]
    return products
