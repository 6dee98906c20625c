"""Told: the ten features people know by name, for songs with a Spotify id, from services that know them by heart.

They are a second extractor beside what YASR hears: nothing is listened to, so songs without any sound can be compared
too, but only with songs that have a Spotify id themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import structlog

from core.errors import ServiceTrouble, YasrError
from core.model import Features, Track
from core.ports import FeatureSource
from core.store.store import Store
from workers.hearing import Heard, Report, Song
from workers.taste.encoding import NAMES

log = structlog.get_logger()
_AT_ONCE = 100
_SPOTIFY = re.compile(r"https://open\.spotify\.com/track/([0-9A-Za-z]{22})")


class Told:
    """An :class:`workers.hearing.Ear` that hears nothing and knows a lot."""

    extractor = "ten"
    version = "2"
    model = "features"
    asks = True
    quick = True

    def __init__(self, store: Store, sources: Sequence[FeatureSource]) -> None:
        self._store = store
        self._sources = sources

    async def known(self, recording_ids: Sequence[int]) -> dict[int, Features]:
        """What was told before."""
        return await self._store.features.of(recording_ids, self.extractor, self.version)

    async def listen(self, songs: Sequence[Song], report: Report, at_once: int = 0) -> Heard:
        """Asks for the songs, the sources one after the other; those nobody knows are left out."""
        told = Heard({}, [])
        for start in range(0, len(songs), _AT_ONCE):
            batch = songs[start : start + _AT_ONCE]
            numbers = {identity: song.recording_id for song in batch if (identity := spotify_id(song.track))}
            found = await self._ask(list(numbers), told.troubles)
            lengths = {song.recording_id: song.track.duration_s for song in batch}
            features = {
                number: _timed(found[identity], lengths[number])
                for identity, number in numbers.items()
                if identity in found
            }
            told.features.update(await self._store.features.save_many(features))
            await report(start + len(batch))
        return told

    async def _ask(self, spotify_ids: list[str], troubles: list[YasrError]) -> dict[str, Features]:
        found: dict[str, Features] = {}
        for source in self._sources:
            missing = [identity for identity in spotify_ids if identity not in found]
            if not missing:
                break
            try:
                rows = await source.features_of(missing)
            except ServiceTrouble as trouble:
                log.warning("features not told", source=source.name, error=trouble.code)
                troubles.append(trouble)
                continue
            found |= {
                name: replace(row, extractor=self.extractor, version=self.version)
                for name, row in rows.items() if name in missing
            }  # fmt: skip
        return found


def _timed(row: Features, length: float | None) -> Features:
    """With the song's length, where only we know it."""
    place = NAMES.index("duration_s")
    if length and np.isnan(row.vector[place]):
        vector = row.vector.copy()
        vector[place] = length
        return replace(row, vector=vector)
    return row


def spotify_id(track: Track) -> str:
    """The track's Spotify id, by its source or its address; "" without one."""
    if track.source == "spotify":
        return track.source_id
    found = _SPOTIFY.match(track.url)
    return found[1] if found else ""
