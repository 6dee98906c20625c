"""Shortlists: what a model thought best for a request beyond the few picks, for the page that shows more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.model import Audience, Track
from core.store.engine import reading, upsert
from core.store.rows import track_of
from core.store.schema import audiences, exposures, features, picks, recordings, requests, shortlists, tracks, verdicts

_IDS, _FITS = np.dtype("<i4"), np.dtype("<f2")
#: What is heard in songs, and read here by name.
_EXTRACTOR = "timbre"
#: How many requests' places are held in memory: 60 KB each.
_PAGES = 100
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Tracks (N,) that a ``model`` thought best, best first, and the ``fits`` (N,): the share of the candidates that it
    places below each, 0..1."""

    model: str
    tracks: NDArray[np.int64]
    fits: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a track stands: which ``models`` thought well of it, the request's own first, and its best ``fit``."""

    track_id: int
    models: tuple[str, ...]
    fit: float


@dataclass(frozen=True, slots=True)
class Listed:
    """A song of a request's page; ``rated`` is the listener's emoji, or empty; ``named`` are its named features as far
    as they were heard."""

    place: Place
    recording_id: int
    track: Track
    audiences: tuple[Audience, ...]
    named: Mapping[str, float]
    rated: str


async def keep(connection: AsyncConnection, request_id: str, lists: Sequence[Shortlist]) -> None:
    """Writes the shortlists of a request within the transaction that answers it."""
    rows = [
        {
            "request_id": request_id,
            "model": each.model,
            "tracks": each.tracks.astype(_IDS).tobytes(),
            "fits": each.fits.astype(_FITS).tobytes(),
        }
        for each in lists
    ]
    if rows:
        await connection.execute(shortlists.insert(), rows)


class Shortlists:
    """Reads them, with all that the page shows of a song."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock
        # Of the pages that were looked at last: what is on them never changes, and was shown already.
        self._places: dict[str, list[Place]] = {}
        self._noted: dict[tuple[int, str, int], None] = {}

    async def places(self, request_id: str) -> list[Place]:
        """The songs of all shortlists of a request, each once, best first; the picks are not among them."""
        if (held := self._places.get(request_id)) is not None:
            return held
        async with reading(self._engine).connect() as connection:
            rows = (await connection.execute(select(shortlists).where(shortlists.c.request_id == request_id))).all()
        found = _merged([(row.model, row.tracks, row.fits) for row in rows])
        if found:
            _remember(self._places, request_id, found, _PAGES)
        return found

    async def songs(self, request_id: str, places: Sequence[Place]) -> list[Listed]:
        """What there is to be shown of some of them, rated as the request's listener has; those that are gone are left
        out."""
        async with reading(self._engine).connect() as connection:
            songs = await _songs(connection, request_id, {place.track_id: place for place in places})
        return [songs[place.track_id] for place in places if place.track_id in songs]

    async def holds(self, request_id: str, track_id: int) -> Track | None:
        """A track of the request's picks or shortlists; None for any other."""
        async with reading(self._engine).connect() as connection:
            rows = (await connection.execute(select(shortlists).where(shortlists.c.request_id == request_id))).all()
            mine = select(picks.c.track_id).where(picks.c.request_id == request_id, picks.c.track_id == track_id)
            listed = any(track_id in np.frombuffer(row.tracks, _IDS) for row in rows)
            if not listed and await connection.scalar(mine) is None:
                return None
            row = (await connection.execute(select(tracks).where(tracks.c.id == track_id))).mappings().one_or_none()
        return track_of(dict(row)) if row else None

    async def recording(self, track_id: int) -> int:
        """The recording of a track."""
        async with reading(self._engine).connect() as connection:
            return int(await connection.scalar(select(tracks.c.recording_id).where(tracks.c.id == track_id)) or 0)

    async def show(self, listener_id: int, request_id: str, recording_ids: Sequence[int]) -> None:
        """Notes that the listener was shown these recordings: they do not come again in an answer."""
        page = (listener_id, request_id, hash(tuple(recording_ids)))
        if page in self._noted:
            return
        known = select(exposures.c.recording_id).where(
            exposures.c.listener_id == listener_id, exposures.c.recording_id.in_(recording_ids)
        )
        async with reading(self._engine).connect() as connection:
            fresh = set(recording_ids) - set(await connection.scalars(known))
        if not fresh:  # often, and then a look costs no write lock
            _remember(self._noted, page, None, 10 * _PAGES)
            return
        now = self._clock()
        rows = [{"listener_id": listener_id, "recording_id": number, "request_id": request_id, "at": now}
                for number in sorted(fresh)]  # fmt: skip
        insert = upsert(self._engine.dialect.name, exposures).values(rows).on_conflict_do_nothing()
        async with self._engine.begin() as connection:
            await connection.execute(insert)


