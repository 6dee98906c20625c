"""Training of the genre model, and its model card; every figure is of songs by artists that were held out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.model import Vector
from core.said import said
from workers.genre.measuring import Classes, Flags, log_loss, scores, temperature_of, threshold_of
from workers.genre.model import GenreModel, Rows, normalised, softmax

#: Songs and artists that a genre needs, to be learned and to be tested on an artist who was not learned.
FEWEST_SONGS, FEWEST_ARTISTS = 5, 2
_FOLDS, _SHUFFLES = 5, 20
_STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
#: Songs are named as near to a learned one as all but this share of the learned are to one by another artist.
_FAR = 0.02
_WEAKNESSES = (
    "Knows the genres above alone, as these artists play them, and takes them to be equally frequent. "
    "A song of another genre is often named all the same: see named_of_genres_not_learned. "
    "Songs without an artist count as by an artist each, which flatters the figures if they are not. "
    "The strength was chosen on the songs that are measured."
)


@dataclass(frozen=True, slots=True)
class _Songs:
    """N songs of the genres to be learned: vectors (N, D), genre numbers and artists, both (N,)."""

    vectors: Rows
    y: Classes
    artists: NDArray[np.str_]
    classes: int


@dataclass(frozen=True, slots=True)
class _Fitted:
    """Logits are ``vectors @ weights + bias``."""

    weights: Rows
    bias: Rows


def train(
    vectors: Vector, genres: Sequence[str], artists: Sequence[str], extractor: str, version: str, *, seed: int = 0
) -> tuple[GenreModel, dict[str, Any]]:
    """``vectors`` (N, D) with a genre and an artist each ("" unknown) → the model, and its card.

    Songs without a genre are left out, and so are genres with fewer than :data:`FEWEST_SONGS` songs or
    :data:`FEWEST_ARTISTS` artists. ``seed`` says which artists are held out together. Raises BadInput where fewer than
    two genres remain.
    """
    names = [normalised(genre) for genre in genres]
    who = [artist.casefold().strip() or f"\0{number}" for number, artist in enumerate(artists)]
    counts = Counter(filter(None, names))
    voices = Counter(genre for genre, _ in set(zip(names, who, strict=True)))
    kept = sorted(genre for genre in counts if counts[genre] >= FEWEST_SONGS and voices[genre] >= FEWEST_ARTISTS)
    if len(kept) < 2:
        raise BadInput(
            problem=said("two genres are needed with {songs} songs by {artists} artists each",
                         songs=FEWEST_SONGS, artists=FEWEST_ARTISTS)
        )  # fmt: skip
    rows = [number for number, name in enumerate(names) if name in kept]
    songs = _Songs(
        vectors[rows].astype(np.float64), np.array([kept.index(names[row]) for row in rows]),
        np.array([who[row] for row in rows]), len(kept),
    )  # fmt: skip
    folds = _folds(songs, seed)
    strength, logits = _best_strength(songs, folds)
    distances = _distances(songs)
    temperature, threshold, farthest = _limits(logits, distances, songs.y)
    fitted = _fit(songs.vectors, songs.y, strength)
    model = GenreModel(
        extractor, version, tuple(kept), (fitted.weights / temperature).astype(np.float32),
        (fitted.bias / temperature).astype(np.float32), vectors[rows].astype(np.float32), threshold, farthest,
    )  # fmt: skip
    return model, {
        "model": "logistic regression", "extractor": extractor, "version": version,
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "songs_of_unknown_artists": sum(not artists[row].strip() for row in rows),
        "strength": strength, "temperature": round(temperature, 3), "threshold": threshold,
        "trained_on": {genre: {"songs": counts[genre], "artists": voices[genre]} for genre in kept},
        "left_out": {genre: count for genre, count in counts.items() if genre not in kept},
        "measured_on_artists_not_learned": _measured(logits, distances, songs.y, folds, kept),
        "named_of_genres_not_learned": _named_of_others(songs, strength, folds),
        "weaknesses": _WEAKNESSES,
    }  # fmt: skip


def _folds(songs: _Songs, seed: int) -> list[Flags]:
    """The held-out songs (N,) of each fold: artists as a whole, and never all those of a genre."""
    from sklearn.model_selection import StratifiedGroupKFold

    count = min(_FOLDS, min(len(set(songs.artists[songs.y == each])) for each in range(songs.classes)))
    numbers = np.arange(len(songs.y))
    for shuffle in range(_SHUFFLES):
        folding = StratifiedGroupKFold(count, shuffle=True, random_state=seed + shuffle)
        tests = [test for _, test in folding.split(songs.vectors, songs.y, songs.artists)]
        folds = [np.isin(numbers, test) for test in tests]
        if all(len(set(songs.y[~fold])) == songs.classes for fold in folds):
            return folds
    return [songs.artists == artist for artist in sorted(set(songs.artists))]


def _fit(vectors: Rows, y: Classes, strength: float) -> _Fitted:
    from sklearn.linear_model import LogisticRegression

    mean, spread = vectors.mean(axis=0), vectors.std(axis=0)
    # What hardly differs between the songs learned must not decide about one that differs more.
    spread = np.where(spread > 1e-3 * spread.max(), spread, np.inf)
    fitted = LogisticRegression(C=strength, class_weight="balanced", max_iter=2_000).fit((vectors - mean) / spread, y)
    weights, bias = fitted.coef_, fitted.intercept_
    if len(weights) == 1:  # Of two classes scikit-learn keeps the log odds of the second.
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    scaled = (weights / spread).T
    return _Fitted(scaled, bias - mean @ scaled)


def _best_strength(songs: _Songs, folds: Sequence[Flags]) -> tuple[float, Rows]:
    """The regularisation with the least loss on held-out artists, and the logits (N, K) that it gave to them."""
    found = []
    for strength in _STRENGTHS:
        logits = np.zeros((len(songs.y), songs.classes))
        for held in folds:
            fitted = _fit(songs.vectors[~held], songs.y[~held], strength)
            logits[held] = songs.vectors[held] @ fitted.weights + fitted.bias
        loss = log_loss(softmax(logits / temperature_of(logits, songs.y)), songs.y)
        found.append((loss, strength, logits))
    _, strength, logits = min(found, key=lambda each: each[0])
    return strength, logits


def _distances(songs: _Songs) -> Rows:
    """(N,): how far each song is from the nearest by another artist."""
    return np.array([
        np.linalg.norm(songs.vectors[songs.artists != artist] - vector, axis=1).min()
        for vector, artist in zip(songs.vectors, songs.artists, strict=True)
    ])  # fmt: skip


def _limits(logits: Rows, distances: Rows, y: Classes) -> tuple[float, float, float]:
    """Temperature, threshold and greatest distance."""
    temperature = temperature_of(logits, y)
    threshold = threshold_of(softmax(logits / temperature), y)
    return temperature, threshold, float(np.quantile(distances, 1 - _FAR))


def _measured(
    logits: Rows, distances: Rows, y: Classes, folds: Sequence[Flags], genres: Sequence[str]
) -> dict[str, Any]:
    """The scores of each fold's songs with the limits of the others, so that no song is judged by what it set."""
    calibrated, named = np.zeros_like(logits), np.zeros(len(y), bool)
    for held in folds:
        temperature, threshold, farthest = _limits(logits[~held], distances[~held], y[~held])
        calibrated[held] = softmax(logits[held] / temperature)
        named[held] = (calibrated[held].max(axis=1) >= threshold) & (distances[held] <= farthest)
    return scores(softmax(logits), calibrated, named, y, genres)


def _named_of_others(songs: _Songs, strength: float, folds: Sequence[Flags]) -> float | None:
    """The share of songs that are named although nothing of their genre was learned; None with two genres."""
    if songs.classes < 3:
        return None
    named = np.zeros(len(songs.y), bool)
    for genre in range(songs.classes):
        other = songs.y == genre
        logits = np.zeros((len(songs.y), songs.classes - 1))
        y = songs.y - (songs.y > genre)
        for held in folds:
            fitted = _fit(songs.vectors[~held & ~other], y[~held & ~other], strength)
            logits[held] = songs.vectors[held] @ fitted.weights + fitted.bias
        rest = _Songs(songs.vectors[~other], y[~other], songs.artists[~other], songs.classes - 1)
        temperature, threshold, farthest = _limits(logits[~other], _distances(rest), rest.y)
        for row in np.flatnonzero(other):
            known = rest.vectors[rest.artists != songs.artists[row]]
            near = np.linalg.norm(known - songs.vectors[row], axis=1).min() <= farthest
            named[row] = near and softmax(logits[row : row + 1] / temperature).max() >= threshold
    return round(float(named.mean()), 3)
