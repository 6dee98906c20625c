"""How much the catalogue varies in what is named, and the evidence for a reason that rests on it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np

from core.model import Compared, Evidence, Features
from core.moods import sure
from core.reasons import comparable, scaled
from core.store.tastes import Tastes

#: Fewer songs do not tell how much a catalogue varies.
FEWEST = 50


def spreads(named: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median absolute deviation of each feature over the songs, each with its named features.

    In the feature's unit; of natural logarithms for what is compared by ratio (tempo, brightness, onset rate). Left out
    are features that do not vary, those told of fewer than ``FEWEST`` songs, and those that reasons have no words for.
    """
    told: dict[str, list[float]] = {}
    for song in named:
        for name, value in comparable(song).items():
            told.setdefault(name, []).append(scaled(name, value))
    found = {name: _deviation(values) for name, values in told.items() if len(values) >= FEWEST}
    return {name: spread for name, spread in found.items() if spread > 0}


def evidence(songs: Sequence[str], mine: Features, theirs: Features, spreads: Mapping[str, float]) -> Evidence:
    """What a reason may rest on, ready to be stored.

    ``songs`` are the listener's nearest, nearest first, ``mine`` the features of the first of them, ``theirs`` those of
    the pick. Only what is surely told of both is kept, and only where :func:`spreads` knows how much it varies.
    """
    here, there = (comparable(sure(song.named, song.confidence)) for song in (mine, theirs))
    return Evidence(
        tuple(songs),
        {name: Compared(here[name], there[name], spreads[name]) for name in here if name in there and name in spreads},
    )


class Spreads:
    """Of what each extractor names, kept until the catalogue grows."""

    def __init__(self, tastes: Tastes) -> None:
        self._tastes = tastes
        self._held: dict[str, tuple[int, Mapping[str, float]]] = {}

    async def current(self, extractor: str, songs: int) -> Mapping[str, float]:
        """As the catalogue varies, which has so many ``songs`` today."""
        held = self._held.get(extractor)
        if held is None or held[0] != songs:
            named = await self._tastes.catalogue(extractor)
            held = self._held[extractor] = songs, await asyncio.to_thread(spreads, named)
        return held[1]


def _deviation(values: Sequence[float]) -> float:
    return float(np.median(np.abs(np.asarray(values) - np.median(values))))