def _remember(held: dict[K, V], key: K, value: V, most: int) -> None:
    """Keeps a value in the place of the oldest."""
    held[key] = value
    if len(held) > most:
        del held[next(iter(held))]


def _merged(rows: Sequence[tuple[str, bytes, bytes]]) -> list[Place]:
    """The tracks in turns, the best of each list first: which models thought well of each, and the best fit."""
    lists = [(model, np.frombuffer(ids, _IDS).tolist(), np.frombuffer(fits, _FITS).tolist())
             for model, ids, fits in rows]  # fmt: skip
    found: dict[int, tuple[tuple[str, ...], float]] = {}
    for place in range(max((len(ids) for _, ids, _ in lists), default=0)):
        for model, ids, fits in lists:
            if place < len(ids):
                models, fit = found.get(ids[place], ((), 0.0))
                found[ids[place]] = ((*models, model), max(fit, float(fits[place])))
    return [Place(number, models, fit) for number, (models, fit) in found.items()]


def _with_features() -> Select[Any]:
    """Tracks with ids among ``ids``, rated as the listener of ``request`` has."""
    newest = (
        select(features.c.recording_id, func.max(features.c.id).label("id"))
        .where(features.c.extractor == _EXTRACTOR, features.c.vector.is_not(None))
        .join(tracks, tracks.c.recording_id == features.c.recording_id)
        .where(tracks.c.id.in_(bindparam("ids", expanding=True)))
        .group_by(features.c.recording_id)
        .subquery()
    )
    asker = select(requests.c.listener_id).where(requests.c.id == bindparam("request")).scalar_subquery()
    mine = and_(verdicts.c.recording_id == tracks.c.recording_id, verdicts.c.listener_id == asker)
    return (
        select(tracks, recordings.c.artist_id.label("by"), features.c.named, verdicts.c.emoji)
        .join(recordings, recordings.c.id == tracks.c.recording_id)
        .outerjoin(newest, newest.c.recording_id == tracks.c.recording_id)
        .outerjoin(features, features.c.id == newest.c.id)
        .outerjoin(verdicts, mine)
        .where(tracks.c.id.in_(bindparam("ids", expanding=True)))
    )


# Built once: that takes as long as they run.
_SONGS = _with_features()
_COUNTED = select(audiences.c.artist_id, audiences.c.meter, audiences.c.count, audiences.c.seen).where(
    audiences.c.artist_id.in_(bindparam("artists", expanding=True))
)


async def _songs(connection: AsyncConnection, request_id: str, places: Mapping[int, Place]) -> dict[int, Listed]:
    rows = (await connection.execute(_SONGS, {"ids": list(places), "request": request_id})).mappings().all()
    counted = await _audiences(connection, {row["by"] for row in rows})
    return {
        row["id"]: Listed(
            places[row["id"]], row["recording_id"], track_of(row), tuple(counted.get(row["by"], ())),
            row["named"] or {}, row["emoji"] or "",
        )
        for row in rows
    }  # fmt: skip


async def _audiences(connection: AsyncConnection, artist_ids: Collection[int]) -> dict[int, list[Audience]]:
    found: dict[int, list[Audience]] = {}
    for artist, meter, count, seen in await connection.execute(_COUNTED, {"artists": sorted(artist_ids)}):
        found.setdefault(artist, []).append(Audience(meter, count, seen))
    return found
