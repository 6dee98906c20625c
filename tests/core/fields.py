"""Fields to choose slates from: told column by column, or a made-up catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.model import Arm
from core.slate import Choice, Field
from workers.together import places


def field(
    scores: Sequence[float],
    artists: Sequence[int],
    recordings: Sequence[int] | None = None,
    *,
    music: Sequence[float] | None = None,
    fit: Sequence[float] | None = None,
    space: NDArray[np.floating] | None = None,
    shown: Sequence[int] | None = None,
) -> Field:
    """Where nothing else is said, songs fit as they score, lie nowhere, are music, and nobody was shown them."""
    number = len(scores)
    values = np.asarray(scores, np.float32)
    return Field(
        scores=values,
        fit=np.asarray(places(values) if fit is None else fit, np.float32),
        recording_ids=np.asarray(np.arange(number) if recordings is None else recordings, np.int64),
        artist_ids=np.asarray(artists, np.int64),
        music=np.asarray(np.ones(number) if music is None else music, np.float32),
        space=np.asarray(np.zeros((number, 0)) if space is None else space, np.float32),
        shown=np.asarray(np.zeros(number) if shown is None else shown, np.int64),
    )


def catalogue(number: int, dimensions: int, seed: int) -> Field:
    """Artists with four songs each that sound alike, in thirty genres; the listener has twelve."""
    chance = np.random.default_rng(seed)
    artists = chance.integers(0, number // 4, number)
    homes = chance.standard_normal((30, dimensions))[chance.integers(0, 30, number // 4)]
    homes += 0.5 * chance.standard_normal(homes.shape)
    space = homes[artists] + 0.5 * chance.standard_normal((number, dimensions))
    space = (space - space.mean(axis=0)) / space.std(axis=0)
    loved = space[chance.integers(0, number, 12)] + 0.3 * chance.standard_normal((12, dimensions))
    apart = np.sort(np.linalg.norm(space[:, None] - loved[None], axis=2), axis=1)[:, :3].mean(axis=1)
    return field(-apart / apart.std(), artists, space=space, shown=chance.integers(0, 10, number // 4)[artists])


def everything(columns: Field) -> NDArray[np.bool_]:
    return np.ones(len(columns.scores), bool)


def rows(choices: Sequence[Choice], arm: Arm) -> list[int]:
    return [choice.row for choice in choices if choice.arm is arm]
