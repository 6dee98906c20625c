"""How good genre probabilities are, and from which probability on they are worth saying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.genre.model import Rows, softmax

Classes = NDArray[np.intp]
Flags = NDArray[np.bool_]

#: Guesses are made from the probability on where so many of them are right, none less likely than a coin.
_RIGHT, _COIN = 0.7, 0.5
_BINS = 10


def log_loss(chances: Rows, y: Classes) -> float:
    """The mean of minus the logarithm of what the right genre was given, in nats."""
    return float(-np.log(np.maximum(chances[np.arange(len(y)), y], 1e-12)).mean())


def brier(chances: Rows, y: Classes) -> float:
    """The squared distance of (N, K) probabilities to the truth, 0..2 (Brier 1950)."""
    return float(np.square(chances - np.eye(chances.shape[1])[y]).sum(axis=1).mean())


def calibration_error(chances: Rows, y: Classes) -> float:
    """How far the top probabilities are from how often they are right, 0..1, in ten bins (Naeini et al. 2015)."""
    top, right = chances.max(axis=1), chances.argmax(axis=1) == y
    bins = np.minimum((top * _BINS).astype(int), _BINS - 1)
    return float(sum(abs((top - right)[bins == each].sum()) for each in range(_BINS)) / len(y))


def temperature_of(logits: Rows, y: Classes) -> float:
    """What to divide (N, K) logits by so that their probabilities hold (Guo et al. 2017).

    The targets are softened as if one more song in N had been guessed wrong (Platt 1999); otherwise logits that are
    never wrong on a few songs would be made ever surer.
    """
    from scipy.optimize import minimize_scalar

    count, classes = logits.shape
    wrong = 1 / (count + 2)
    targets = np.full((count, classes), wrong / (classes - 1))
    targets[np.arange(count), y] = 1 - wrong

    def loss(log: float) -> float:
        return float(-(targets * np.log(np.maximum(softmax(logits / np.exp(log)), 1e-300))).sum())

    return float(np.exp(minimize_scalar(loss, bounds=(-5, 5), method="bounded").x))


def threshold_of(chances: Rows, y: Classes) -> float:
    """The least probability, of 0.50, 0.51 …, from which on enough best guesses are right; above one without any."""
    top, right = chances.max(axis=1), chances.argmax(axis=1) == y
    for threshold in np.arange(round(_COIN * 100), 100) / 100:
        said = top >= threshold
        if said.any() and right[said].mean() >= _RIGHT:
            return float(threshold)
    return 1.01


def scores(plain: Rows, calibrated: Rows, named: Flags, y: Classes, genres: Sequence[str]) -> dict[str, Any]:
    """Of (N, K) probabilities before and after calibration, and of which songs (N,) are ``named`` at all."""
    from sklearn.metrics import f1_score

    guessed = calibrated.argmax(axis=1)
    right = guessed == y
    table = np.zeros((len(genres), len(genres)), int)
    np.add.at(table, (y, guessed), 1)
    numbers = {
        "accuracy": right.mean(),
        "accuracy_of_the_most_frequent": np.bincount(y).max() / len(y),
        "macro_f1": f1_score(y, guessed, average="macro"),
        "log_loss": log_loss(calibrated, y),
        "log_loss_before": log_loss(plain, y),
        "brier": brier(calibrated, y),
        "brier_before": brier(plain, y),
        "calibration_error": calibration_error(calibrated, y),
        "calibration_error_before": calibration_error(plain, y),
        "named": named.mean(),
    }
    return {
        "songs": len(y),
        **{name: round(float(value), 3) for name, value in numbers.items()},
        "accuracy_where_named": round(float(right[named].mean()), 3) if named.any() else None,
        "confusion": dict(zip(genres, (dict(zip(genres, row.tolist(), strict=True)) for row in table), strict=True)),
    }
