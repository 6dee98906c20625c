"""How good a ranking of candidates is, when it is known which of them were to be found."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from core.model import Vector

MEASURES = ("ndcg@50", "recall@10", "recall@50", "recall@100", "hits@5", "auc")
_FIRST = 100
_DISCOUNT = 1 / np.log2(np.arange(2, 52))
_RESAMPLES = 2_000


def measure(scores: Vector, found: NDArray[np.bool_], chance: np.random.Generator) -> tuple[float, ...]:
    """``MEASURES`` of one ranking, from the scores (N,) and what was to be found (N,); ties are broken by lot.

    NDCG (Järvelin & Kekäläinen 2002) counts a hit at place i by 1 / log2(i + 1), of the best there could be. The area
    under the curve is the share of pairs in the right order, ties being half (Hanley & McNeil 1982).
    """
    count, total = len(found), int(found.sum())
    right = found[np.lexsort((chance.random(count), -scores))[:_FIRST]]
    gain = float(right[:50] @ _DISCOUNT[: len(right[:50])]) / float(_DISCOUNT[: min(total, 50)].sum())
    below = rankdata(scores)[found].sum() - total * (total + 1) / 2
    recall = [float(right[:first].sum()) / total for first in (10, 50, 100)]
    return gain, *recall, float(right[:5].sum()), float(below) / (total * max(1, count - total))


def means(measured: NDArray[np.float64], seed: NDArray[np.float64]) -> dict[str, Any]:
    """Of measured lists (L, 6) and the same by the student project's way: the means with their 95 % intervals, by
    resampling lists, and how many times the other's NDCG it is.
    """
    if not len(measured):
        return {"playlists": 0}
    drawn = np.random.default_rng(0).integers(len(measured), size=(_RESAMPLES, len(measured)))
    drawn_means = measured[drawn].mean(axis=1)
    low, high = np.percentile(drawn_means, (2.5, 97.5), axis=0)
    row: dict[str, Any] = {"playlists": len(measured)}
    for column, name in enumerate(MEASURES):
        row[name] = float(measured[:, column].mean())
        row[f"{name}_interval"] = [float(low[column]), float(high[column])]
    times = drawn_means[:, 0] / np.maximum(seed[drawn, 0].mean(axis=1), 1e-12)
    row["times_cosine"] = float(measured[:, 0].mean() / max(seed[:, 0].mean(), 1e-12))
    row["times_cosine_interval"] = [float(end) for end in np.percentile(times, (2.5, 97.5))]
    return row
